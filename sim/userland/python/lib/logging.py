"""Logging: levels, one format, a stream or a file."""
import sys
import time as _time

CRITICAL, ERROR, WARNING, INFO, DEBUG, NOTSET = 50, 40, 30, 20, 10, 0
FATAL, WARN = CRITICAL, WARNING
_NAMES = {50: 'CRITICAL', 40: 'ERROR', 30: 'WARNING', 20: 'INFO',
          10: 'DEBUG', 0: 'NOTSET'}
BASIC_FORMAT = '%(levelname)s:%(name)s:%(message)s'


def getLevelName(level):
    return _NAMES.get(level, 'Level %s' % level)


class Formatter(object):
    def __init__(self, fmt=None, datefmt=None):
        self.fmt = fmt or '%(message)s'
        self.datefmt = datefmt

    def format(self, record):
        values = dict(record)
        if self.datefmt:
            values['asctime'] = _time.strftime(self.datefmt)
        else:
            now = _time.time()
            values['asctime'] = '%s,%03d' % (
                _time.strftime('%Y-%m-%d %H:%M:%S', _time.gmtime(now)),
                int(now * 1000) % 1000)
        return self.fmt % values


class Handler(object):
    def __init__(self, level=NOTSET):
        self.level = level
        self.formatter = None

    def setLevel(self, level):
        self.level = level

    def setFormatter(self, formatter):
        self.formatter = formatter

    def handle(self, record):
        if record['levelno'] >= self.level:
            self.emit((self.formatter or Formatter()).format(record))


class StreamHandler(Handler):
    def __init__(self, stream=None):
        Handler.__init__(self)
        self.stream = stream or sys.stderr

    def emit(self, text):
        self.stream.write(text + '\n')
        self.stream.flush()


class FileHandler(StreamHandler):
    def __init__(self, filename, mode='a'):
        StreamHandler.__init__(self, open(filename, mode))


class NullHandler(Handler):
    def emit(self, text):
        pass


class Logger(object):
    def __init__(self, name, parent=None):
        self.name, self.parent = name, parent
        self.level = NOTSET
        self.handlers = []
        self.propagate = True

    def setLevel(self, level):
        if isinstance(level, str):
            level = dict((v, k) for k, v in _NAMES.items())[level]
        self.level = level

    def addHandler(self, handler):
        if handler not in self.handlers:
            self.handlers.append(handler)

    def removeHandler(self, handler):
        if handler in self.handlers:
            self.handlers.remove(handler)

    def getEffectiveLevel(self):
        logger = self
        while logger is not None:
            if logger.level:
                return logger.level
            logger = logger.parent
        return WARNING

    def isEnabledFor(self, level):
        return level >= self.getEffectiveLevel()

    def log(self, level, message, *args, **kws):
        if not self.isEnabledFor(level):
            return
        text = str(message) % args if args else str(message)
        if kws.get('exc_info'):
            import traceback
            text += '\n' + traceback.format_exc().rstrip('\n')
        record = {'name': self.name, 'levelname': getLevelName(level),
                  'levelno': level, 'message': text,
                  'process': __import__('os').getpid()}
        logger, found = self, False
        while logger is not None:
            for handler in logger.handlers:
                found = True
                handler.handle(record)
            logger = logger.parent if logger.propagate else None
        if not found and level >= WARNING:
            sys.stderr.write(text + '\n')

    def debug(self, message, *args, **kws):
        self.log(DEBUG, message, *args, **kws)

    def info(self, message, *args, **kws):
        self.log(INFO, message, *args, **kws)

    def warning(self, message, *args, **kws):
        self.log(WARNING, message, *args, **kws)

    warn = warning

    def error(self, message, *args, **kws):
        self.log(ERROR, message, *args, **kws)

    def critical(self, message, *args, **kws):
        self.log(CRITICAL, message, *args, **kws)

    def exception(self, message, *args):
        self.log(ERROR, message, *args, exc_info=True)


root = Logger('root')
root.level = WARNING
_loggers = {}


def getLogger(name=None):
    if not name:
        return root
    if name not in _loggers:
        outer = name.rpartition('.')[0]
        _loggers[name] = Logger(name, getLogger(outer) if outer else root)
    return _loggers[name]


def basicConfig(level=None, format=BASIC_FORMAT, datefmt=None, stream=None,
                filename=None, filemode='a'):
    if root.handlers:
        return
    handler = FileHandler(filename, filemode) if filename \
        else StreamHandler(stream)
    handler.setFormatter(Formatter(format, datefmt))
    root.addHandler(handler)
    if level is not None:
        root.setLevel(level)


def _root(method):
    def write(message, *args, **kws):
        basicConfig()
        getattr(root, method)(message, *args, **kws)
    return write


debug, info, warning = _root('debug'), _root('info'), _root('warning')
error, critical = _root('error'), _root('critical')
exception = _root('exception')
warn = warning


def disable(level):
    root.setLevel(level + 1)
