"""Iterators over iterators."""


def count(start=0, step=1):
    while True:
        yield start
        start += step


def cycle(iterable):
    saved = list(iterable)
    while saved:
        for item in saved:
            yield item


def repeat(item, times=None):
    while times is None or times > 0:
        yield item
        if times is not None:
            times -= 1


class chain(object):
    def __init__(self, *iterables):
        self._walk = self._all(iterables)

    @staticmethod
    def _all(iterables):
        for iterable in iterables:
            for item in iterable:
                yield item

    @classmethod
    def from_iterable(cls, iterables):
        made = cls()
        made._walk = cls._all(iterables)
        return made

    def __iter__(self):
        return self

    def __next__(self):
        return next(self._walk)


def islice(iterable, *args):
    s = slice(*args)
    start, stop, step = s.start or 0, s.stop, s.step or 1
    if stop is not None and stop <= start:
        return
    for i, item in enumerate(iterable):
        if i >= start and (i - start) % step == 0:
            yield item
        if stop is not None and i + 1 >= stop:
            return


def takewhile(predicate, iterable):
    for item in iterable:
        if not predicate(item):
            return
        yield item


def dropwhile(predicate, iterable):
    dropping = True
    for item in iterable:
        if dropping and predicate(item):
            continue
        dropping = False
        yield item


def filterfalse(predicate, iterable):
    for item in iterable:
        if not (predicate(item) if predicate else item):
            yield item


def starmap(function, iterable):
    for args in iterable:
        yield function(*args)


def accumulate(iterable, func=lambda a, b: a + b):
    first = True
    for item in iterable:
        total = item if first else func(total, item)
        first = False
        yield total


def zip_longest(*iterables, fillvalue=None):
    its = [iter(i) for i in iterables]
    left = len(its)
    over = [False] * left
    while True:
        row = []
        for i, it in enumerate(its):
            value = fillvalue
            if not over[i]:
                try:
                    value = next(it)
                except StopIteration:
                    over[i] = True
                    left -= 1
            row.append(value)
        if not left:
            return
        yield tuple(row)


def product(*iterables, repeat=1):
    pools = [tuple(p) for p in iterables] * repeat
    result = [()]
    for pool in pools:
        result = [x + (y,) for x in result for y in pool]
    for item in result:
        yield item


def permutations(iterable, r=None):
    pool = tuple(iterable)
    n = len(pool)
    r = n if r is None else r
    for indices in product(range(n), repeat=r):
        if len(set(indices)) == r:
            yield tuple([pool[i] for i in indices])


def combinations(iterable, r):
    pool = tuple(iterable)
    for indices in permutations(range(len(pool)), r):
        if list(indices) == sorted(indices):
            yield tuple([pool[i] for i in indices])


def groupby(iterable, key=None):
    group, have, last = [], False, None
    for item in iterable:
        value = key(item) if key else item
        if have and value != last:
            yield last, iter(group)
            group = []
        group.append(item)
        last, have = value, True
    if have:
        yield last, iter(group)


def tee(iterable, n=2):
    saved = list(iterable)
    return tuple([iter(saved) for _ in range(n)])
