def f(a, b=2, *args, c, d=4, **kw):
    return a, b, args, c, d, sorted(kw.items())
print(f(1, c=3), f(1, 2, 3, 4, c=5, d=6, e=7), f(*[1, 2], **{'c': 3}))
for bad in ('f()', 'f(1, c=1, c2=2, a=3)', 'f(1, 2)'):
    try:
        eval(bad)
    except TypeError as e:
        print(type(e).__name__)
def g(x, acc=[]):
    acc.append(x)
    return acc
print(g(1), g(2))
def counter():
    n = 0
    def inc():
        nonlocal n
        n += 1
        return n
    return inc
c = counter()
print(c(), c(), c())
print([h() for h in [lambda i=i: i * i for i in range(4)]], [h() for h in [lambda: i for i in range(3)]])
def deco(prefix):
    def wrap(fn):
        def inner(*a, **k):
            return prefix + str(fn(*a, **k))
        inner.__name__ = fn.__name__
        return inner
    return wrap
@deco('<')
@deco('>')
def val(x):
    "doc"
    return x
print(val(5), val.__name__)
def fact(n):
    return 1 if n < 2 else n * fact(n - 1)
print(fact(15))
def gen(n):
    try:
        for i in range(n):
            got = yield i
            if got:
                print('got', got)
    finally:
        print('closed')
it = gen(5)
print(next(it), it.send('hi'), next(it))
it.close()
print(list(gen(2)))
def outer():
    r = yield from gen(2)
    print('r', r)
    yield 'x'
print(list(outer()))
def fib():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b
import itertools
print(list(itertools.islice(fib(), 10)), sum(x * x for x in range(5)))
print(sorted(['bb', 'a', 'ccc'], key=len, reverse=True), max('apple', 'fig', key=len))
print((lambda *a, **k: (a, sorted(k)))(1, 2, z=3))
def recurse():
    return recurse()
try:
    recurse()
except RuntimeError as e:
    print('deep', 'maximum recursion depth exceeded' in str(e))
x = 10
def shadow():
    try:
        print(x)
        x = 1
    except UnboundLocalError as e:
        print('unbound')
shadow()
print([x for x in range(3)], x)
def ann(a: int, b: str = 'x') -> bool:
    return True
print(sorted(ann.__annotations__))
print(list(map(str, [1, 2])), dict(a=1, **{'b': 2}) == {'a': 1, 'b': 2})
