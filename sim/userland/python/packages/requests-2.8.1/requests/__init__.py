"""HTTP for humans."""
import json as _json
from http.client import HTTPConnection
from urllib.parse import urlencode, urljoin, urlsplit

from requests import exceptions
from requests.exceptions import (ConnectionError, HTTPError,
                                 RequestException, Timeout)
from requests.structures import CaseInsensitiveDict

__version__ = '2.8.1'


class codes(object):
    ok = 200
    created = 201
    not_found = 404
    internal_server_error = 500


class Response(object):
    def __init__(self, url, raw):
        self.url = url
        self.status_code = raw.status
        self.reason = raw.reason
        self.headers = CaseInsensitiveDict(raw.getheaders())
        self.content = raw.read()
        self.encoding = 'utf-8'
        kind = self.headers.get('content-type', '')
        if 'charset=' in kind:
            self.encoding = kind.split('charset=')[1].split(';')[0].strip()
        self.history = []

    @property
    def text(self):
        return self.content.decode(self.encoding, 'replace')

    @property
    def ok(self):
        return self.status_code < 400

    def json(self):
        return _json.loads(self.text)

    def iter_content(self, chunk_size=1):
        for i in range(0, len(self.content), chunk_size):
            yield self.content[i:i + chunk_size]

    def iter_lines(self):
        return iter(self.content.splitlines())

    def raise_for_status(self):
        kind = {4: 'Client', 5: 'Server'}.get(self.status_code // 100)
        if kind:
            raise HTTPError('%d %s Error: %s for url: %s' % (
                self.status_code, kind, self.reason, self.url))

    def close(self):
        pass

    def __bool__(self):
        return self.ok

    def __repr__(self):
        return '<Response [%d]>' % self.status_code


def _send(method, url, body, headers):
    parts = urlsplit(url)
    if parts.scheme == 'https':
        raise NotImplementedError('drydock: python: https is not modelled')
    if not parts.scheme:
        raise exceptions.MissingSchema(
            "Invalid URL %r: No schema supplied. Perhaps you meant http://%s?"
            % (url, url))
    if parts.scheme != 'http':
        raise exceptions.InvalidSchema(
            'No connection adapters were found for %r' % url)
    path = (parts.path or '/') + ('?' + parts.query if parts.query else '')
    connection = HTTPConnection(parts.hostname, parts.port or 80)
    try:
        connection.request(method, path, body, headers)
        raw = connection.getresponse()
    except OSError as problem:
        raise ConnectionError(
            'HTTPConnectionPool(host=%r, port=%d): Max retries exceeded with '
            'url: %s (Caused by NewConnectionError(%r))'
            % (parts.hostname, parts.port or 80, path, str(problem)))
    response = Response(url, raw)
    connection.close()
    return response


def request(method, url, params=None, data=None, json=None, headers=None,
            timeout=None, allow_redirects=True, **others):
    if others:
        raise NotImplementedError(
            'drydock: python: requests: %r is not modelled'
            % sorted(others)[0])
    sent = {'User-Agent': 'python-requests/' + __version__,
            'Accept-Encoding': 'identity', 'Accept': '*/*',
            'Connection': 'keep-alive'}
    if params:
        query = params if isinstance(params, str) else urlencode(params)
        url += ('&' if '?' in url else '?') + query
    if isinstance(data, dict):
        data = urlencode(data)
        sent['Content-Type'] = 'application/x-www-form-urlencoded'
    if json is not None:
        data = _json.dumps(json)
        sent['Content-Type'] = 'application/json'
    if isinstance(data, str):
        data = data.encode('utf-8')
    sent.update(headers or {})
    history = []
    while True:
        response = _send(method.upper(), url, data, sent)
        response.history = history
        if response.status_code not in (301, 302, 303, 307) \
                or not allow_redirects:
            return response
        if len(history) >= 30:
            raise exceptions.TooManyRedirects('Exceeded 30 redirects.')
        history = history + [response]
        url = urljoin(url, response.headers['location'])
        if response.status_code != 307:
            method, data = 'GET', None


def get(url, params=None, **kws):
    return request('GET', url, params=params, **kws)


def head(url, **kws):
    kws.setdefault('allow_redirects', False)
    return request('HEAD', url, **kws)


def post(url, data=None, json=None, **kws):
    return request('POST', url, data=data, json=json, **kws)


def put(url, data=None, **kws):
    return request('PUT', url, data=data, **kws)


def delete(url, **kws):
    return request('DELETE', url, **kws)


class Session(object):
    def __init__(self):
        self.headers = {}

    def request(self, method, url, **kws):
        headers = dict(self.headers)
        headers.update(kws.pop('headers', None) or {})
        return request(method, url, headers=headers, **kws)

    def get(self, url, **kws):
        return self.request('GET', url, **kws)

    def post(self, url, data=None, **kws):
        return self.request('POST', url, data=data, **kws)

    def close(self):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *info):
        pass


session = Session
