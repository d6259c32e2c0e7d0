"""Which function answers which path."""
import re

from urllib.parse import quote
from werkzeug.exceptions import MethodNotAllowed, NotFound

_PART = re.compile(r'<(?:([a-zA-Z_]\w*)(?:\((.*?)\))?:)?([a-zA-Z_]\w*)>')
_CONVERTERS = {'default': r'[^/]+', 'string': r'[^/]+', 'int': r'\d+',
               'float': r'\d+\.\d+', 'path': r'[^/].*?'}
_TYPES = {'int': int, 'float': float}


class BuildError(LookupError):
    def __init__(self, endpoint, values, method):
        LookupError.__init__(self, endpoint, values, method)


class RequestRedirect(Exception):
    def __init__(self, path):
        Exception.__init__(self, path)
        self.path = path


class Rule(object):
    def __init__(self, rule, endpoint, methods, defaults=None,
                 strict_slashes=True):
        if not rule.startswith('/'):
            raise ValueError('urls must start with a leading slash')
        self.rule, self.endpoint = rule, endpoint
        self.methods = set(methods)
        if 'GET' in self.methods:
            self.methods.add('HEAD')
        self.defaults = defaults or {}
        self.strict_slashes = strict_slashes
        self.names, pattern, at = [], '', 0
        for found in _PART.finditer(rule):
            kind = found.group(1) or 'default'
            if kind not in _CONVERTERS:
                raise LookupError('the converter %r does not exist' % kind)
            pattern += re.escape(rule[at:found.start()])
            pattern += '(%s)' % _CONVERTERS[kind]
            self.names.append((found.group(3), kind))
            at = found.end()
        self.pattern = re.compile(pattern + re.escape(rule[at:]) + r'\Z')

    def match(self, path):
        found = self.pattern.match(path)
        if not found:
            if self.rule.endswith('/') and self.strict_slashes and \
                    not path.endswith('/') and self.pattern.match(path + '/'):
                raise RequestRedirect(path + '/')
            return None
        values = dict(self.defaults)
        for (name, kind), text in zip(self.names, found.groups()):
            values[name] = _TYPES.get(kind, str)(text)
        return values

    def build(self, values):
        values = dict(values)
        for name, kind in self.names:
            if name not in values:
                return None

        def fill(found):
            text = str(values.pop(found.group(3)))
            return quote(text, '/' if found.group(1) == 'path' else '')
        path = _PART.sub(fill, self.rule)
        return path, values

    def __repr__(self):
        return '<Rule %r (%s) -> %s>' % (
            self.rule, ', '.join(sorted(self.methods)), self.endpoint)


class Map(object):
    def __init__(self):
        self.rules = []

    def add(self, rule):
        self.rules.append(rule)

    def iter_rules(self):
        return iter(self.rules)

    def match(self, path, method):
        allowed = set()
        # Rules with fewer open parts are more to the point.
        for rule in sorted(self.rules, key=lambda r: len(r.names)):
            values = rule.match(path)
            if values is None:
                continue
            if method in rule.methods:
                return rule, values
            allowed |= rule.methods
        if allowed:
            raise MethodNotAllowed(allowed)
        raise NotFound()

    def methods(self, path):
        allowed = set()
        for rule in self.rules:
            if rule.match(path) is not None:
                allowed |= rule.methods
        return allowed

    def build(self, endpoint, values):
        for rule in self.rules:
            if rule.endpoint != endpoint:
                continue
            built = rule.build(values)
            if built is not None:
                return built
        raise BuildError(endpoint, values, None)
