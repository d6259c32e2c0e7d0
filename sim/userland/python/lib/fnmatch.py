"""Names against patterns of the shell."""
import re


def translate(pattern):
    out, i = '', 0
    while i < len(pattern):
        c = pattern[i]
        i += 1
        if c == '*':
            out += '.*'
        elif c == '?':
            out += '.'
        elif c == '[' and ']' in pattern[i + 1:]:
            end = pattern.index(']', i + 1)
            inside = pattern[i:end].replace('\\', '\\\\')
            if inside[0] == '!':
                inside = '^' + inside[1:]
            out += '[' + inside + ']'
            i = end + 1
        else:
            out += re.escape(c)
    return '(?s)' + out + r'\Z'


def fnmatch(name, pattern):
    return re.match(translate(pattern), name) is not None


fnmatchcase = fnmatch


def filter(names, pattern):
    return [n for n in names if fnmatch(n, pattern)]
