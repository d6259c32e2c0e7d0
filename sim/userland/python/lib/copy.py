"""Copies, shallow and deep."""


def copy(x):
    if isinstance(x, (list, dict, set)):
        return x.copy()
    if isinstance(x, (int, float, str, bytes, tuple, frozenset, type(None))):
        return x
    made = object.__new__(type(x))
    made.__dict__.update(x.__dict__)
    return made


def deepcopy(x, memo=None):
    memo = {} if memo is None else memo
    if id(x) in memo:
        return memo[id(x)]
    if isinstance(x, list):
        memo[id(x)] = made = []
        for item in x:
            made.append(deepcopy(item, memo))
    elif isinstance(x, dict):
        memo[id(x)] = made = {}
        for key, value in x.items():
            made[deepcopy(key, memo)] = deepcopy(value, memo)
    elif isinstance(x, tuple):
        made = tuple([deepcopy(item, memo) for item in x])
    elif isinstance(x, set):
        made = set([deepcopy(item, memo) for item in x])
    elif hasattr(x, '__dict__') and not isinstance(x, type) \
            and not callable(x):
        memo[id(x)] = made = object.__new__(type(x))
        for key, value in x.__dict__.items():
            made.__dict__[key] = deepcopy(value, memo)
    else:
        made = x
    return made
