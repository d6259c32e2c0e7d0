"""Operating system interfaces: names of posix, and paths."""
import sys
import posix
from posix import *
from posix import _environ, _exit, _stat, _lstat
import posixpath as path

sys.modules['os.path'] = path

name = 'posix'
sep = '/'
linesep = '\n'
curdir = '.'
pardir = '..'
pathsep = ':'
devnull = '/dev/null'
F_OK, R_OK, W_OK, X_OK = 0, 4, 2, 1
error = OSError


class stat_result(object):
    def __init__(self, parts):
        (self.st_mode, self.st_size, self.st_mtime, self.st_uid, self.st_gid,
         self.st_ino) = parts
        self.st_atime = self.st_ctime = self.st_mtime


def stat(path):
    return stat_result(_stat(path))


def lstat(path):
    return stat_result(_lstat(path))


class _Environ(dict):
    """os.environ: what getenv() and children see."""

    def __getitem__(self, key):
        if key not in self:
            raise KeyError(key)
        return dict.__getitem__(self, key)


environ = _Environ(_environ())


def getenv(key, default=None):
    return environ.get(key, default)


def makedirs(name, mode=0o777, exist_ok=False):
    head, tail = path.split(name)
    if not tail:
        head, tail = path.split(head)
    if head and tail and not path.exists(head):
        makedirs(head, mode, exist_ok)
    try:
        mkdir(name, mode)
    except FileExistsError:
        if not exist_ok or not path.isdir(name):
            raise


def walk(top, topdown=True):
    try:
        names = listdir(top)
    except OSError:
        return
    dirs = [n for n in names if path.isdir(path.join(top, n))]
    files = [n for n in names if not path.isdir(path.join(top, n))]
    if topdown:
        yield top, dirs, files
    for each in dirs:
        if not path.islink(path.join(top, each)):
            for found in walk(path.join(top, each), topdown):
                yield found
    if not topdown:
        yield top, dirs, files


def system(command):
    raise NotImplementedError('drydock: python: os.system() is not modelled')


def fork():
    raise NotImplementedError('drydock: python: os.fork() is not modelled')
