"""JSON: dumps, loads and their kin for files."""

_ESCAPES = {'"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t',
            '\f': '\\f', '\b': '\\b'}
_BACK = {'"': '"', '\\': '\\', '/': '/', 'n': '\n', 'r': '\r', 't': '\t',
         'f': '\f', 'b': '\b'}


def _quote(text, ascii_only):
    out = []
    for c in text:
        if c in _ESCAPES:
            out.append(_ESCAPES[c])
        elif c < ' ':
            out.append('\\u%04x' % ord(c))
        elif ascii_only and c > '~':
            n = ord(c)
            if n > 0xffff:
                n -= 0x10000
                out.append('\\u%04x\\u%04x' % (0xd800 | n >> 10,
                                               0xdc00 | n & 0x3ff))
            else:
                out.append('\\u%04x' % n)
        else:
            out.append(c)
    return '"' + ''.join(out) + '"'


def _key(key):
    if isinstance(key, str):
        return key
    if key is True:
        return 'true'
    if key is False:
        return 'false'
    if key is None:
        return 'null'
    if isinstance(key, (int, float)):
        return repr(key)
    raise TypeError('keys must be a string')


class _Writer(object):
    def __init__(self, indent, separators, sort_keys, ensure_ascii, default):
        if isinstance(indent, int):
            indent = ' ' * indent
        self.indent = indent
        if separators is None:
            separators = (', ' if indent is None else ',', ': ')
        self.comma, self.colon = separators
        self.sort_keys = sort_keys
        self.ascii_only = ensure_ascii
        self.default = default

    def block(self, parts, brackets, depth):
        if not parts:
            return brackets
        if self.indent is None:
            return brackets[0] + self.comma.join(parts) + brackets[1]
        pad = '\n' + self.indent * (depth + 1)
        return (brackets[0] + pad + (self.comma + pad).join(parts) + '\n' +
                self.indent * depth + brackets[1])

    def write(self, value, depth):
        if value is None:
            return 'null'
        if value is True:
            return 'true'
        if value is False:
            return 'false'
        if isinstance(value, str):
            return _quote(value, self.ascii_only)
        if isinstance(value, int):
            return str(int(value))
        if isinstance(value, float):
            return {'nan': 'NaN', 'inf': 'Infinity',
                    '-inf': '-Infinity'}.get(repr(value), repr(value))
        if isinstance(value, dict):
            items = value.items()
            if self.sort_keys:
                items = sorted(items)
            parts = [_quote(_key(k), self.ascii_only) + self.colon +
                     self.write(v, depth + 1) for k, v in items]
            return self.block(parts, '{}', depth)
        if isinstance(value, (list, tuple)):
            return self.block([self.write(v, depth + 1) for v in value],
                              '[]', depth)
        if self.default is not None:
            return self.write(self.default(value), depth)
        raise TypeError(repr(value) + ' is not JSON serializable')


def dumps(obj, indent=None, separators=None, sort_keys=False,
          ensure_ascii=True, default=None):
    return _Writer(indent, separators, sort_keys, ensure_ascii,
                   default).write(obj, 0)


def dump(obj, fp, **kws):
    fp.write(dumps(obj, **kws))


class _Reader(object):
    def __init__(self, text):
        self.text = text
        self.at = 0

    def fail(self, what, at=None):
        at = self.at if at is None else at
        line = self.text.count('\n', 0, at) + 1
        column = at - self.text.rfind('\n', 0, at)
        raise ValueError('%s: line %d column %d (char %d)'
                         % (what, line, column, at))

    def blanks(self):
        while self.text[self.at:self.at + 1] in (' ', '\t', '\n', '\r'):
            self.at += 1

    def peek(self):
        return self.text[self.at:self.at + 1]

    def value(self):
        c = self.peek()
        if c == '"':
            return self.string()
        if c == '{':
            return self.object()
        if c == '[':
            return self.array()
        for word, meaning in (('null', None), ('true', True),
                              ('false', False), ('NaN', float('nan')),
                              ('Infinity', float('inf')),
                              ('-Infinity', float('-inf'))):
            if self.text.startswith(word, self.at):
                self.at += len(word)
                return meaning
        return self.number()

    def number(self):
        start = at = self.at
        text = self.text
        if text[at:at + 1] == '-':
            at += 1
        digits = at
        while text[at:at + 1].isdigit():
            at += 1
        if at == digits:
            self.fail('Expecting value')
        real = False
        if text[at:at + 1] == '.' and text[at + 1:at + 2].isdigit():
            real = True
            at += 1
            while text[at:at + 1].isdigit():
                at += 1
        if text[at:at + 1] in ('e', 'E'):
            end = at + 1
            if text[end:end + 1] in ('+', '-'):
                end += 1
            if text[end:end + 1].isdigit():
                real = True
                at = end
                while text[at:at + 1].isdigit():
                    at += 1
        self.at = at
        return float(text[start:at]) if real else int(text[start:at])

    def string(self):
        start = self.at
        self.at += 1
        out = []
        while True:
            quote = self.text.find('"', self.at)
            slash = self.text.find('\\', self.at)
            if quote < 0:
                self.fail('Unterminated string starting at', start)
            if slash < 0 or quote < slash:
                out.append(self.text[self.at:quote])
                self.at = quote + 1
                return ''.join(out)
            out.append(self.text[self.at:slash])
            c = self.text[slash + 1:slash + 2]
            self.at = slash + 2
            if c in _BACK and c:
                out.append(_BACK[c])
            elif c == 'u':
                out.append(chr(self.code()))
            else:
                self.fail('Invalid \\escape', slash)

    def code(self):
        n = int(self.text[self.at:self.at + 4], 16)
        self.at += 4
        if 0xd800 <= n < 0xdc00 and self.text.startswith('\\u', self.at):
            low = int(self.text[self.at + 2:self.at + 6], 16)
            self.at += 6
            n = 0x10000 + ((n - 0xd800) << 10 | (low - 0xdc00))
        return n

    def array(self):
        self.at += 1
        out = []
        self.blanks()
        if self.peek() == ']':
            self.at += 1
            return out
        while True:
            self.blanks()
            out.append(self.value())
            self.blanks()
            c = self.peek()
            if c == ']':
                self.at += 1
                return out
            if c != ',':
                self.fail("Expecting ',' delimiter")
            self.at += 1

    def object(self):
        self.at += 1
        out = {}
        self.blanks()
        if self.peek() == '}':
            self.at += 1
            return out
        while True:
            self.blanks()
            if self.peek() != '"':
                self.fail('Expecting property name enclosed in double quotes')
            key = self.string()
            self.blanks()
            if self.peek() != ':':
                self.fail("Expecting ':' delimiter")
            self.at += 1
            self.blanks()
            out[key] = self.value()
            self.blanks()
            c = self.peek()
            if c == '}':
                self.at += 1
                return out
            if c != ',':
                self.fail("Expecting ',' delimiter")
            self.at += 1


def loads(s):
    if not isinstance(s, str):
        raise TypeError('the JSON object must be str, not %r'
                        % type(s).__name__)
    reader = _Reader(s)
    reader.blanks()
    value = reader.value()
    reader.blanks()
    if reader.at != len(s):
        reader.fail('Extra data')
    return value


def load(fp):
    return loads(fp.read())
