"""HTML's special characters."""


def escape(s, quote=True):
    s = s.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;')
    if quote:
        s = s.replace('"', '&quot;').replace("'", '&#x27;')
    return s


def unescape(s):
    for name, c in (('lt', '<'), ('gt', '>'), ('quot', '"'), ('#x27', "'"),
                    ('#39', "'"), ('amp', '&')):
        s = s.replace('&' + name + ';', c)
    return s
