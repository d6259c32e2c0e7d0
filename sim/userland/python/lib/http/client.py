"""A client of HTTP/1.1."""
import socket

from http import responses

HTTP_PORT = 80


class HTTPException(Exception):
    pass


class BadStatusLine(HTTPException):
    pass


class IncompleteRead(HTTPException):
    pass


class Message(object):
    """Header fields: in order, found without regard to case."""

    def __init__(self, fields=()):
        self._fields = list(fields)

    def get(self, name, default=None):
        for key, value in self._fields:
            if key.lower() == name.lower():
                return value
        return default

    def get_all(self, name):
        return [v for k, v in self._fields if k.lower() == name.lower()]

    def __getitem__(self, name):
        return self.get(name)

    def __contains__(self, name):
        return self.get(name) is not None

    def items(self):
        return list(self._fields)

    def keys(self):
        return [k for k, v in self._fields]

    def __iter__(self):
        return iter(self.keys())

    def __str__(self):
        return ''.join('%s: %s\n' % pair for pair in self._fields) + '\n'


def read_headers(stream):
    fields = []
    while True:
        line = stream.readline().decode('latin-1').rstrip('\r\n')
        if not line:
            return Message(fields)
        name, _, value = line.partition(':')
        fields.append((name, value.strip()))


class HTTPResponse(object):
    def __init__(self, stream, method):
        line = stream.readline().decode('latin-1').rstrip('\r\n')
        parts = line.split(None, 2)
        if len(parts) < 2 or not parts[0].startswith('HTTP/'):
            raise BadStatusLine(line or "''")
        self.version = 11 if parts[0] == 'HTTP/1.1' else 10
        self.status = self.code = int(parts[1])
        self.reason = self.msg = parts[2] if len(parts) > 2 else ''
        self.headers = read_headers(stream)
        self._body = b'' if method == 'HEAD' or self.status in (204, 304) \
            else self._read_body(stream)
        self._at = 0

    def _read_body(self, stream):
        if (self.headers.get('Transfer-Encoding') or '').lower() == 'chunked':
            body = b''
            while True:
                size = int(stream.readline().split(b';')[0].strip(), 16)
                if size == 0:
                    read_headers(stream)
                    return body
                body += stream.read(size)
                stream.readline()
        length = self.headers.get('Content-Length')
        if length is None:
            return stream.read()
        body = stream.read(int(length))
        if len(body) < int(length):
            raise IncompleteRead('IncompleteRead(%d bytes read, %d more '
                                 'expected)' % (len(body),
                                                int(length) - len(body)))
        return body

    def read(self, n=None):
        end = None if n is None else self._at + n
        part = self._body[self._at:end]
        self._at += len(part)
        return part

    def readlines(self):
        return self.read().splitlines(True)

    def getheader(self, name, default=None):
        return self.headers.get(name, default)

    def getheaders(self):
        return self.headers.items()

    def getcode(self):
        return self.status

    def info(self):
        return self.headers

    def geturl(self):
        return self.url

    def close(self):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *info):
        self.close()


class HTTPConnection(object):
    def __init__(self, host, port=None, timeout=None):
        if port is None and ':' in host:
            host, _, port = host.partition(':')
        self.host, self.port = host, int(port or HTTP_PORT)
        self.sock = None

    def connect(self):
        self.sock = socket.create_connection((self.host, self.port))

    def request(self, method, url, body=None, headers={}):
        if self.sock is None:
            self.connect()
        lines = ['%s %s HTTP/1.1' % (method, url)]
        names = [name.lower() for name in headers]
        if 'host' not in names:
            where = self.host if self.port == HTTP_PORT \
                else '%s:%d' % (self.host, self.port)
            lines.append('Host: ' + where)
        if isinstance(body, str):
            body = body.encode('iso-8859-1')
        if body is not None and 'content-length' not in names:
            lines.append('Content-Length: %d' % len(body))
        lines += ['%s: %s' % (k, v) for k, v in headers.items()]
        head = '\r\n'.join(lines) + '\r\n\r\n'
        self.sock.sendall(head.encode('latin-1') + (body or b''))
        self._method = method

    def getresponse(self):
        stream = self.sock.makefile('rb')
        response = HTTPResponse(stream, self._method)
        if (response.headers.get('Connection') or '').lower() == 'close' \
                or response.version == 10:
            self.close()
        return response

    def close(self):
        if self.sock is not None:
            self.sock.close()
            self.sock = None


class HTTPSConnection(HTTPConnection):
    def connect(self):
        raise NotImplementedError('drydock: python: https is not modelled')
