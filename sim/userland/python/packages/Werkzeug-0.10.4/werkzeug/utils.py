"""Small helpers."""


def secure_filename(name):
    name = name.replace('/', ' ').replace('\\', ' ')
    words = '_'.join(name.split())
    return ''.join(c for c in words
                   if c.isalnum() or c in '_.-').strip('._')


def escape(text, quote=None):
    from markupsafe import escape as safe
    return str(safe('' if text is None else text))
