"""Command lines: positionals, options, types, choices, defaults, help."""
import os
import sys


class Namespace(object):
    def __repr__(self):
        return 'Namespace(%s)' % ', '.join(
            '%s=%r' % pair for pair in sorted(self.__dict__.items()))


class ArgumentTypeError(Exception):
    pass


class _Action(object):
    def __init__(self, names, options):
        self.names = names
        self.positional = not names[0].startswith('-')
        longest = [n for n in names if n.startswith('--')] or names
        self.dest = options.pop('dest', None) or \
            longest[0].lstrip('-').replace('-', '_')
        self.kind = options.pop('action', 'store')
        self.type = options.pop('type', str)
        self.nargs = options.pop('nargs', None)
        self.choices = options.pop('choices', None)
        self.required = options.pop('required', False)
        self.help = options.pop('help', '')
        self.metavar = options.pop('metavar', None)
        self.version = options.pop('version', None)
        standard = {'store_true': False, 'store_false': True,
                    'count': None}.get(self.kind)
        self.default = options.pop('default', standard)
        if options:
            raise NotImplementedError(
                'drydock: python: argparse: %s= is not modelled'
                % sorted(options)[0])

    @property
    def takes(self):
        return self.kind in ('store', 'append')

    def shown(self):
        if self.positional:
            name = self.metavar or self.dest
            return {'?': '[%s]', '*': '[%s [%s ...]]',
                    '+': '%s [%s ...]'}.get(self.nargs, '%s') % (
                (name,) * (2 if self.nargs in ('*', '+') else 1))
        value = ' ' + (self.metavar or self.dest.upper()) if self.takes \
            else ''
        return self.names[0] + value


class ArgumentParser(object):
    def __init__(self, prog=None, description=None, epilog=None,
                 add_help=True):
        self.prog = prog or os.path.basename(sys.argv[0])
        self.description, self.epilog = description, epilog
        self.actions = []
        if add_help:
            self.add_argument('-h', '--help', action='help',
                              help='show this help message and exit')

    def add_argument(self, *names, **options):
        action = _Action(names, options)
        self.actions.append(action)
        return action

    def format_usage(self):
        parts = []
        for action in self.actions:
            if not action.positional:
                text = action.shown()
                parts.append(text if action.required else '[%s]' % text)
        parts += [a.shown() for a in self.actions if a.positional]
        return 'usage: %s\n' % ' '.join([self.prog] + parts)

    def format_help(self):
        out = self.format_usage()
        if self.description:
            out += '\n' + self.description + '\n'
        for title, positional in (('positional arguments', True),
                                  ('optional arguments', False)):
            rows = [a for a in self.actions if a.positional == positional]
            if not rows:
                continue
            out += '\n%s:\n' % title
            for action in rows:
                value = ' ' + (action.metavar or action.dest.upper()) \
                    if action.takes and not action.positional else ''
                left = action.metavar or action.dest if action.positional \
                    else ', '.join(n + value for n in action.names)
                out += '  %-21s %s\n' % (left, action.help) if action.help \
                    else '  %s\n' % left
        if self.epilog:
            out += '\n' + self.epilog + '\n'
        return out

    def print_help(self, file=None):
        (file or sys.stdout).write(self.format_help())

    def error(self, message):
        sys.stderr.write(self.format_usage())
        sys.stderr.write('%s: error: %s\n' % (self.prog, message))
        sys.exit(2)

    def _convert(self, action, text):
        name = '/'.join(action.names) if not action.positional else \
            action.metavar or action.dest
        try:
            value = action.type(text)
        except ArgumentTypeError as problem:
            self.error('argument %s: %s' % (name, problem))
        except (TypeError, ValueError):
            self.error('argument %s: invalid %s value: %r' % (
                name, action.type.__name__, text))
        if action.choices is not None and value not in action.choices:
            self.error('argument %s: invalid choice: %r (choose from %s)' % (
                name, value, ', '.join(map(repr, action.choices))))
        return value

    def _find(self, name):
        for action in self.actions:
            if name in action.names:
                return action
        near = [a for a in self.actions for n in a.names
                if n.startswith(name) and name.startswith('--')]
        return near[0] if len(near) == 1 else None

    def _option(self, action, value, rest, seen):
        seen.add(action.dest)
        if action.kind == 'help':
            self.print_help()
            sys.exit(0)
        if action.kind == 'version':
            sys.stdout.write(action.version + '\n')
            sys.exit(0)
        if action.kind in ('store_true', 'store_false'):
            return action.kind == 'store_true'
        if action.kind == 'count':
            return (getattr(self._space, action.dest) or 0) + 1
        if action.nargs in ('*', '+'):
            values = [value] if value is not None else []
            while rest and not rest[0].startswith('-'):
                values.append(rest.pop(0))
            return [self._convert(action, v) for v in values]
        if value is None:
            if not rest or (rest[0].startswith('-') and len(rest[0]) > 1
                            and not rest[0][1].isdigit()):
                self.error('argument %s: expected one argument'
                           % '/'.join(action.names))
            value = rest.pop(0)
        made = self._convert(action, value)
        if action.kind == 'append':
            return (getattr(self._space, action.dest) or []) + [made]
        return made

    def parse_args(self, args=None):
        space, extra = self.parse_known_args(args)
        if extra:
            self.error('unrecognized arguments: %s' % ' '.join(extra))
        return space

    def parse_known_args(self, args=None):
        rest = list(sys.argv[1:] if args is None else args)
        space = self._space = Namespace()
        for action in self.actions:
            if action.kind not in ('help', 'version'):
                setattr(space, action.dest, action.default)
        words, extra, seen = [], [], set()
        while rest:
            word = rest.pop(0)
            if word == '--':
                words += rest
                break
            if not word.startswith('-') or word == '-':
                words.append(word)
                continue
            name, equals, value = word.partition('=')
            action = self._find(name)
            if action is None and not word.startswith('--') and len(word) > 2:
                action = self._find(word[:2])
                if action is not None and action.takes:
                    value, equals = word[2:], '='
                elif action is not None:
                    rest.insert(0, '-' + word[2:])
            if action is None:
                extra.append(word)
                continue
            setattr(space, action.dest, self._option(
                action, value if equals else None, rest, seen))
        self._positionals(space, words, extra)
        missing = ['/'.join(a.names) for a in self.actions
                   if a.required and a.dest not in seen]
        if missing:
            self.error('the following arguments are required: %s'
                       % ', '.join(missing))
        return space, extra

    def _positionals(self, space, words, extra):
        todo = [a for a in self.actions if a.positional]
        missing = []
        for i, action in enumerate(todo):
            later = len([a for a in todo[i + 1:] if a.nargs in (None, '+')])
            if action.nargs in ('*', '+'):
                count = max(0, len(words) - later)
                values = [self._convert(action, w) for w in words[:count]]
                del words[:count]
                if values or action.nargs == '*':
                    setattr(space, action.dest, values)
                else:
                    missing.append(action.dest)
            elif len(words) > (later if action.nargs == '?' else 0):
                setattr(space, action.dest,
                        self._convert(action, words.pop(0)))
            elif action.nargs != '?':
                missing.append(action.metavar or action.dest)
        if missing:
            self.error('the following arguments are required: %s'
                       % ', '.join(missing))
        extra += words
