"""A client of Redis."""
import socket

__version__ = '2.10.5'


class RedisError(Exception):
    pass


class ConnectionError(RedisError):
    pass


class TimeoutError(RedisError):
    pass


class ResponseError(RedisError):
    pass


class DataError(RedisError):
    pass


def _bytes(value):
    if isinstance(value, bytes):
        return value
    if isinstance(value, float):
        return repr(value).encode()
    return str(value).encode('utf-8')


class StrictRedis(object):
    def __init__(self, host='localhost', port=6379, db=0, password=None,
                 decode_responses=False, **others):
        self.host, self.port, self.db = host, port, db
        self.password = password
        self.decode = decode_responses
        self._sock = None

    @classmethod
    def from_url(cls, url, db=None, **kws):
        from urllib.parse import urlsplit
        parts = urlsplit(url)
        if db is None:
            db = int(parts.path.strip('/') or 0)
        return cls(parts.hostname, parts.port or 6379, db, parts.password,
                   **kws)

    # --- The protocol ----------------------------------------------------
    def _connect(self):
        try:
            self._sock = socket.create_connection((self.host, self.port))
        except OSError as problem:
            number = problem.errno if problem.errno is not None else -2
            raise ConnectionError('Error %s connecting to %s:%s. %s.' % (
                number, self.host, self.port,
                problem.strerror or str(problem)))
        self._in = self._sock.makefile('rb')
        if self.password:
            self._exchange('AUTH', self.password)
        if self.db:
            self._exchange('SELECT', self.db)

    def _reply(self):
        line = self._in.readline()
        if not line:
            self._sock = None
            raise ConnectionError('Socket closed on remote end')
        kind, rest = line[:1], line[1:].rstrip(b'\r\n')
        if kind == b'+':
            return rest
        if kind == b'-':
            text = rest.decode()
            return ResponseError(text[4:] if text.startswith('ERR ')
                                 else text)
        if kind == b':':
            return int(rest)
        count = int(rest)
        if count < 0:
            return None
        if kind == b'$':
            return self._in.read(count + 2)[:-2]
        return [self._reply() for _ in range(count)]

    def _exchange(self, *words):
        parts = [('*%d\r\n' % len(words)).encode()]
        for word in words:
            data = _bytes(word)
            parts.append(('$%d\r\n' % len(data)).encode() + data + b'\r\n')
        try:
            self._sock.sendall(b''.join(parts))
        except OSError as problem:
            self._sock = None
            raise ConnectionError('Error while writing to socket. %s'
                                  % problem)
        reply = self._reply()
        if isinstance(reply, ResponseError):
            raise reply
        return reply

    def _text(self, value):
        if self.decode and isinstance(value, bytes):
            return value.decode('utf-8')
        if isinstance(value, list):
            return [self._text(v) for v in value]
        return value

    def execute_command(self, *words):
        if self._sock is None:
            self._connect()
        return self._text(self._exchange(*words))

    def _ok(self, *words):
        return self.execute_command(*words) in (b'OK', 'OK')

    def _true(self, *words):
        return bool(self.execute_command(*words))

    # --- Commands --------------------------------------------------------
    def ping(self):
        return self.execute_command('PING') in (b'PONG', 'PONG')

    def echo(self, value):
        return self.execute_command('ECHO', value)

    def get(self, name):
        return self.execute_command('GET', name)

    def set(self, name, value, ex=None, px=None, nx=False, xx=False):
        words = ['SET', name, value]
        if ex is not None:
            words += ['EX', ex]
        if px is not None:
            words += ['PX', px]
        if nx:
            words.append('NX')
        if xx:
            words.append('XX')
        return self._ok(*words) or None

    def setex(self, name, time, value):
        return self._ok('SETEX', name, time, value)

    def setnx(self, name, value):
        return self._true('SETNX', name, value)

    def getset(self, name, value):
        return self.execute_command('GETSET', name, value)

    def mget(self, *names):
        return self.execute_command('MGET', *names)

    def append(self, name, value):
        return self.execute_command('APPEND', name, value)

    def strlen(self, name):
        return self.execute_command('STRLEN', name)

    def incr(self, name, amount=1):
        return self.execute_command('INCRBY', name, amount)

    incrby = incr

    def decr(self, name, amount=1):
        return self.execute_command('DECRBY', name, amount)

    def delete(self, *names):
        return self.execute_command('DEL', *names)

    def exists(self, name):
        return self._true('EXISTS', name)

    def expire(self, name, time):
        return self._true('EXPIRE', name, time)

    def ttl(self, name):
        return self.execute_command('TTL', name)

    def type(self, name):
        return self.execute_command('TYPE', name)

    def keys(self, pattern='*'):
        return self.execute_command('KEYS', pattern)

    def dbsize(self):
        return self.execute_command('DBSIZE')

    def flushdb(self):
        return self._ok('FLUSHDB')

    def flushall(self):
        return self._ok('FLUSHALL')

    def save(self):
        return self._ok('SAVE')

    def lpush(self, name, *values):
        return self.execute_command('LPUSH', name, *values)

    def rpush(self, name, *values):
        return self.execute_command('RPUSH', name, *values)

    def lpop(self, name):
        return self.execute_command('LPOP', name)

    def rpop(self, name):
        return self.execute_command('RPOP', name)

    def llen(self, name):
        return self.execute_command('LLEN', name)

    def lrange(self, name, start, end):
        return self.execute_command('LRANGE', name, start, end)

    def sadd(self, name, *values):
        return self.execute_command('SADD', name, *values)

    def srem(self, name, *values):
        return self.execute_command('SREM', name, *values)

    def smembers(self, name):
        return set(self.execute_command('SMEMBERS', name))

    def sismember(self, name, value):
        return self._true('SISMEMBER', name, value)

    def scard(self, name):
        return self.execute_command('SCARD', name)

    def hset(self, name, key, value):
        return self.execute_command('HSET', name, key, value)

    def hget(self, name, key):
        return self.execute_command('HGET', name, key)

    def hgetall(self, name):
        flat = self.execute_command('HGETALL', name)
        return dict(zip(flat[::2], flat[1::2]))

    def hdel(self, name, *keys):
        return self.execute_command('HDEL', name, *keys)

    def hincrby(self, name, key, amount=1):
        return self.execute_command('HINCRBY', name, key, amount)

    def hmset(self, name, mapping):
        words = []
        for key, value in mapping.items():
            words += [key, value]
        return self._ok('HMSET', name, *words)

    def zadd(self, name, *pairs):
        return self.execute_command('ZADD', name, *pairs)

    def zrange(self, name, start, end):
        return self.execute_command('ZRANGE', name, start, end)

    def publish(self, channel, message):
        return self.execute_command('PUBLISH', channel, message)

    def __getattr__(self, name):
        if name.startswith('_'):
            raise AttributeError(name)
        raise NotImplementedError(
            'drydock: python: redis: %s() is not modelled' % name)

    def __getitem__(self, name):
        value = self.get(name)
        if value is None:
            raise KeyError(name)
        return value

    def __setitem__(self, name, value):
        self.set(name, value)

    def __delitem__(self, name):
        self.delete(name)

    def __repr__(self):
        return 'StrictRedis<ConnectionPool<Connection<host=%s,port=%s,' \
            'db=%s>>>' % (self.host, self.port, self.db)


Redis = StrictRedis


def from_url(url, db=None, **kws):
    return StrictRedis.from_url(url, db, **kws)
