class Animal(object):
    count = 0
    def __init__(self, name):
        self.name = name
        Animal.count += 1
    def speak(self):
        return 'I am %s' % self.name
    @property
    def upper(self):
        return self.name.upper()
    @upper.setter
    def upper(self, v):
        self.name = v.lower()
    @classmethod
    def make(cls, name):
        return cls(name)
    @staticmethod
    def kind():
        return 'animal'
    def __repr__(self):
        return '%s(%r)' % (type(self).__name__, self.name)
    def __eq__(self, other):
        return isinstance(other, Animal) and self.name == other.name
    def __hash__(self):
        return hash(self.name)
    def __lt__(self, other):
        return self.name < other.name
class Dog(Animal):
    def __init__(self, name, trick='sit'):
        super().__init__(name)
        self.trick = trick
    def speak(self):
        return super().speak() + ' woof'
d = Dog.make('rex')
print(d, d.speak(), d.upper, Animal.kind(), Animal.count, d == Dog('rex'), d in [Dog('rex')], {d: 1}[Dog('rex')])
d.upper = 'MAX'
print(d.name, sorted([Dog('b'), Dog('a')]), Dog.__mro__[1].__name__, hasattr(d, 'zz'), getattr(d, 'zz', 'none'))
try:
    d.upper_x
except AttributeError as e:
    print(e)
class Vec:
    def __init__(self, *v): self.v = v
    def __add__(self, o): return Vec(*[a + b for a, b in zip(self.v, o.v)])
    def __mul__(self, k): return Vec(*[a * k for a in self.v])
    __rmul__ = __mul__
    def __getitem__(self, i): return self.v[i]
    def __len__(self): return len(self.v)
    def __iter__(self): return iter(self.v)
    def __contains__(self, x): return x in self.v
    def __call__(self, x): return x + self.v[0]
    def __bool__(self): return any(self.v)
    def __str__(self): return 'Vec' + repr(self.v)
    def __neg__(self): return Vec(*[-a for a in self.v])
    def __getattr__(self, n):
        if n == 'x': return self.v[0]
        raise AttributeError(n)
    def __enter__(self): print('enter'); return self
    def __exit__(self, t, v, tb): print('exit', t and t.__name__); return t is KeyError
    def __iadd__(self, o): self.v = self.v + o.v; return self
    def __setitem__(self, i, x): l = list(self.v); l[i] = x; self.v = tuple(l)
    def __delitem__(self, i): self.v = self.v[:i] + self.v[i + 1:]
a = Vec(1, 2) + Vec(3, 4)
print(a, 2 * a, a[1], len(a), list(a), 4 in a, a(10), bool(Vec(0)), -a, a.x, a.__class__.__name__)
a += Vec(9)
a[0] = 100
del a[1]
print(a, [*map(str, a)] if False else list(map(str, a)))
with Vec(1) as v:
    raise KeyError('swallowed')
try:
    with Vec(1):
        raise ValueError('not swallowed')
except ValueError as e:
    print('caught', e)
class A:
    def f(self): return 'A'
class B(A):
    def f(self): return 'B' + super().f()
class C(A):
    def f(self): return 'C' + super().f()
class D(B, C):
    def f(self): return 'D' + super().f()
print(D().f(), [k.__name__ for k in D.__mro__])
class Meta(type):
    def __new__(m, name, bases, ns):
        ns['added'] = name.lower()
        return super().__new__(m, name, bases, ns)
class WithMeta(metaclass=Meta):
    pass
print(WithMeta.added, type(WithMeta).__name__)
class MyList(list):
    def total(self): return sum(self)
m = MyList([1, 2, 3]); m.append(4)
print(m, m.total(), len(m), isinstance(m, list), m[1:], m == [1, 2, 3, 4])
class MyDict(dict):
    def __missing__(self, k): return k * 2
print(MyDict(a=1)['zz'], MyDict({'q': 5})['q'])
class MyInt(int): pass
print(MyInt(5) + 1, MyInt('7') * 2)
class Err(Exception):
    def __init__(self, code): super().__init__('code %d' % code); self.code = code
try: raise Err(5)
except Err as e: print(e, e.code, e.args)
class It:
    def __init__(self, n): self.n = n
    def __iter__(self): return self
    def __next__(self):
        if self.n == 0: raise StopIteration
        self.n -= 1
        return self.n
print(list(It(3)), [x for x in It(2)], sum(It(4)))
class Desc:
    def __get__(self, obj, cls): return 'got' if obj else 'class'
    def __set__(self, obj, v): print('set', v)
class UsesDesc: d = Desc()
u = UsesDesc(); u.d = 5; print(u.d, UsesDesc.d)
T = type('T', (object,), {'a': 1, 'f': lambda self: self.a})
print(T().f(), T.__name__)
print(isinstance(d, (int, Animal)), vars(Vec(1)), dir(A)[-1])
class Slots:
    x = [1]
    y = [i for i in x]
print(Slots.y)
class Outer:
    class Inner:
        def name(self): return type(self).__qualname__
print(Outer.Inner().name())
