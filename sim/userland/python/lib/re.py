"""Regular expressions; the engine is _sre."""
import _sre

IGNORECASE = I = 2
MULTILINE = M = 8
DOTALL = S = 16
VERBOSE = X = 64
UNICODE = U = 32
ASCII = A = 256


class error(Exception):
    pass


class Match(object):
    def __init__(self, pattern, string, spans, pos, endpos):
        self.re = pattern
        self.string = string
        self._spans = spans
        self.pos = pos
        self.endpos = endpos

    def _number(self, group):
        if isinstance(group, str):
            if group not in self.re.groupindex:
                raise IndexError('no such group')
            return self.re.groupindex[group]
        if group < 0 or group > self.re.groups:
            raise IndexError('no such group')
        return group

    def span(self, group=0):
        n = self._number(group)
        return self._spans[2 * n], self._spans[2 * n + 1]

    def start(self, group=0):
        return self.span(group)[0]

    def end(self, group=0):
        return self.span(group)[1]

    def _text(self, group, default=None):
        begin, end = self.span(group)
        return default if begin < 0 else self.string[begin:end]

    def group(self, *groups):
        if not groups:
            return self._text(0)
        if len(groups) == 1:
            return self._text(groups[0])
        return tuple([self._text(g) for g in groups])

    def groups(self, default=None):
        return tuple([self._text(n + 1, default)
                      for n in range(self.re.groups)])

    def groupdict(self, default=None):
        return dict((name, self._text(name, default))
                    for name in self.re.groupindex)

    @property
    def lastindex(self):
        last = None
        for n in range(1, self.re.groups + 1):
            if self._spans[2 * n] >= 0:
                last = n
        return last

    def expand(self, template):
        return _expand(template, self)

    def __repr__(self):
        return '<_sre.SRE_Match object; span=%r, match=%r>' % (
            self.span(), self.group())


def _expand(template, match):
    out, i = [], 0
    while i < len(template):
        c = template[i]
        if c != '\\' or i + 1 == len(template):
            out.append(c)
            i += 1
            continue
        c = template[i + 1]
        i += 2
        if c == 'g' and template[i:i + 1] == '<':
            end = template.index('>', i)
            name = template[i + 1:end]
            i = end + 1
            out.append(match.group(int(name) if name.isdigit() else name)
                       or '')
        elif c.isdigit() and c != '0':
            number = c
            if template[i:i + 1].isdigit():
                number += template[i]
                i += 1
            if int(number) > match.re.groups:
                raise error('invalid group reference')
            out.append(match.group(int(number)) or '')
        elif c in 'nrtabfv':
            out.append({'n': '\n', 'r': '\r', 't': '\t', 'a': '\a',
                        'b': '\b', 'f': '\f', 'v': '\v'}[c])
        elif c == '\\':
            out.append('\\')
        else:
            out.append('\\' + c)
    return ''.join(out)


class Pattern(object):
    def __init__(self, pattern, flags):
        self.pattern = pattern
        self.flags = flags
        self._bytes = isinstance(pattern, bytes)
        if self._bytes:
            pattern = pattern.decode('latin-1')
        try:
            self._program = _sre.compile(pattern, flags)
        except ValueError as problem:
            raise error(str(problem)) from None
        self.groups, self.groupindex = _sre.groups(self._program)

    def _run(self, string, pos, endpos, anchored):
        if self._bytes or isinstance(string, bytes):
            raise NotImplementedError(
                'drydock: python: re on bytes is not modelled')
        if endpos is None:
            endpos = len(string)
        spans = _sre.run(self._program, string, pos, endpos, anchored)
        return spans and Match(self, string, spans, pos, endpos)

    def match(self, string, pos=0, endpos=None):
        return self._run(string, pos, endpos, True)

    def fullmatch(self, string, pos=0, endpos=None):
        whole = Pattern('(?:%s)\\Z' % self.pattern, self.flags)
        return whole._run(string, pos, endpos, True)

    def search(self, string, pos=0, endpos=None):
        return self._run(string, pos, endpos, False)

    def finditer(self, string, pos=0, endpos=None):
        at = pos
        while at <= len(string):
            found = self._run(string, at, endpos, False)
            if not found:
                return
            yield found
            at = found.end() if found.end() > found.start() \
                else found.end() + 1

    def findall(self, string, pos=0, endpos=None):
        out = []
        for found in self.finditer(string, pos, endpos):
            if self.groups == 0:
                out.append(found.group())
            elif self.groups == 1:
                out.append(found.groups('')[0])
            else:
                out.append(found.groups(''))
        return out

    def subn(self, repl, string, count=0):
        out, at, n = [], 0, 0
        for found in self.finditer(string):
            if count and n >= count:
                break
            n += 1
            out.append(string[at:found.start()])
            if isinstance(repl, str):
                out.append(_expand(repl, found) if '\\' in repl else repl)
            else:
                out.append(repl(found))
            at = found.end()
        out.append(string[at:])
        return ''.join(out), n

    def sub(self, repl, string, count=0):
        return self.subn(repl, string, count)[0]

    def split(self, string, maxsplit=0):
        out, at, n = [], 0, 0
        for found in self.finditer(string):
            if maxsplit and n >= maxsplit:
                break
            if found.end() == found.start():
                continue
            n += 1
            out.append(string[at:found.start()])
            out.extend(found.groups())
            at = found.end()
        out.append(string[at:])
        return out

    def __repr__(self):
        return 're.compile(%r)' % (self.pattern,)


_cache = {}


def compile(pattern, flags=0):
    if isinstance(pattern, Pattern):
        return pattern
    key = (pattern, flags)
    if key not in _cache:
        if len(_cache) > 500:
            _cache.clear()
        _cache[key] = Pattern(pattern, flags)
    return _cache[key]


def match(pattern, string, flags=0):
    return compile(pattern, flags).match(string)


def fullmatch(pattern, string, flags=0):
    return compile(pattern, flags).fullmatch(string)


def search(pattern, string, flags=0):
    return compile(pattern, flags).search(string)


def findall(pattern, string, flags=0):
    return compile(pattern, flags).findall(string)


def finditer(pattern, string, flags=0):
    return compile(pattern, flags).finditer(string)


def sub(pattern, repl, string, count=0, flags=0):
    return compile(pattern, flags).sub(repl, string, count)


def subn(pattern, repl, string, count=0, flags=0):
    return compile(pattern, flags).subn(repl, string, count)


def split(pattern, string, maxsplit=0, flags=0):
    return compile(pattern, flags).split(string, maxsplit)


def escape(pattern):
    return ''.join(c if c.isalnum() or c == '_' else '\\' + c
                   for c in pattern)


def purge():
    _cache.clear()
