"""Requests and responses around WSGI."""
import json as _json
from http import responses
from urllib.parse import parse_qsl, unquote

from werkzeug.datastructures import Headers, MultiDict


class FileStorage(object):
    """An uploaded file."""

    def __init__(self, name, filename, content, content_type):
        from io import BytesIO
        self.name, self.filename = name, filename
        self.stream = BytesIO(content)
        self.content_type = content_type

    def read(self, n=-1):
        return self.stream.read(n)

    def save(self, path):
        with open(path, 'wb') as out:
            out.write(self.stream.getvalue())


def _multipart(body, boundary):
    fields, files = [], []
    for part in body.split(b'--' + boundary.encode())[1:-1]:
        head, _, content = part.strip(b'\r\n').partition(b'\r\n\r\n')
        lines = head.decode('latin-1').split('\r\n')
        values, kind = {}, 'text/plain'
        for line in lines:
            key, _, value = line.partition(':')
            if key.lower() == 'content-type':
                kind = value.strip()
            if key.lower() == 'content-disposition':
                for piece in value.split(';')[1:]:
                    name, _, text = piece.strip().partition('=')
                    values[name] = text.strip('"')
        if 'filename' in values:
            files.append((values.get('name'), FileStorage(
                values.get('name'), values['filename'], content, kind)))
        else:
            fields.append((values.get('name'), content.decode('utf-8')))
    return fields, files


class Request(object):
    def __init__(self, environ):
        self.environ = environ
        self.method = environ.get('REQUEST_METHOD', 'GET')
        self.path = environ.get('PATH_INFO') or '/'
        self.query_string = environ.get('QUERY_STRING', '').encode()
        self.remote_addr = environ.get('REMOTE_ADDR')
        self.scheme = environ.get('wsgi.url_scheme', 'http')
        self.args = MultiDict(parse_qsl(environ.get('QUERY_STRING', ''),
                                        True))
        self._data = None
        self._form = self._files = None
        self.view_args = {}
        self.endpoint = None

    @property
    def headers(self):
        pairs = []
        for key, value in self.environ.items():
            if key.startswith('HTTP_'):
                pairs.append((key[5:].replace('_', '-').title(), value))
            elif key in ('CONTENT_TYPE', 'CONTENT_LENGTH') and value:
                pairs.append((key.replace('_', '-').title(), value))
        return Headers(sorted(pairs))

    @property
    def host(self):
        return self.environ.get('HTTP_HOST') or self.environ['SERVER_NAME']

    @property
    def host_url(self):
        return '%s://%s/' % (self.scheme, self.host)

    url_root = host_url

    @property
    def base_url(self):
        return self.host_url + self.path.lstrip('/')

    @property
    def url(self):
        query = self.environ.get('QUERY_STRING')
        return self.base_url + ('?' + query if query else '')

    @property
    def full_path(self):
        return self.path + '?' + self.environ.get('QUERY_STRING', '')

    @property
    def content_type(self):
        return self.environ.get('CONTENT_TYPE', '')

    @property
    def mimetype(self):
        return self.content_type.split(';')[0].strip().lower()

    @property
    def content_length(self):
        return int(self.environ.get('CONTENT_LENGTH') or 0)

    @property
    def data(self):
        if self._data is None:
            self._data = self.environ['wsgi.input'].read(self.content_length)
        return self._data

    def get_data(self, cache=True, as_text=False):
        return self.data.decode('utf-8') if as_text else self.data

    def _parse(self):
        fields, files = [], []
        if self.mimetype == 'application/x-www-form-urlencoded':
            fields = parse_qsl(self.data.decode('utf-8'), True)
        elif self.mimetype == 'multipart/form-data':
            boundary = self.content_type.partition('boundary=')[2].strip('"')
            fields, files = _multipart(self.data, boundary)
        self._form, self._files = MultiDict(fields), MultiDict(files)

    @property
    def form(self):
        if self._form is None:
            self._parse()
        return self._form

    @property
    def files(self):
        if self._files is None:
            self._parse()
        return self._files

    @property
    def values(self):
        return MultiDict(list(self.args.items()) + list(self.form.items()))

    @property
    def cookies(self):
        out = {}
        for pair in self.environ.get('HTTP_COOKIE', '').split(';'):
            name, equals, value = pair.strip().partition('=')
            if equals:
                out[name] = unquote(value.strip('"'))
        return out

    @property
    def is_json(self):
        return self.mimetype == 'application/json'

    @property
    def json(self):
        return self.get_json()

    def get_json(self, force=False, silent=False):
        if not force and not self.is_json:
            return None
        try:
            return _json.loads(self.get_data(as_text=True))
        except ValueError:
            if silent:
                return None
            from werkzeug.exceptions import BadRequest
            raise BadRequest()

    @property
    def user_agent(self):
        return self.environ.get('HTTP_USER_AGENT', '')

    @property
    def is_xhr(self):
        return self.environ.get('HTTP_X_REQUESTED_WITH',
                                '').lower() == 'xmlhttprequest'

    def __repr__(self):
        return '<Request %r [%s]>' % (self.url, self.method)


class Response(object):
    default_mimetype = 'text/plain'
    charset = 'utf-8'

    def __init__(self, response=None, status=None, headers=None,
                 mimetype=None, content_type=None, direct_passthrough=False):
        self.headers = Headers(headers)
        if content_type is None:
            if mimetype is None and 'Content-Type' not in self.headers:
                mimetype = self.default_mimetype
            if mimetype is not None:
                content_type = mimetype
                if mimetype.startswith('text/') and 'charset' not in mimetype:
                    content_type += '; charset=' + self.charset
        if content_type is not None:
            self.headers.set('Content-Type', content_type)
        self.status = 200 if status is None else status
        self.response = []
        if isinstance(response, (str, bytes, bytearray)):
            self.set_data(response)
        elif response is not None:
            self.response = response

    @property
    def status(self):
        return '%d %s' % (self.status_code, self._reason)

    @status.setter
    def status(self, value):
        if isinstance(value, int):
            self.status_code = value
            self._reason = responses.get(value, 'UNKNOWN').upper()
        else:
            code, _, reason = value.partition(' ')
            self.status_code, self._reason = int(code), reason

    def set_data(self, value):
        if isinstance(value, str):
            value = value.encode(self.charset)
        self.response = [bytes(value)]
        self.headers.set('Content-Length', len(value))

    def get_data(self, as_text=False):
        data = b''.join([p.encode(self.charset) if isinstance(p, str) else p
                         for p in self.response])
        self.response = [data]
        return data.decode(self.charset) if as_text else data

    @property
    def data(self):
        return self.get_data()

    @data.setter
    def data(self, value):
        self.set_data(value)

    @property
    def mimetype(self):
        return self.headers.get('Content-Type', '').split(';')[0]

    @mimetype.setter
    def mimetype(self, value):
        self.headers.set('Content-Type', value)

    @property
    def content_type(self):
        return self.headers.get('Content-Type')

    @content_type.setter
    def content_type(self, value):
        self.headers.set('Content-Type', value)

    def set_cookie(self, key, value='', max_age=None, expires=None, path='/',
                   domain=None, secure=False, httponly=False):
        text = '%s=%s' % (key, value)
        if max_age is not None:
            text += '; Max-Age=%d' % max_age
        if httponly:
            text += '; HttpOnly'
        self.headers.add('Set-Cookie', text + '; Path=' + path)

    def delete_cookie(self, key, path='/'):
        self.headers.add('Set-Cookie',
                         '%s=; Expires=Thu, 01-Jan-1970 00:00:00 GMT; '
                         'Max-Age=0; Path=%s' % (key, path))

    def __call__(self, environ, start_response):
        start_response(self.status, self.headers.items())
        if environ.get('REQUEST_METHOD') == 'HEAD':
            return []
        return (p.encode(self.charset) if isinstance(p, str) else p
                for p in self.response)

    def __repr__(self):
        return '<Response %d bytes [%s]>' % (len(self.get_data()),
                                             self.status)
