"""HTTP errors that can be raised."""
from http import responses

_TEXTS = {
    400: 'The browser (or proxy) sent a request that this server could not '
         'understand.',
    401: 'The server could not verify that you are authorized to access the '
         'URL requested.  You either supplied the wrong credentials (e.g. a '
         'bad password), or your browser doesn\'t understand how to supply '
         'the credentials required.',
    403: 'You don\'t have the permission to access the requested resource. '
         'It is either read-protected or not readable by the server.',
    404: 'The requested URL was not found on the server.  If you entered the '
         'URL manually please check your spelling and try again.',
    405: 'The method is not allowed for the requested URL.',
    418: 'This server is a teapot, not a coffee machine',
    500: 'The server encountered an internal error and was unable to '
         'complete your request.  Either the server is overloaded or there '
         'is an error in the application.',
}


class HTTPException(Exception):
    code = None
    description = None

    def __init__(self, description=None, response=None):
        Exception.__init__(self)
        if description is not None:
            self.description = description
        if self.description is None:
            self.description = _TEXTS.get(self.code, '')
        self.response = response

    @property
    def name(self):
        return responses.get(self.code, 'Unknown Error')

    def get_headers(self, environ=None):
        return [('Content-Type', 'text/html')]

    def get_body(self, environ=None):
        return ('<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">\n'
                '<title>%d %s</title>\n<h1>%s</h1>\n<p>%s</p>\n'
                % (self.code, self.name, self.name, self.description))

    def get_response(self, environ=None):
        from werkzeug.wrappers import Response
        if self.response is not None:
            return self.response
        return Response(self.get_body(), self.code, self.get_headers())

    def __call__(self, environ, start_response):
        return self.get_response(environ)(environ, start_response)

    def __str__(self):
        return '%d: %s' % (self.code, self.name)


class BadRequest(HTTPException):
    code = 400


class BadRequestKeyError(BadRequest, KeyError):
    def __init__(self, key=None):
        BadRequest.__init__(self)
        self.args = (key,)


class Unauthorized(HTTPException):
    code = 401


class Forbidden(HTTPException):
    code = 403


class NotFound(HTTPException):
    code = 404


class MethodNotAllowed(HTTPException):
    code = 405

    def __init__(self, valid_methods=None, description=None):
        HTTPException.__init__(self, description)
        self.valid_methods = valid_methods

    def get_headers(self, environ=None):
        headers = HTTPException.get_headers(self, environ)
        if self.valid_methods:
            headers.append(('Allow', ', '.join(sorted(self.valid_methods))))
        return headers


class InternalServerError(HTTPException):
    code = 500


_BY_CODE = {400: BadRequest, 401: Unauthorized, 403: Forbidden,
            404: NotFound, 405: MethodNotAllowed, 500: InternalServerError}


def abort(code, description=None):
    if not isinstance(code, int):
        raise HTTPException(response=code)
    if code in _BY_CODE and code != 405:
        raise _BY_CODE[code](description)
    if code not in responses:
        raise LookupError('no exception for %r' % code)
    made = HTTPException(description)
    made.code = code
    if made.description == '':
        made.description = _TEXTS.get(code, '')
    raise made
