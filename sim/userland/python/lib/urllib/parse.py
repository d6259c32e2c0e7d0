"""URLs taken apart and put together."""
from collections import namedtuple

_SAFE = ('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
         '0123456789_.-')


def quote(text, safe='/'):
    data = text.encode() if isinstance(text, str) else text
    return ''.join(chr(b) if chr(b) in _SAFE or chr(b) in safe
                   else '%%%02X' % b for b in data)


def quote_plus(text, safe=''):
    return quote(text, safe + ' ').replace(' ', '+')


def unquote(text):
    parts = text.split('%')
    out = parts[0].encode()
    for part in parts[1:]:
        try:
            out += bytes([int(part[:2], 16)]) + part[2:].encode()
        except ValueError:
            out += b'%' + part.encode()
    return out.decode('utf-8', 'replace')


def unquote_plus(text):
    return unquote(text.replace('+', ' '))


def urlencode(query):
    items = query.items() if hasattr(query, 'items') else query
    return '&'.join(quote_plus(str(k)) + '=' + quote_plus(str(v))
                    for k, v in items)


def parse_qsl(text, keep_blank_values=False):
    out = []
    for pair in text.replace(';', '&').split('&'):
        name, equals, value = pair.partition('=')
        if pair and (value or keep_blank_values):
            out.append((unquote_plus(name), unquote_plus(value)))
    return out


def parse_qs(text, keep_blank_values=False):
    out = {}
    for name, value in parse_qsl(text, keep_blank_values):
        out.setdefault(name, []).append(value)
    return out


class SplitResult(namedtuple('SplitResult',
                             'scheme netloc path query fragment')):
    @property
    def hostname(self):
        host = self.netloc.rpartition('@')[2].partition(':')[0]
        return host.lower() or None

    @property
    def port(self):
        port = self.netloc.rpartition('@')[2].partition(':')[2]
        return int(port) if port else None

    @property
    def username(self):
        who = self.netloc.rpartition('@')[0]
        return who.partition(':')[0] or None

    @property
    def password(self):
        who = self.netloc.rpartition('@')[0]
        return who.partition(':')[2] or None

    def geturl(self):
        return urlunsplit(self)


def urlsplit(url):
    scheme = netloc = query = fragment = ''
    head, colon, tail = url.partition(':')
    if colon and head and head.replace('+', '').replace('-', '').isalnum() \
            and not tail.split('/')[0].isdigit():
        scheme, url = head.lower(), tail
    if url.startswith('//'):
        end = min([i for i in (url.find(c, 2) for c in '/?#') if i >= 0] or
                  [len(url)])
        netloc, url = url[2:end], url[end:]
    url, _, fragment = url.partition('#')
    url, _, query = url.partition('?')
    return SplitResult(scheme, netloc, url, query, fragment)


urlparse = urlsplit


def urlunsplit(parts):
    scheme, netloc, path, query, fragment = parts
    url = path
    if netloc:
        if path and not path.startswith('/'):
            path = '/' + path
        url = '//' + netloc + path
    if scheme:
        url = scheme + ':' + url
    return url + ('?' + query if query else '') + \
        ('#' + fragment if fragment else '')


def urljoin(base, url):
    there = urlsplit(url)
    if there.scheme:
        return url
    here = urlsplit(base)
    if there.netloc:
        return here.scheme + ':' + url
    path = there.path
    if not path:
        path = here.path
    elif not path.startswith('/'):
        path = here.path[:here.path.rfind('/') + 1] + path
    out = []
    for part in path.split('/'):
        if part == '..':
            if len(out) > 1:
                out.pop()
        elif part != '.':
            out.append(part)
    return urlunsplit((here.scheme, here.netloc, '/'.join(out), there.query,
                       there.fragment))
