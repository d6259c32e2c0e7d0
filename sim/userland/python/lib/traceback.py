"""What is printed for exceptions."""
import sys


def format_exc():
    return sys._traceback(sys.exc_info()[1])


def print_exc(file=None):
    (file or sys.stderr).write(format_exc())


def format_exception(etype, value, tb):
    return [line + '\n' for line in sys._traceback(value).splitlines()]


def print_exception(etype, value, tb, file=None):
    (file or sys.stderr).write(sys._traceback(value))


def format_exception_only(etype, value):
    text = str(value)
    return ['%s: %s\n' % (etype.__name__, text) if text
            else etype.__name__ + '\n']
