"""Base 64 and base 16."""
_LETTERS = ('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
            '0123456789+/')


def b64encode(data):
    out = ''
    for i in range(0, len(data), 3):
        part = data[i:i + 3]
        n = 0
        for j in range(3):
            n = n << 8 | (part[j] if j < len(part) else 0)
        text = ''.join(_LETTERS[n >> s & 63] for s in (18, 12, 6, 0))
        out += text[:len(part) + 1] + '=' * (3 - len(part))
    return out.encode()


def b64decode(text):
    if isinstance(text, bytes):
        text = text.decode('ascii')
    text = ''.join(c for c in text if c in _LETTERS)
    out = []
    for i in range(0, len(text), 4):
        part = text[i:i + 4]
        n = 0
        for j in range(4):
            n = n << 6 | (_LETTERS.index(part[j]) if j < len(part) else 0)
        out += [n >> s & 255 for s in (16, 8, 0)][:len(part) - 1]
    return bytes(out)


standard_b64encode, standard_b64decode = b64encode, b64decode


def urlsafe_b64encode(data):
    return b64encode(data).replace(b'+', b'-').replace(b'/', b'_')


def urlsafe_b64decode(text):
    if isinstance(text, bytes):
        text = text.decode('ascii')
    return b64decode(text.replace('-', '+').replace('_', '/'))


def b16encode(data):
    return ''.join('%02X' % b for b in data).encode()
