"""Warnings go to standard error."""
import sys


def warn(message, category=UserWarning, stacklevel=1):
    sys.stderr.write('%s: %s\n' % (category.__name__, message))


def filterwarnings(*args, **kws):
    pass


simplefilter = filterwarnings
