"""Where this runs."""
import posix


def system():
    return posix.uname()[0]


def node():
    return posix.uname()[1]


def release():
    return posix.uname()[2]


def machine():
    return posix.uname()[4]


def python_version():
    return '3.4.3'


def platform():
    return '%s-%s-%s-with-debian-8.2' % (system(), release(), machine())
