"""Texts in columns."""


def wrap(text, width=70, initial_indent='', subsequent_indent=''):
    lines, line = [], initial_indent
    empty = True
    for word in text.split():
        if not empty and len(line) + 1 + len(word) > width:
            lines.append(line)
            line, empty = subsequent_indent, True
        line += word if empty else ' ' + word
        empty = False
    if not empty:
        lines.append(line)
    return lines


def fill(text, width=70, **kws):
    return '\n'.join(wrap(text, width, **kws))


def dedent(text):
    lines = text.split('\n')
    margin = None
    for line in lines:
        if line.strip():
            lead = line[:len(line) - len(line.lstrip())]
            if margin is None or margin.startswith(lead):
                margin = lead
    margin = margin or ''
    return '\n'.join(line[len(margin):] if line.strip() else ''
                     for line in lines)


def indent(text, prefix):
    return ''.join(prefix + line if line.strip() else line
                   for line in text.splitlines(True))
