"""Dictionaries of the web."""


class MultiDict(dict):
    """The first value of each key; getlist() has all of them."""

    def __init__(self, pairs=()):
        dict.__init__(self)
        self._all = {}
        for key, value in pairs:
            self.add(key, value)

    def add(self, key, value):
        self._all.setdefault(key, []).append(value)
        self[key] = self._all[key][0]

    def __missing__(self, key):
        from werkzeug.exceptions import BadRequestKeyError
        raise BadRequestKeyError(key)

    def get(self, key, default=None, type=None):
        if key not in self:
            return default
        if type is None:
            return self[key]
        try:
            return type(self[key])
        except ValueError:
            return default

    def getlist(self, key):
        return list(self._all.get(key, []))

    def to_dict(self, flat=True):
        return dict(self) if flat else dict(self._all)


ImmutableMultiDict = MultiDict


class Headers(object):
    """Fields in order, found without regard to case."""

    def __init__(self, pairs=()):
        if hasattr(pairs, 'items'):
            pairs = pairs.items()
        self._list = [(str(k), str(v)) for k, v in pairs or ()]

    def get(self, name, default=None, type=None):
        for key, value in self._list:
            if key.lower() == name.lower():
                return value if type is None else type(value)
        return default

    def getlist(self, name):
        return [v for k, v in self._list if k.lower() == name.lower()]

    def add(self, name, value):
        self._list.append((name, str(value)))

    def set(self, name, value):
        self.remove(name)
        self.add(name, value)

    def setdefault(self, name, value):
        if name not in self:
            self.add(name, value)
        return self[name]

    def remove(self, name):
        self._list = [(k, v) for k, v in self._list
                      if k.lower() != name.lower()]

    def extend(self, pairs):
        for key, value in (pairs.items() if hasattr(pairs, 'items')
                           else pairs):
            self.add(key, value)

    def __getitem__(self, name):
        value = self.get(name)
        if value is None:
            from werkzeug.exceptions import BadRequestKeyError
            raise BadRequestKeyError(name)
        return value

    __setitem__ = set
    __delitem__ = remove

    def __contains__(self, name):
        return self.get(name) is not None

    def __iter__(self):
        return iter(self._list)

    def __len__(self):
        return len(self._list)

    def items(self):
        return list(self._list)

    def keys(self):
        return [k for k, v in self._list]

    def __str__(self):
        return ''.join('%s: %s\r\n' % pair for pair in self._list) + '\r\n'

    def __repr__(self):
        return 'Headers(%r)' % (self._list,)
