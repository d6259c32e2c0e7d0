"""Containers beside the built-in ones."""


class OrderedDict(dict):
    def __repr__(self):
        if not self:
            return 'OrderedDict()'
        return 'OrderedDict(%r)' % (list(self.items()),)

    def move_to_end(self, key, last=True):
        value = self.pop(key)
        others = [] if last else list(self.items())
        if not last:
            self.clear()
        self[key] = value
        for name, item in others:
            self[name] = item


class defaultdict(dict):
    def __init__(self, default_factory=None, *args, **kwargs):
        dict.__init__(self, *args, **kwargs)
        self.default_factory = default_factory

    def __missing__(self, key):
        if self.default_factory is None:
            raise KeyError(key)
        self[key] = value = self.default_factory()
        return value

    def __repr__(self):
        return 'defaultdict(%r, %s)' % (self.default_factory,
                                        dict.__repr__(dict(self)))


class Counter(dict):
    def __init__(self, iterable=None, **kwargs):
        dict.__init__(self)
        self.update(iterable, **kwargs)

    def __missing__(self, key):
        return 0

    def update(self, iterable=None, **kwargs):
        if iterable is not None:
            if isinstance(iterable, dict):
                for key, n in iterable.items():
                    self[key] = self.get(key, 0) + n
            else:
                for key in iterable:
                    self[key] = self.get(key, 0) + 1
        for key, n in kwargs.items():
            self[key] = self.get(key, 0) + n

    def most_common(self, n=None):
        rows = sorted(self.items(), key=lambda row: row[1], reverse=True)
        return rows if n is None else rows[:n]

    def elements(self):
        for key, n in self.items():
            for _ in range(n):
                yield key

    def __repr__(self):
        if not self:
            return 'Counter()'
        return 'Counter({%s})' % ', '.join('%r: %r' % row
                                           for row in self.most_common())


class deque(object):
    def __init__(self, iterable=(), maxlen=None):
        self.maxlen = maxlen
        self._items = []
        for item in iterable:
            self.append(item)

    def append(self, item):
        self._items.append(item)
        if self.maxlen is not None and len(self._items) > self.maxlen:
            del self._items[0]

    def appendleft(self, item):
        self._items.insert(0, item)
        if self.maxlen is not None and len(self._items) > self.maxlen:
            self._items.pop()

    def pop(self):
        if not self._items:
            raise IndexError('pop from an empty deque')
        return self._items.pop()

    def popleft(self):
        if not self._items:
            raise IndexError('pop from an empty deque')
        return self._items.pop(0)

    def extend(self, iterable):
        for item in iterable:
            self.append(item)

    def extendleft(self, iterable):
        for item in iterable:
            self.appendleft(item)

    def rotate(self, n=1):
        if self._items:
            n %= len(self._items)
            self._items = self._items[-n:] + self._items[:-n]

    def clear(self):
        self._items = []

    def __len__(self):
        return len(self._items)

    def __iter__(self):
        return iter(self._items)

    def __getitem__(self, i):
        return self._items[i]

    def __setitem__(self, i, value):
        self._items[i] = value

    def __contains__(self, item):
        return item in self._items

    def __eq__(self, other):
        return isinstance(other, deque) and self._items == other._items

    def __repr__(self):
        if self.maxlen is None:
            return 'deque(%r)' % (self._items,)
        return 'deque(%r, maxlen=%r)' % (self._items, self.maxlen)


def namedtuple(typename, field_names):
    if isinstance(field_names, str):
        field_names = field_names.replace(',', ' ').split()
    fields = tuple(field_names)

    def new(cls, *args, **kwargs):
        values = list(args)
        for name in fields[len(args):]:
            if name not in kwargs:
                raise TypeError("__new__() missing 1 required positional "
                                "argument: '%s'" % name)
            values.append(kwargs.pop(name))
        if kwargs or len(values) > len(fields):
            raise TypeError('__new__() takes %d positional arguments but %d '
                            'were given' % (len(fields) + 1,
                                            len(args) + 1))
        return tuple.__new__(cls, values)

    def show(self):
        return '%s(%s)' % (typename, ', '.join(
            '%s=%r' % pair for pair in zip(fields, self)))

    def getter(i):
        return property(lambda self: self[i])

    names = {'__new__': new, '__repr__': show, '_fields': fields}
    for i, field in enumerate(fields):
        names[field] = getter(i)
    made = type(typename, (tuple,), names)
    made._make = classmethod(lambda cls, it: cls(*it))
    made._asdict = lambda self: OrderedDict(zip(fields, self))
    made._replace = lambda self, **kws: made(
        *[kws.get(name, value) for name, value in zip(fields, self)])
    return made
