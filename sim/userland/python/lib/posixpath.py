"""Paths, as POSIX writes them."""
import posix

sep = '/'
curdir = '.'
pardir = '..'


def join(first, *rest):
    path = first
    for part in rest:
        if part.startswith('/'):
            path = part
        elif not path or path.endswith('/'):
            path += part
        else:
            path += '/' + part
    return path


def split(p):
    i = p.rfind('/') + 1
    head, tail = p[:i], p[i:]
    if head and head != '/' * len(head):
        head = head.rstrip('/')
    return head, tail


def basename(p):
    return p[p.rfind('/') + 1:]


def dirname(p):
    return split(p)[0]


def splitext(p):
    base = p.rfind('/') + 1
    dot = p.rfind('.')
    if dot > base and p[base:dot].strip('.'):
        return p[:dot], p[dot:]
    return p, ''


def isabs(p):
    return p.startswith('/')


def _kind(p, follow=True):
    try:
        return (posix._stat if follow else posix._lstat)(p)[0] & 0o170000
    except (OSError, ValueError):
        return None


def exists(p):
    return _kind(p) is not None


def lexists(p):
    return _kind(p, False) is not None


def isfile(p):
    return _kind(p) == 0o100000


def isdir(p):
    return _kind(p) == 0o040000


def islink(p):
    return _kind(p, False) == 0o120000


def getsize(p):
    return posix._stat(p)[1]


def getmtime(p):
    return posix._stat(p)[2]


def normpath(p):
    if not p:
        return '.'
    start = '/' if p.startswith('/') else ''
    if p.startswith('//') and not p.startswith('///'):
        start = '//'
    parts = []
    for part in p.split('/'):
        if part in ('', '.'):
            continue
        if part != '..' or (not start and not parts) or \
                (parts and parts[-1] == '..'):
            parts.append(part)
        elif parts:
            parts.pop()
    return (start + '/'.join(parts)) or '.'


def abspath(p):
    if not isabs(p):
        p = join(posix.getcwd(), p)
    return normpath(p)


def realpath(p):
    return posix._realpath(p) or abspath(p)


def relpath(p, start='.'):
    here = [x for x in abspath(start).split('/') if x]
    there = [x for x in abspath(p).split('/') if x]
    same = 0
    while same < min(len(here), len(there)) and here[same] == there[same]:
        same += 1
    parts = ['..'] * (len(here) - same) + there[same:]
    return join(*parts) if parts else '.'


def commonprefix(names):
    if not names:
        return ''
    first, last = min(names), max(names)
    for i, c in enumerate(first):
        if c != last[i]:
            return first[:i]
    return first


def expanduser(p):
    import os
    if p == '~' or p.startswith('~/'):
        return os.environ.get('HOME', '/root') + p[1:]
    return p


def expandvars(p):
    import os
    for name, value in os.environ.items():
        p = p.replace('${' + name + '}', value).replace('$' + name, value)
    return p
