"""Digests: md5, sha1, sha256."""
import _hashlib

algorithms_available = {'md5', 'sha1', 'sha256'}


class _Hash(object):
    def __init__(self, name, data=b''):
        self.name = name
        self._data = b''
        self.update(data)

    def update(self, data):
        if isinstance(data, str):
            raise TypeError('Unicode-objects must be encoded before hashing')
        self._data += bytes(data)

    def hexdigest(self):
        return _hashlib.hex(self.name, self._data)

    def digest(self):
        text = self.hexdigest()
        return bytes(int(text[i:i + 2], 16) for i in range(0, len(text), 2))

    @property
    def digest_size(self):
        return len(self.digest())

    def copy(self):
        return _Hash(self.name, self._data)


def md5(data=b''):
    return _Hash('md5', data)


def sha1(data=b''):
    return _Hash('sha1', data)


def sha256(data=b''):
    return _Hash('sha256', data)


def new(name, data=b''):
    name = name.lower()
    if name not in algorithms_available:
        if name in ('sha224', 'sha384', 'sha512'):
            raise NotImplementedError(
                'drydock: python: %s is not modelled' % name)
        raise ValueError('unsupported hash type ' + name)
    return _Hash(name, data)
