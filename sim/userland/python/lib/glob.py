"""Files by pattern."""
import os

from fnmatch import fnmatch


def glob(pattern):
    head, tail = os.path.split(pattern)
    if not any(c in pattern for c in '*?['):
        return [pattern] if os.path.lexists(pattern) else []
    bases = glob(head) if any(c in head for c in '*?[') else [head]
    out = []
    for base in bases:
        try:
            names = os.listdir(base or '.')
        except OSError:
            continue
        for name in sorted(names):
            if fnmatch(name, tail) and (tail.startswith('.') or
                                        not name.startswith('.')):
                out.append(os.path.join(base, name) if base else name)
    return out


def iglob(pattern):
    return iter(glob(pattern))
