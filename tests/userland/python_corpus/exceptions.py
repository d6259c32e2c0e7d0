def attempt(f):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, '|', e)
    else:
        print('no error')
    finally:
        print('finally')
attempt(lambda: 1 / 0)
attempt(lambda: [][1])
attempt(lambda: {}['k'])
attempt(lambda: int('x'))
attempt(lambda: 'a' + 1 if False else None)
attempt(lambda: undefined_name)
attempt(lambda: None.attr)
attempt(lambda: (1, 2)[5])
attempt(lambda: [].remove(1))
attempt(lambda: open('/no/such/file'))
attempt(lambda: len(5))
attempt(lambda: next(iter([])))
attempt(lambda: float('abc'))
attempt(lambda: [1, 2].index(9))
def f():
    try:
        return 'try'
    finally:
        print('cleanup')
print(f())
def g():
    for i in range(3):
        try:
            continue
        finally:
            print('loop', i)
    while True:
        try:
            break
        finally:
            print('broke')
g()
try:
    try:
        raise ValueError('inner')
    except ValueError:
        raise KeyError('outer')
except KeyError as e:
    print(type(e).__name__, e.args, e.__context__.args)
try:
    raise RuntimeError('x') from ValueError('cause')
except RuntimeError as e:
    print(e.__cause__.args)
try:
    try:
        raise ValueError('again')
    except ValueError:
        raise
except ValueError as e:
    print('reraised', e)
try:
    raise ValueError
except (TypeError, ValueError) as e:
    print(repr(e), e.args)
class Custom(ValueError): pass
try:
    raise Custom('a', 2)
except ValueError as e:
    print(e.args, e, isinstance(e, ValueError))
try:
    assert 1 == 2, 'message'
except AssertionError as e:
    print('assert', e)
try:
    x = 1
    del x
    x
except NameError as e:
    print(e)
import sys
try:
    sys.exit(3)
except SystemExit as e:
    print('exit', e.code)
def nested():
    try:
        1 / 0
    except ZeroDivisionError:
        try:
            [][0]
        except IndexError as e:
            print('both', type(e.__context__).__name__)
nested()
try:
    a, b = 1, 2, 3
except ValueError as e:
    print(e)
def gen():
    try:
        yield 1
    except GeneratorExit:
        print('gen exit')
        raise
g = gen(); next(g); g.close()
try:
    raise OSError(2, 'No such thing', 'name')
except FileNotFoundError as e:
    print(e.errno, e.strerror, e.filename, e)
sys.exit(7)
