"""Constants of characters, and Template."""
ascii_lowercase = 'abcdefghijklmnopqrstuvwxyz'
ascii_uppercase = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
ascii_letters = ascii_lowercase + ascii_uppercase
digits = '0123456789'
hexdigits = digits + 'abcdef' + 'ABCDEF'
octdigits = '01234567'
punctuation = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'
whitespace = ' \t\n\r\v\f'
printable = digits + ascii_letters + punctuation + whitespace


def capwords(s, sep=None):
    return (sep or ' ').join(x.capitalize() for x in s.split(sep))


class Template(object):
    def __init__(self, template):
        self.template = template

    def _fill(self, values, strict):
        import re

        def one(match):
            if match.group(0) == '$$':
                return '$'
            name = match.group(1) or match.group(2)
            if name in values:
                return str(values[name])
            if strict:
                raise KeyError(name)
            return match.group(0)
        return re.sub(r'\$\$|\$([A-Za-z_]\w*)|\$\{([A-Za-z_]\w*)\}', one,
                      self.template)

    def substitute(self, *args, **kws):
        values = dict(*args)
        values.update(kws)
        return self._fill(values, True)

    def safe_substitute(self, *args, **kws):
        values = dict(*args)
        values.update(kws)
        return self._fill(values, False)
