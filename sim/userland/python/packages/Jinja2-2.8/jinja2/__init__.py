"""Templates: {{ expressions }}, {% if %}, {% for %}, {% set %}, filters,
{% extends %} with blocks, {% include %}.  All else is refused."""
import os
import re

from markupsafe import Markup, escape

_TOKENS = re.compile(r'(\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\})', re.S)


class TemplateError(Exception):
    pass


class TemplateSyntaxError(TemplateError):
    pass


class TemplateNotFound(TemplateError):
    pass


class UndefinedError(TemplateError):
    pass


class Undefined(object):
    def __init__(self, name):
        self._name = name

    def __str__(self):
        return ''

    def __bool__(self):
        return False

    def __len__(self):
        return 0

    def __iter__(self):
        return iter(())

    def __eq__(self, other):
        return isinstance(other, Undefined)

    def __getattr__(self, name):
        raise UndefinedError('%r is undefined' % self._name)


def _default(value, other='', boolean=False):
    return other if isinstance(value, Undefined) or (boolean and not value) \
        else value


FILTERS = {
    'upper': lambda v: str(v).upper(),
    'lower': lambda v: str(v).lower(),
    'title': lambda v: str(v).title(),
    'capitalize': lambda v: str(v).capitalize(),
    'trim': lambda v: str(v).strip(),
    'length': len, 'count': len, 'list': list, 'int': int, 'string': str,
    'first': lambda v: next(iter(v)), 'last': lambda v: list(v)[-1],
    'join': lambda v, glue='': glue.join(str(x) for x in v),
    'replace': lambda v, a, b: str(v).replace(a, b),
    'safe': Markup, 'escape': escape, 'e': escape,
    'default': _default, 'd': _default, 'sort': sorted,
    'reverse': lambda v: list(reversed(v)), 'sum': sum, 'round': round,
    'abs': abs,
}


class _Scope(dict):
    def __missing__(self, key):
        return Undefined(key)


def _pipe_split(text):
    """Cuts at the bars that are not inside of quotes or brackets."""
    parts, depth, quote, start = [], 0, '', 0
    for i, c in enumerate(text):
        if quote:
            if c == quote:
                quote = ''
        elif c in '"\'':
            quote = c
        elif c in '([{':
            depth += 1
        elif c in ')]}':
            depth -= 1
        elif c == '|' and depth == 0:
            parts.append(text[start:i])
            start = i + 1
    return parts + [text[start:]]


class _Loop(object):
    def __init__(self, count):
        self.length = count
        self.index0 = -1

    def step(self):
        self.index0 += 1
        self.index = self.index0 + 1
        self.first = self.index0 == 0
        self.last = self.index == self.length
        return self


class Template(object):
    def __init__(self, source, environment=None, name='<template>'):
        self.environment = environment or Environment()
        self.name = name
        self.tokens = [t for t in _TOKENS.split(source)]
        self.at = 0
        self.blocks = {}
        self.parent = None
        self.nodes = self._parse(())
        if self.at < len(self.tokens):
            raise TemplateSyntaxError('Encountered unknown tag %r'
                                      % self.tokens[self.at])

    def _parse(self, ends):
        nodes = []
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            if not token.startswith(('{{', '{%', '{#')):
                nodes.append(('text', token))
                self.at += 1
            elif token.startswith('{#'):
                self.at += 1
            elif token.startswith('{{'):
                nodes.append(('show', token[2:-2].strip('-').strip()))
                self.at += 1
            else:
                words = token[2:-2].strip('-').strip()
                tag = words.split(None, 1)[0]
                if tag in ends:
                    return nodes
                self.at += 1
                nodes.append(self._tag(tag, words[len(tag):].strip()))
        if ends:
            raise TemplateSyntaxError('Unexpected end of template. Jinja was '
                                      'looking for the following tags: %s'
                                      % ' or '.join(map(repr, ends)))
        return nodes

    def _close(self):
        words = self.tokens[self.at][2:-2].strip('-').strip()
        self.at += 1
        tag = words.split(None, 1)[0]
        return tag, words[len(tag):].strip()

    def _tag(self, tag, rest):
        if tag == 'if':
            branches = []
            condition = rest
            while True:
                body = self._parse(('elif', 'else', 'endif'))
                branches.append((condition, body))
                tag, condition = self._close()
                if tag == 'endif':
                    return ('if', branches)
                if tag == 'else':
                    condition = 'True'
        if tag == 'for':
            target, _, over = rest.partition(' in ')
            names = [n.strip() for n in target.split(',')]
            body, other = self._parse(('else', 'endfor')), []
            if self._close()[0] == 'else':
                other = self._parse(('endfor',))
                self._close()
            return ('for', names, over, body, other)
        if tag == 'set':
            name, _, value = rest.partition('=')
            return ('set', name.strip(), value.strip())
        if tag == 'block':
            body = self._parse(('endblock',))
            self._close()
            self.blocks[rest] = body
            return ('block', rest)
        if tag == 'extends':
            self.parent = rest
            return ('text', '')
        if tag == 'include':
            return ('include', rest)
        raise NotImplementedError(
            'drydock: python: the template tag %r is not modelled' % tag)

    def _value(self, text, scope):
        parts = _pipe_split(text)
        value = eval(parts[0].strip(), scope, scope)
        for part in parts[1:]:
            name, paren, args = part.strip().partition('(')
            name = name.strip()
            if name not in self.environment.filters:
                raise TemplateSyntaxError('no filter named %r' % name)
            function = self.environment.filters[name]
            given = eval('(%s,)' % args.strip()[:-1], scope, scope) \
                if paren and args.strip() != ')' else ()
            value = function(value, *given)
        return value

    def _run(self, nodes, scope, blocks):
        out = []
        for node in nodes:
            kind = node[0]
            if kind == 'text':
                out.append(node[1])
            elif kind == 'show':
                value = self._value(node[1], scope)
                if self.environment.autoescape:
                    value = escape(value)
                out.append(str(value))
            elif kind == 'if':
                for condition, body in node[1]:
                    if self._value(condition, scope):
                        out.append(self._run(body, scope, blocks))
                        break
            elif kind == 'for':
                out.append(self._run_for(node, scope, blocks))
            elif kind == 'set':
                scope[node[1]] = self._value(node[2], scope)
            elif kind == 'block':
                body = blocks.get(node[1], self.blocks[node[1]])
                out.append(self._run(body, scope, blocks))
            elif kind == 'include':
                name = self._value(node[1], scope)
                out.append(self.environment.get_template(name)
                           .render(dict(scope)))
        return ''.join(out)

    def _run_for(self, node, scope, blocks):
        _, names, over, body, other = node
        items = list(self._value(over, scope))
        if not items:
            return self._run(other, scope, blocks)
        out, loop = [], _Loop(len(items))
        for item in items:
            inner = _Scope(scope)
            inner['loop'] = loop.step()
            if len(names) == 1:
                inner[names[0]] = item
            else:
                for name, part in zip(names, item):
                    inner[name] = part
            out.append(self._run(body, inner, blocks))
        return ''.join(out)

    def render(self, *args, **kwargs):
        scope = _Scope(self.environment.globals)
        for each in args:
            scope.update(each)
        scope.update(kwargs)
        return self._render(scope, {})

    def _render(self, scope, blocks):
        merged = dict(self.blocks)
        merged.update(blocks)
        if self.parent:
            name = self._value(self.parent, scope)
            return self.environment.get_template(name)._render(scope, merged)
        return self._run(self.nodes, scope, merged)


class FileSystemLoader(object):
    def __init__(self, path):
        self.path = path

    def source(self, name):
        full = os.path.join(self.path, name)
        if not os.path.isfile(full):
            raise TemplateNotFound(name)
        with open(full) as f:
            return f.read()


class DictLoader(object):
    def __init__(self, mapping):
        self.mapping = mapping

    def source(self, name):
        if name not in self.mapping:
            raise TemplateNotFound(name)
        return self.mapping[name]


class Environment(object):
    def __init__(self, loader=None, autoescape=False):
        self.loader = loader
        self.autoescape = autoescape
        self.filters = dict(FILTERS)
        self.globals = {'range': range, 'dict': dict, 'true': True,
                        'false': False, 'none': None}

    def from_string(self, source):
        return Template(source, self)

    def get_template(self, name):
        if self.loader is None:
            raise TypeError('no loader for this environment specified')
        return Template(self.loader.source(name), self, name)
