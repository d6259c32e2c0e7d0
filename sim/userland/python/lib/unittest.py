"""Tests: TestCase, main, the text runner."""
import sys
import time
import traceback


class SkipTest(Exception):
    pass


def skip(reason):
    def decorate(function):
        def skipped(self):
            raise SkipTest(reason)
        skipped.__name__ = function.__name__
        return skipped
    return decorate


class _Raises(object):
    def __init__(self, case, kind):
        self.case, self.kind = case, kind

    def __enter__(self):
        return self

    def __exit__(self, type, value, tb):
        if type is None:
            self.case.fail('%s not raised' % self.kind.__name__)
        self.exception = value
        return issubclass(type, self.kind)


class TestCase(object):
    failureException = AssertionError

    def __init__(self, method='runTest'):
        self._method = method

    def setUp(self):
        pass

    def tearDown(self):
        pass

    @classmethod
    def setUpClass(cls):
        pass

    @classmethod
    def tearDownClass(cls):
        pass

    def id(self):
        return '%s.%s.%s' % (type(self).__module__, type(self).__name__,
                             self._method)

    def __str__(self):
        return '%s (%s.%s)' % (self._method, type(self).__module__,
                               type(self).__name__)

    def fail(self, message=None):
        raise self.failureException(message)

    def _check(self, good, standard, message):
        if not good:
            if message is not None:
                standard = '%s : %s' % (standard, message)
            raise self.failureException(standard)

    def assertTrue(self, value, msg=None):
        self._check(value, '%r is not true' % (value,), msg)

    def assertFalse(self, value, msg=None):
        self._check(not value, '%r is not false' % (value,), msg)

    def assertEqual(self, a, b, msg=None):
        self._check(a == b, '%r != %r' % (a, b), msg)

    assertEquals = assertListEqual = assertDictEqual = assertEqual

    def assertNotEqual(self, a, b, msg=None):
        self._check(a != b, '%r == %r' % (a, b), msg)

    def assertIs(self, a, b, msg=None):
        self._check(a is b, '%r is not %r' % (a, b), msg)

    def assertIsNone(self, a, msg=None):
        self._check(a is None, '%r is not None' % (a,), msg)

    def assertIsNotNone(self, a, msg=None):
        self._check(a is not None, 'unexpectedly None', msg)

    def assertIn(self, a, b, msg=None):
        self._check(a in b, '%r not found in %r' % (a, b), msg)

    def assertNotIn(self, a, b, msg=None):
        self._check(a not in b, '%r unexpectedly found in %r' % (a, b), msg)

    def assertIsInstance(self, a, kind, msg=None):
        self._check(isinstance(a, kind), '%r is not an instance of %r'
                    % (a, kind), msg)

    def assertGreater(self, a, b, msg=None):
        self._check(a > b, '%r not greater than %r' % (a, b), msg)

    def assertLess(self, a, b, msg=None):
        self._check(a < b, '%r not less than %r' % (a, b), msg)

    def assertAlmostEqual(self, a, b, places=7, msg=None):
        self._check(round(abs(a - b), places) == 0,
                    '%r != %r within %r places' % (a, b, places), msg)

    def assertRaises(self, kind, function=None, *args, **kws):
        context = _Raises(self, kind)
        if function is None:
            return context
        with context:
            function(*args, **kws)


def _tests(module):
    for name in sorted(dir(module)):
        kind = getattr(module, name)
        if isinstance(kind, type) and issubclass(kind, TestCase) \
                and kind is not TestCase:
            yield kind, [m for m in sorted(dir(kind))
                         if m.startswith('test')]


class _Result(object):
    def __init__(self, verbose):
        self.verbose = verbose
        self.run, self.problems = 0, []
        self.counts = {'failures': 0, 'errors': 0, 'skipped': 0}

    def note(self, test, mark, word, title=None, text=None):
        if self.verbose:
            sys.stderr.write('%s ... %s\n' % (test, word))
        else:
            sys.stderr.write(mark)
        if title:
            self.problems.append((title, test, text))

    def one(self, test):
        self.run += 1
        try:
            test.setUp()
            try:
                getattr(test, test._method)()
            finally:
                test.tearDown()
        except SkipTest as why:
            self.counts['skipped'] += 1
            self.note(test, 's', 'skipped %r' % str(why))
        except AssertionError:
            self.counts['failures'] += 1
            self.note(test, 'F', 'FAIL', 'FAIL', traceback.format_exc())
        except Exception:
            self.counts['errors'] += 1
            self.note(test, 'E', 'ERROR', 'ERROR', traceback.format_exc())
        else:
            self.note(test, '.', 'ok')


def main(module='__main__', argv=None, exit=True):
    argv = sys.argv if argv is None else argv
    result = _Result('-v' in argv[1:])
    wanted = [a for a in argv[1:] if not a.startswith('-')]
    start = time.time()
    for kind, methods in _tests(sys.modules[module]):
        kind.setUpClass()
        for method in methods:
            name = kind.__name__ + '.' + method
            if not wanted or kind.__name__ in wanted or name in wanted:
                result.one(kind(method))
        kind.tearDownClass()
    took = time.time() - start
    if not result.verbose:
        sys.stderr.write('\n')
    for title, test, text in result.problems:
        sys.stderr.write('=' * 70 + '\n%s: %s\n' % (title, test) + '-' * 70 +
                         '\n' + text + '\n')
    sys.stderr.write('-' * 70 + '\nRan %d test%s in %.3fs\n\n' % (
        result.run, '' if result.run == 1 else 's', took))
    counts = result.counts
    told = ', '.join('%s=%d' % (k, counts[k])
                     for k in ('failures', 'errors', 'skipped') if counts[k])
    good = not (counts['failures'] or counts['errors'])
    sys.stderr.write(('OK' if good else 'FAILED') +
                     (' (%s)' % told if told else '') + '\n')
    if exit:
        sys.exit(not good)
