"""A server of HTTP/1.0: python3 -m http.server."""
import os
import socket
import sys
import time
from http import responses
from http.client import read_headers
from urllib.parse import quote, unquote

_TYPES = {'.html': 'text/html', '.htm': 'text/html', '.txt': 'text/plain',
          '.css': 'text/css', '.js': 'application/javascript',
          '.json': 'application/json', '.png': 'image/png',
          '.jpg': 'image/jpeg', '.gif': 'image/gif', '.py': 'text/plain',
          '.svg': 'image/svg+xml', '.md': 'text/plain'}

_ERROR = '''<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN"
        "http://www.w3.org/TR/html4/strict.dtd">
<html>
    <head>
        <meta http-equiv="Content-Type" content="text/html;charset=utf-8">
        <title>Error response</title>
    </head>
    <body>
        <h1>Error response</h1>
        <p>Error code: %d</p>
        <p>Message: %s.</p>
    </body>
</html>
'''


class HTTPServer(object):
    def __init__(self, server_address, handler):
        self.handler = handler
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(server_address)
        self.socket.listen(5)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = self.server_address

    def handle_request(self):
        connection, client = self.socket.accept()
        try:
            self.handler(connection, client, self)
        except OSError as problem:
            sys.stderr.write('%s\n' % problem)
        connection.close()

    def serve_forever(self):
        while True:
            self.handle_request()

    def server_close(self):
        self.socket.close()

    shutdown = server_close


class BaseHTTPRequestHandler(object):
    server_version = 'SimpleHTTP/0.6'
    sys_version = 'Python/3.4.3'
    protocol_version = 'HTTP/1.0'

    def __init__(self, request, client_address, server):
        self.connection = request
        self.client_address = client_address
        self.server = server
        self.rfile = request.makefile('rb')
        self.wfile = request.makefile('wb')
        self.handle()

    def handle(self):
        line = self.rfile.readline().decode('latin-1')
        self.requestline = line.rstrip('\r\n')
        words = self.requestline.split()
        if not words:
            return
        if len(words) not in (2, 3):
            self.command, self.path, self.request_version = None, '', ''
            self.send_error(400, 'Bad request syntax (%r)' % self.requestline)
            return
        self.command, self.path = words[0], words[1]
        self.request_version = words[2] if len(words) == 3 else 'HTTP/0.9'
        self.headers = read_headers(self.rfile)
        method = getattr(self, 'do_' + self.command, None)
        if method is None:
            self.send_error(501, 'Unsupported method (%r)' % self.command)
            return
        method()

    def send_response(self, code, message=None):
        self.log_request(code)
        self._head = ['%s %d %s' % (self.protocol_version, code,
                                    message or responses.get(code, ''))]
        self.send_header('Server',
                         self.server_version + ' ' + self.sys_version)
        self.send_header('Date', self.date_time_string())

    def send_header(self, name, value):
        self._head.append('%s: %s' % (name, value))

    def end_headers(self):
        text = '\r\n'.join(self._head) + '\r\n\r\n'
        self.wfile.write(text.encode('latin-1'))

    def send_error(self, code, message=None):
        message = message or responses.get(code, '')
        self.log_error('code %d, message %s', code, message)
        body = (_ERROR % (code, message)).encode()
        self.send_response(code, message)
        self.send_header('Connection', 'close')
        self.send_header('Content-Type', 'text/html;charset=utf-8')
        self.send_header('Content-Length', len(body))
        self.end_headers()
        if self.command != 'HEAD':
            self.wfile.write(body)

    def log_request(self, code='-', size='-'):
        self.log_message('"%s" %s %s', self.requestline, str(code), str(size))

    def log_error(self, format, *args):
        self.log_message(format, *args)

    def log_message(self, format, *args):
        sys.stderr.write('%s - - [%s] %s\n' % (
            self.client_address[0], time.strftime('%d/%b/%Y %H:%M:%S'),
            format % args))

    def date_time_string(self, when=None):
        return time.strftime('%a, %d %b %Y %H:%M:%S GMT', time.gmtime(when))


class SimpleHTTPRequestHandler(BaseHTTPRequestHandler):
    def do_GET(self):
        body = self.send_head()
        if body is not None:
            self.wfile.write(body)

    def do_HEAD(self):
        self.send_head()

    def send_head(self):
        path = self.path.split('?')[0].split('#')[0]
        local = '.' + os.path.normpath('/' + unquote(path))
        if os.path.isdir(local):
            if not path.endswith('/'):
                self.send_response(301)
                self.send_header('Location', path + '/')
                self.end_headers()
                return None
            index = os.path.join(local, 'index.html')
            if not os.path.exists(index):
                return self.list_directory(local, unquote(path))
            local = index
        try:
            with open(local, 'rb') as f:
                body = f.read()
        except OSError:
            self.send_error(404, 'File not found')
            return None
        kind = _TYPES.get(os.path.splitext(local)[1],
                          'application/octet-stream')
        self.send_response(200)
        self.send_header('Content-type', kind)
        self.send_header('Content-Length', str(len(body)))
        self.send_header('Last-Modified', self.date_time_string(
            os.path.getmtime(local)))
        self.end_headers()
        return body

    def list_directory(self, local, shown):
        title = 'Directory listing for %s' % shown
        rows = ['<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN" '
                '"http://www.w3.org/TR/html4/strict.dtd">',
                '<html>\n<head>',
                '<meta http-equiv="Content-Type" content="text/html; '
                'charset=utf-8">',
                '<title>%s</title>\n</head>' % title,
                '<body>\n<h1>%s</h1>' % title, '<hr>\n<ul>']
        for name in sorted(os.listdir(local), key=lambda n: n.lower()):
            full = os.path.join(local, name)
            link = name + '/' if os.path.isdir(full) else name
            label = name + '@' if os.path.islink(full) else link
            rows.append('<li><a href="%s">%s</a></li>' % (quote(link), label))
        rows.append('</ul>\n<hr>\n</body>\n</html>\n')
        body = '\n'.join(rows).encode()
        self.send_response(200)
        self.send_header('Content-type', 'text/html; charset=utf-8')
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        return body


def test(port=8000):
    server = HTTPServer(('', port), SimpleHTTPRequestHandler)
    print('Serving HTTP on', server.server_address[0], 'port', port, '...')
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print('\nKeyboard interrupt received, exiting.')
        server.server_close()
        sys.exit(0)


if __name__ == '__main__':
    test(int(sys.argv[1]) if len(sys.argv) > 1 else 8000)
