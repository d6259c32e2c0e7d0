"""Operators as functions."""


def itemgetter(*items):
    if len(items) == 1:
        return lambda of: of[items[0]]
    return lambda of: tuple([of[i] for i in items])


def attrgetter(*names):
    if len(names) == 1:
        return lambda of: getattr(of, names[0])
    return lambda of: tuple([getattr(of, n) for n in names])


def add(a, b):
    return a + b


def sub(a, b):
    return a - b


def mul(a, b):
    return a * b


def truediv(a, b):
    return a / b


def eq(a, b):
    return a == b


def ne(a, b):
    return a != b


def lt(a, b):
    return a < b


def gt(a, b):
    return a > b


def contains(a, b):
    return b in a


def not_(a):
    return not a
