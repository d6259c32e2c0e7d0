"""Functions over functions."""


def reduce(function, iterable, *initial):
    it = iter(iterable)
    if initial:
        value = initial[0]
    else:
        try:
            value = next(it)
        except StopIteration:
            raise TypeError('reduce() of empty sequence with no initial '
                            'value') from None
    for item in it:
        value = function(value, item)
    return value


def update_wrapper(wrapper, wrapped):
    for name in ('__name__', '__qualname__', '__doc__', '__module__'):
        try:
            setattr(wrapper, name, getattr(wrapped, name))
        except AttributeError:
            pass
    wrapper.__dict__.update(getattr(wrapped, '__dict__', {}))
    wrapper.__wrapped__ = wrapped
    return wrapper


def wraps(wrapped):
    def decorate(wrapper):
        return update_wrapper(wrapper, wrapped)
    return decorate


class partial(object):
    def __init__(self, func, *args, **keywords):
        self.func = func
        self.args = args
        self.keywords = keywords

    def __call__(self, *args, **keywords):
        merged = dict(self.keywords)
        merged.update(keywords)
        return self.func(*(self.args + args), **merged)


def lru_cache(maxsize=128, typed=False):
    def decorate(function):
        cache = {}
        hits = [0, 0]

        def wrapper(*args, **kwargs):
            key = (args, tuple(sorted(kwargs.items())))
            if key in cache:
                hits[0] += 1
                value = cache.pop(key)
            else:
                hits[1] += 1
                value = function(*args, **kwargs)
                if maxsize is not None and len(cache) >= maxsize:
                    for oldest in cache:
                        break
                    del cache[oldest]
            cache[key] = value
            return value
        wrapper.cache_clear = cache.clear
        return update_wrapper(wrapper, function)
    return decorate


def cmp_to_key(compare):
    class Key(object):
        def __init__(self, value):
            self.value = value

        def __lt__(self, other):
            return compare(self.value, other.value) < 0

        def __eq__(self, other):
            return compare(self.value, other.value) == 0
    return Key


def total_ordering(cls):
    if '__lt__' in cls.__dict__:
        if '__gt__' not in cls.__dict__:
            cls.__gt__ = lambda self, other: not (self < other or
                                                  self == other)
        if '__le__' not in cls.__dict__:
            cls.__le__ = lambda self, other: self < other or self == other
        if '__ge__' not in cls.__dict__:
            cls.__ge__ = lambda self, other: not self < other
    return cls
