"""Texts that are known to be safe in HTML."""


class Markup(str):
    """A text that needs no more escaping."""

    def __html__(self):
        return self

    def __add__(self, other):
        return Markup(str(self) + str(escape(other)))

    def __mod__(self, values):
        if isinstance(values, tuple):
            values = tuple([escape(v) for v in values])
        else:
            values = escape(values)
        return Markup(str(self) % values)

    def __str__(self):
        return ''.join([c for c in self])

    def format(self, *args, **kwargs):
        return Markup(str(self).format(
            *[escape(a) for a in args],
            **dict((k, escape(v)) for k, v in kwargs.items())))

    @classmethod
    def escape(cls, text):
        return escape(text)

    def __repr__(self):
        return 'Markup(%s)' % repr(str(self))


def escape(text):
    if hasattr(text, '__html__'):
        return Markup(text.__html__())
    text = str(text)
    for bad, good in (('&', '&amp;'), ('>', '&gt;'), ('<', '&lt;'),
                      ("'", '&#39;'), ('"', '&#34;')):
        text = text.replace(bad, good)
    return Markup(text)
