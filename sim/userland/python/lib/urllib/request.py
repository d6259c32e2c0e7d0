"""urlopen."""
from http.client import HTTPConnection
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit, urljoin


class Request(object):
    def __init__(self, url, data=None, headers={}, method=None):
        self.full_url, self.data = url, data
        self.headers = dict(headers)
        self.method = method

    def get_method(self):
        return self.method or ('GET' if self.data is None else 'POST')

    def add_header(self, name, value):
        self.headers[name] = value


def urlopen(url, data=None, timeout=None):
    request = url if isinstance(url, Request) else Request(url, data)
    target = request.full_url
    for _ in range(10):
        parts = urlsplit(target)
        if parts.scheme == 'https':
            raise NotImplementedError('drydock: python: https is not modelled')
        if parts.scheme != 'http':
            raise URLError('unknown url type: %s' % parts.scheme)
        connection = HTTPConnection(parts.hostname, parts.port or 80)
        headers = {'Accept-Encoding': 'identity', 'Connection': 'close',
                   'User-Agent': 'Python-urllib/3.4'}
        headers.update(request.headers)
        path = (parts.path or '/') + ('?' + parts.query if parts.query else '')
        try:
            connection.request(request.get_method(), path, request.data,
                               headers)
            response = connection.getresponse()
        except OSError as problem:
            raise URLError(problem)
        response.url = target
        if response.status in (301, 302, 303, 307):
            target = urljoin(target, response.getheader('Location'))
            continue
        if response.status >= 400:
            raise HTTPError(target, response.status, response.reason,
                            response.headers, response)
        return response
    raise URLError('too many redirections')


def urlretrieve(url, filename):
    with open(filename, 'wb') as out:
        response = urlopen(url)
        out.write(response.read())
    return filename, response.headers
