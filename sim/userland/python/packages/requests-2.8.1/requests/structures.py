"""A dict that finds its keys without regard to case."""


class CaseInsensitiveDict(object):
    def __init__(self, items=()):
        self._items = {}
        for key, value in (items.items() if hasattr(items, 'items')
                           else items):
            self[key] = value

    def __setitem__(self, key, value):
        self._items[key.lower()] = (key, value)

    def __getitem__(self, key):
        return self._items[key.lower()][1]

    def __delitem__(self, key):
        del self._items[key.lower()]

    def __contains__(self, key):
        return key.lower() in self._items

    def __iter__(self):
        return iter([key for key, value in self._items.values()])

    def __len__(self):
        return len(self._items)

    def get(self, key, default=None):
        return self[key] if key in self else default

    def items(self):
        return list(self._items.values())

    def keys(self):
        return list(self)

    def __repr__(self):
        return repr(dict(self.items()))
