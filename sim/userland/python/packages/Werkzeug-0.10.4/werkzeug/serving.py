"""The development server."""
import io
import os
import socket
import sys
import time
from http.server import BaseHTTPRequestHandler
from urllib.parse import unquote

_WATCHED = 1.0  # Seconds between two looks at the sources.


class WSGIRequestHandler(BaseHTTPRequestHandler):
    server_version = 'Werkzeug/0.10.4'

    def environ(self, body):
        path, _, query = self.path.partition('?')
        environ = {
            'REQUEST_METHOD': self.command,
            'SCRIPT_NAME': '',
            'PATH_INFO': unquote(path),
            'QUERY_STRING': query,
            'CONTENT_TYPE': self.headers.get('Content-Type', ''),
            'CONTENT_LENGTH': str(len(body)) if body else '',
            'REMOTE_ADDR': self.client_address[0],
            'REMOTE_PORT': self.client_address[1],
            'SERVER_NAME': self.server.host,
            'SERVER_PORT': str(self.server.port),
            'SERVER_PROTOCOL': self.request_version,
            'SERVER_SOFTWARE': self.server_version,
            'wsgi.version': (1, 0),
            'wsgi.url_scheme': 'http',
            'wsgi.input': io.BytesIO(body),
            'wsgi.errors': sys.stderr,
            'wsgi.multithread': False,
            'wsgi.multiprocess': False,
            'wsgi.run_once': False,
        }
        for name, value in self.headers.items():
            key = 'HTTP_' + name.upper().replace('-', '_')
            if key not in ('HTTP_CONTENT_TYPE', 'HTTP_CONTENT_LENGTH'):
                environ[key] = value
        return environ

    def answer(self):
        length = int(self.headers.get('Content-Length') or 0)
        if (self.headers.get('Expect') or '').lower() == '100-continue':
            self.wfile.write(b'HTTP/1.1 100 Continue\r\n\r\n')
        body = self.rfile.read(length) if length else b''
        started = []

        def start_response(status, headers, exc_info=None):
            started[:] = [status, headers]
            return self.wfile.write

        chunks = self.server.app(self.environ(body), start_response)
        status, headers = started
        code, _, reason = status.partition(' ')
        self.send_response(int(code), reason)
        names = [name.lower() for name, value in headers]
        self._head = [self._head[0]]
        for name, value in headers:
            self.send_header(name, value)
        if 'server' not in names:
            self.send_header('Server', '%s %s' % (self.server_version,
                                                  self.sys_version))
        if 'date' not in names:
            self.send_header('Date', self.date_time_string())
        self.end_headers()
        for chunk in chunks:
            self.wfile.write(chunk)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_OPTIONS = answer
    do_PATCH = answer

    def log_request(self, code='-', size='-'):
        self.log('info', '"%s" %s %s', self.requestline, code, size)

    def log(self, kind, message, *args):
        _log('%s - - [%s] %s\n' % (
            self.client_address[0], time.strftime('%d/%b/%Y %H:%M:%S'),
            message % args))


def _log(text):
    sys.stderr.write(text)


class BaseWSGIServer(object):
    def __init__(self, host, port, app):
        self.host, self.port, self.app = host, port, app
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind((host, port))
        self.socket.listen(128)

    def serve_forever(self, reloader=None):
        while True:
            if reloader is not None and not \
                    socket._socket.wait(self.socket.fileno(), _WATCHED):
                reloader.look()
                continue
            connection, client = self.socket.accept()
            try:
                WSGIRequestHandler(connection, client, self)
            except OSError as problem:
                _log('%s\n' % problem)
            connection.close()


class _Reloader(object):
    """Starts the program anew when one of its sources has changed."""

    def __init__(self, extra=()):
        self.extra = list(extra or ())
        self.times = {}
        self.look()

    def sources(self):
        for module in list(sys.modules.values()):
            name = getattr(module, '__file__', None)
            if name and not name.startswith(sys.prefix + '/lib'):
                yield name
        for name in self.extra:
            yield name

    def look(self):
        for name in self.sources():
            try:
                when = os.path.getmtime(name)
            except OSError:
                continue
            if self.times.setdefault(name, when) != when:
                _log(' * Detected change in %r, reloading\n'
                     % os.path.abspath(name))
                restart()


def restart():
    _log(' * Restarting with stat\n')
    environ = dict(os.environ)
    environ['WERKZEUG_RUN_MAIN'] = 'true'
    sys.stdout.flush()
    os.execve(sys.executable, [sys.executable] + sys.argv, environ)


def run_simple(hostname, port, application, use_reloader=False,
               use_debugger=False, use_evalex=True, extra_files=None,
               threaded=False, processes=1, **options):
    if options:
        raise NotImplementedError(
            'drydock: python: run_simple(%s=...) is not modelled'
            % sorted(options)[0])
    server = BaseWSGIServer(hostname, port, application)
    again = os.environ.get('WERKZEUG_RUN_MAIN') == 'true'
    if not again:
        _log(' * Running on http://%s:%d/ (Press CTRL+C to quit)\n'
             % (hostname, port))
    reloader = None
    if use_reloader:
        if not again:
            server.socket.close()
            restart()
        reloader = _Reloader(extra_files)
    try:
        server.serve_forever(reloader)
    except KeyboardInterrupt:
        pass
