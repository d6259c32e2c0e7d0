print(1 + 2 * 3, 7 // 2, -7 // 2, 7 % 3, -7 % 3, 2 ** 10, 2 ** -1, 1 / 3)
print(1e16, 1e15, 0.1 + 0.2, 1.0, 1e-5, 123456789.123, float('inf'), -0.0)
print(5 & 3, 5 | 3, 5 ^ 3, ~5, 1 << 10, 1024 >> 3)
print(1 < 2 < 3, 1 < 3 < 2, not 1, 1 and 2, 0 or 'x', None is None)
x = y = [1, 2, 3]
x += [4]
print(x is y, y, x[-1], x[1:], x[::-1], x[::2])
a, *b, c = range(6)
print(a, b, c)
(d, e), f = (1, 2), 3
print(d, e, f)
print('abc' 'def', "it's", 'a"b', 'tab\there', r'\n', b'bytes\x00\xff')
print('%s %d %5.2f|%-5s|%05d|%x|%%' % ('a', 3, 3.14159, 'ab', 42, 255))
print('{} {1} {0}'.format(1, 2) if False else '{} {}'.format(1, 2))
print('{0:>5}|{0:<5}|{0:^5}|{1:05.1f}|{2:,}|{name}'.format('ab', 2.5, 1234567, name='n'))
print(len('héllo'), 'héllo'[1], list('añb'))
print({1: 'a', 'b': [1, 2]}, {1, }, (), (1,), [], {}, set())
print(True + True, int('12'), int('ff', 16), float('1.5'), str(12), bool([]))
for i in range(3):
    if i == 1:
        continue
    print(i, end=' ')
else:
    print('done')
n = 0
while True:
    n += 1
    if n > 3:
        break
print(n)
print(10 if n > 3 else 20)
print(sorted([3, 1, 2], reverse=True), max(1, 5, 3), min([4, 2]), sum([1, 2]))
print(list(map(lambda v: v * 2, [1, 2])), list(filter(None, [0, 1, 2])), list(zip('ab', [1, 2])))
print([i * j for i in range(3) for j in range(3) if i != j], {k: v for k, v in [(1, 2)]}, {i % 2 for i in range(1)})
print(any([0, 1]), all([1, 0]), abs(-3), divmod(7, 2), round(2.5), round(3.14159, 2), pow(2, 3, 5))
print(ord('a'), chr(98), hex(255), oct(8), bin(5), repr('x'), ascii('é'))
print(isinstance(1, int), isinstance(True, int), issubclass(bool, int), callable(print), type(1).__name__)
del x[0]
print(x, 'a' in 'abc', 3 in x, 9 not in x)
print('a,b,,c'.split(','), ' a b  c '.split(), 'a-b-c'.rsplit('-', 1), '-'.join(['x', 'y']), 'abc'.replace('b', 'X'))
print('  x '.strip() + '|', 'xxabcxx'.strip('x'), 'Hello World'.swapcase(), 'hello world'.title(), 'abc'.center(9, '*'))
print('abc'.find('c'), 'abc'.find('z'), 'banana'.count('an'), 'abc'.startswith('ab'), 'abc'.endswith(('x', 'c')))
print('a\nb\n'.splitlines(), 'k=v=w'.partition('='), '42'.zfill(5), 'abc'.isalpha(), '12'.isdigit())
print([1, 2] + [3], [0] * 3, (1, 2) + (3,), 'ab' * 2, [1, 2] == [1, 2], [1, 2] < [1, 3], (1, 'a') == (1, 'a'))
l = [5, 3, 8]
l.sort(); print(l); l.append(1); l.insert(0, 9); l.extend([7, 7]); print(l, l.index(8), l.count(7), l.pop(), l.pop(0)); l.remove(3); l.reverse(); print(l)
dd = {'a': 1}
dd['b'] = 2; dd.update(c=3); print(sorted(dd.items()), dd.get('z', 0), dd.pop('a'), dd.setdefault('q', 5), len(dd), 'b' in dd)
s = {1, 2, 3}; s.add(4); s.discard(9); print(sorted(s | {7}), sorted(s & {1, 9}), sorted(s - {1}), {1} <= s)
global_value = 1
def change():
    global global_value
    global_value += 1
change(); print(global_value)
assert n == 4, 'no'
print(*[1, 2, 3], sep='-')
print(0x1f, 0o17, 0b101, 1.5e3, .5)
