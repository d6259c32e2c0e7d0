"""Sockets over the calls of _socket."""
import _socket
from _socket import gethostname, gethostbyname

AF_INET, AF_UNIX = 2, 1
SOCK_STREAM, SOCK_DGRAM = 1, 2
SOL_SOCKET, SO_REUSEADDR = 1, 2
IPPROTO_TCP, TCP_NODELAY = 6, 1
SHUT_RD, SHUT_WR, SHUT_RDWR = 0, 1, 2
SOMAXCONN = 128
error = OSError


class timeout(OSError):
    pass


gaierror = _socket.gaierror


class _Stream(object):
    """makefile(): lines and blocks of a socket."""

    def __init__(self, sock, mode):
        self._sock = sock
        self._text = 'b' not in mode
        self._in = b''

    def _more(self):
        part = self._sock.recv(65536)
        self._in += part
        return bool(part)

    def _take(self, n):
        part, self._in = self._in[:n], self._in[n:]
        return part.decode() if self._text else part

    def read(self, n=-1):
        while (n is None or n < 0 or len(self._in) < n) and self._more():
            pass
        return self._take(len(self._in) if n is None or n < 0 else n)

    def readline(self, limit=-1):
        while b'\n' not in self._in and self._more():
            pass
        end = self._in.find(b'\n')
        return self._take(len(self._in) if end < 0 else end + 1)

    def __iter__(self):
        return self

    def __next__(self):
        line = self.readline()
        if not line:
            raise StopIteration
        return line

    def write(self, data):
        self._sock.sendall(data.encode() if self._text else data)
        return len(data)

    def flush(self):
        pass

    def close(self):
        pass


class socket(object):
    def __init__(self, family=AF_INET, type=SOCK_STREAM, proto=0, _fd=None):
        self.family, self.type = family, type
        self._fd = _socket.socket(family, type) if _fd is None else _fd

    def fileno(self):
        return -1 if self._fd is None else self._fd

    def _open(self):
        if self._fd is None:
            raise OSError(9, 'Bad file descriptor')
        return self._fd

    def bind(self, address):
        _socket.bind(self._open(), address)

    def listen(self, backlog=5):
        _socket.listen(self._open(), backlog)

    def accept(self):
        fd, peer = _socket.accept(self._open())
        return socket(self.family, self.type, 0, fd), peer

    def connect(self, address):
        _socket.connect(self._open(), address)

    def send(self, data, flags=0):
        return _socket.send(self._open(), bytes(data))

    def sendall(self, data, flags=0):
        data = bytes(data)
        while data:
            data = data[_socket.send(self._open(), data):]

    def recv(self, n, flags=0):
        return _socket.recv(self._open(), n)

    def shutdown(self, how):
        _socket.shutdown(self._open(), how)

    def close(self):
        if self._fd is not None:
            _socket.close(self._fd)
            self._fd = None

    def setsockopt(self, level, option, value):
        if (level, option) == (SOL_SOCKET, SO_REUSEADDR):
            _socket.reuse_address(self._open(), bool(value))
        elif (level, option) != (IPPROTO_TCP, TCP_NODELAY):
            raise NotImplementedError(
                'drydock: python: this socket option is not modelled')

    def settimeout(self, value):
        self._timeout = value  # Nothing here waits longer than its peer.

    def setblocking(self, flag):
        if not flag:
            raise NotImplementedError(
                'drydock: python: non-blocking sockets are not modelled')

    def getsockname(self):
        return _socket.getsockname(self._open())

    def getpeername(self):
        return _socket.getpeername(self._open())

    def makefile(self, mode='r', *args, **kws):
        return _Stream(self, mode)

    def __enter__(self):
        return self

    def __exit__(self, *info):
        self.close()


def create_connection(address, timeout=None, source_address=None):
    sock = socket()
    try:
        sock.connect(address)
    except OSError:
        sock.close()
        raise
    return sock


def getfqdn(name=''):
    return name or gethostname()


def inet_aton(text):
    return bytes(int(part) for part in text.split('.'))


def inet_ntoa(packed):
    return '.'.join(str(part) for part in packed)
