"""Unique ids."""
import posix


class UUID(object):
    def __init__(self, hex=None, bytes=None):
        if hex is None:
            hex = ''.join('%02x' % b for b in bytes)
        self.hex = hex.replace('-', '').lower()

    def __str__(self):
        h = self.hex
        return '-'.join([h[:8], h[8:12], h[12:16], h[16:20], h[20:]])

    def __repr__(self):
        return 'UUID(%r)' % str(self)

    def __eq__(self, other):
        return isinstance(other, UUID) and self.hex == other.hex

    def __hash__(self):
        return hash(self.hex)


def uuid4():
    data = list(posix.urandom(16))
    data[6] = data[6] & 0x0f | 0x40
    data[8] = data[8] & 0x3f | 0x80
    return UUID(bytes=data)
