"""A web framework in one file."""
import json as _json
import os
import sys
import traceback

import jinja2
from markupsafe import Markup, escape
from werkzeug.exceptions import HTTPException, InternalServerError, abort
from werkzeug.routing import Map, RequestRedirect, Rule
from werkzeug.wrappers import Request as _Request, Response as _Response
from urllib.parse import urlencode

__version__ = '0.10.1'

_stack = []


class _Proxy(object):
    """Stands for what the current request has under a name."""

    def __init__(self, name):
        object.__setattr__(self, '_name', name)

    def _get_current_object(self):
        if not _stack:
            raise RuntimeError('working outside of request context')
        return getattr(_stack[-1], self._name)

    def __getattr__(self, name):
        return getattr(self._get_current_object(), name)

    def __setattr__(self, name, value):
        setattr(self._get_current_object(), name, value)

    def __getitem__(self, key):
        return self._get_current_object()[key]

    def __setitem__(self, key, value):
        self._get_current_object()[key] = value

    def __contains__(self, key):
        return key in self._get_current_object()

    def __iter__(self):
        return iter(self._get_current_object())

    def __len__(self):
        return len(self._get_current_object())

    def __bool__(self):
        return bool(self._get_current_object())

    def __str__(self):
        return str(self._get_current_object())

    def __repr__(self):
        return repr(self._get_current_object())


request = _Proxy('request')
g = _Proxy('g')
session = _Proxy('session')
current_app = _Proxy('app')


class _Globals(object):
    def get(self, name, default=None):
        return self.__dict__.get(name, default)

    def __contains__(self, name):
        return name in self.__dict__


class _NoSession(object):
    def _refuse(self, *args, **kws):
        raise NotImplementedError(
            'drydock: python: flask.session is not modelled')

    __getitem__ = __setitem__ = __contains__ = __iter__ = _refuse
    get = pop = _refuse


class Request(_Request):
    pass


class Response(_Response):
    default_mimetype = 'text/html'


class _Context(object):
    def __init__(self, app, environ):
        self.app = app
        self.request = app.request_class(environ)
        self.g = _Globals()
        self.session = _NoSession()

    def __enter__(self):
        _stack.append(self)
        return self

    def __exit__(self, *info):
        _stack.pop()

    push = __enter__
    pop = __exit__


class Config(dict):
    def from_object(self, obj):
        if isinstance(obj, str):
            obj = __import__(obj)
        for name in dir(obj):
            if name.isupper():
                self[name] = getattr(obj, name)

    def from_pyfile(self, filename):
        names = {}
        with open(filename) as f:
            exec(f.read(), names)
        for name, value in names.items():
            if name.isupper():
                self[name] = value

    def from_envvar(self, name):
        self.from_pyfile(os.environ[name])


class _Logger(object):
    """app.logger: warnings and worse go to standard error."""

    def __init__(self, app):
        self.app = app

    def _write(self, level, message, args):
        if level in ('WARNING', 'ERROR', 'CRITICAL') or self.app.debug:
            sys.stderr.write((message % args if args else message) + '\n')

    def debug(self, message, *args):
        self._write('DEBUG', message, args)

    def info(self, message, *args):
        self._write('INFO', message, args)

    def warning(self, message, *args):
        self._write('WARNING', message, args)

    warn = warning

    def error(self, message, *args):
        self._write('ERROR', message, args)

    critical = error

    def exception(self, message, *args):
        self._write('ERROR', message, args)
        traceback.print_exc()


class _Routes(object):
    """What an application and a blueprint have in common."""

    def route(self, rule, **options):
        def decorate(function):
            endpoint = options.pop('endpoint', None)
            self.add_url_rule(rule, endpoint, function, **options)
            return function
        return decorate

    def before_request(self, function):
        self.before.append(function)
        return function

    def after_request(self, function):
        self.after.append(function)
        return function

    def teardown_request(self, function):
        self.teardown.append(function)
        return function

    def errorhandler(self, code):
        def decorate(function):
            self.handlers[code] = function
            return function
        return decorate


class Blueprint(_Routes):
    def __init__(self, name, import_name, url_prefix=None, **options):
        self.name, self.url_prefix = name, url_prefix or ''
        self.rules = []
        self.before, self.after, self.teardown = [], [], []
        self.handlers = {}

    def add_url_rule(self, rule, endpoint, function, **options):
        self.rules.append((rule, endpoint or function.__name__, function,
                           options))


class Flask(_Routes):
    request_class = Request
    response_class = Response

    def __init__(self, import_name, static_url_path=None,
                 static_folder='static', template_folder='templates'):
        self.import_name = self.name = import_name
        module = sys.modules.get(import_name)
        where = getattr(module, '__file__', None)
        self.root_path = os.path.dirname(os.path.abspath(where)) if where \
            else os.getcwd()
        self.config = Config(DEBUG=False, TESTING=False, SECRET_KEY=None,
                             JSON_AS_ASCII=True, JSON_SORT_KEYS=True,
                             JSONIFY_PRETTYPRINT_REGULAR=True)
        self.url_map = Map()
        self.view_functions = {}
        self.before, self.after, self.teardown = [], [], []
        self.before_first = []
        self.handlers = {}
        self.blueprints = {}
        self.logger = _Logger(self)
        self.jinja_env = jinja2.Environment(jinja2.FileSystemLoader(
            os.path.join(self.root_path, template_folder)), True)
        self.jinja_env.globals.update(url_for=url_for, request=request, g=g,
                                      config=self.config)
        self.static_folder = os.path.join(self.root_path, static_folder)
        if os.path.isdir(self.static_folder):
            self.add_url_rule('/static/<path:filename>', 'static',
                              self.send_static_file)

    @property
    def debug(self):
        return self.config['DEBUG']

    @debug.setter
    def debug(self, value):
        self.config['DEBUG'] = value

    @property
    def testing(self):
        return self.config['TESTING']

    @testing.setter
    def testing(self, value):
        self.config['TESTING'] = value

    @property
    def secret_key(self):
        return self.config['SECRET_KEY']

    @secret_key.setter
    def secret_key(self, value):
        self.config['SECRET_KEY'] = value

    def add_url_rule(self, rule, endpoint=None, view_func=None, methods=None,
                     defaults=None, strict_slashes=True, **options):
        if options:
            raise NotImplementedError(
                'drydock: python: route(%s=...) is not modelled'
                % sorted(options)[0])
        if endpoint is None:
            endpoint = view_func.__name__
        methods = [m.upper() for m in methods or ('GET',)]
        old = self.view_functions.get(endpoint)
        if old is not None and old is not view_func:
            raise AssertionError('View function mapping is overwriting an '
                                 'existing endpoint function: ' + endpoint)
        self.url_map.add(Rule(rule, endpoint, methods, defaults,
                              strict_slashes))
        if view_func is not None:
            self.view_functions[endpoint] = view_func

    def register_blueprint(self, blueprint, url_prefix=None):
        prefix = url_prefix or blueprint.url_prefix
        self.blueprints[blueprint.name] = blueprint
        for rule, endpoint, function, options in blueprint.rules:
            self.add_url_rule(prefix + rule, blueprint.name + '.' + endpoint,
                              function, **options)
        self.before += blueprint.before
        self.after += blueprint.after
        self.teardown += blueprint.teardown
        self.handlers.update(blueprint.handlers)

    def before_first_request(self, function):
        self.before_first.append(function)
        return function

    def send_static_file(self, filename):
        return send_from_directory(self.static_folder, filename)

    # --- Answering -------------------------------------------------------
    def make_response(self, value):
        status = headers = None
        if isinstance(value, tuple):
            parts = value + (None, None)
            value, status, headers = parts[0], parts[1], parts[2]
            if isinstance(status, (dict, list)):
                status, headers = None, status
        if value is None:
            raise ValueError('View function did not return a response')
        if isinstance(value, HTTPException):
            value = value.get_response()
        if not isinstance(value, _Response):
            if not isinstance(value, (str, bytes, bytearray)):
                raise TypeError("'%s' object is not callable"
                                % type(value).__name__)
            value = self.response_class(value)
        if status is not None:
            value.status = status
        if headers:
            value.headers.extend(headers)
        return value

    def dispatch_request(self):
        req = _stack[-1].request
        if req.method == 'OPTIONS':
            made = self.response_class()
            made.headers.set('Allow', ', '.join(sorted(
                self.url_map.methods(req.path) | set(['OPTIONS']))))
            return made
        rule, values = self.url_map.match(req.path, req.method)
        req.view_args, req.endpoint = values, rule.endpoint
        req.url_rule = rule
        for function in self.before:
            early = function()
            if early is not None:
                return early
        return self.view_functions[rule.endpoint](**values)

    def handle_http_exception(self, problem):
        handler = self.handlers.get(problem.code)
        return problem if handler is None else handler(problem)

    def handle_exception(self, problem):
        for kind, handler in self.handlers.items():
            if isinstance(kind, type) and isinstance(problem, kind):
                return handler(problem)
        if self.debug or self.testing:
            raise problem
        req = _stack[-1].request
        self.logger.exception('Exception on %s [%s]', req.path, req.method)
        handler = self.handlers.get(500)
        return InternalServerError() if handler is None else handler(problem)

    def full_dispatch(self):
        while self.before_first:
            self.before_first.pop(0)()
        try:
            value = self.dispatch_request()
            response = self.make_response(value)
        except RequestRedirect as away:
            response = redirect(_stack[-1].request.host_url.rstrip('/') +
                                away.path, 301)
        except HTTPException as problem:
            response = self.make_response(self.handle_http_exception(problem))
        except Exception as problem:
            response = self.make_response(self.handle_exception(problem))
            if response.status_code == 200 and 500 in self.handlers:
                response.status = 500
        for function in reversed(self.after):
            response = function(response)
        return response

    def wsgi_app(self, environ, start_response):
        with _Context(self, environ):
            try:
                response = self.full_dispatch()
            except Exception:
                if not self.debug:
                    raise
                text = traceback.format_exc()
                sys.stderr.write(text)
                response = self.response_class(
                    '<!DOCTYPE HTML>\n<title>Werkzeug Debugger</title>\n'
                    '<pre>%s</pre>\n' % escape(text), 500)
            for function in self.teardown:
                function(None)
            return list(response(environ, start_response))

    def __call__(self, environ, start_response):
        return self.wsgi_app(environ, start_response)

    def run(self, host=None, port=None, debug=None, use_reloader=None,
            **options):
        from werkzeug.serving import run_simple
        if debug is not None:
            self.debug = bool(debug)
        if use_reloader is None:
            use_reloader = self.debug
        run_simple(host or '127.0.0.1', int(port or 5000), self,
                   use_reloader=use_reloader, use_debugger=self.debug,
                   **options)

    # --- For tests and shells --------------------------------------------
    def test_request_context(self, path='/', method='GET', data=None,
                             headers=None, content_type=None):
        return _Context(self, make_environ(path, method, data, headers,
                                           content_type))

    def app_context(self):
        return self.test_request_context()

    def test_client(self):
        return _Client(self)


def make_environ(path, method, data, headers, content_type):
    import io
    path, _, query = path.partition('?')
    if isinstance(data, dict):
        data = urlencode(data)
        content_type = content_type or 'application/x-www-form-urlencoded'
    if isinstance(data, str):
        data = data.encode('utf-8')
    data = data or b''
    environ = {'REQUEST_METHOD': method, 'PATH_INFO': path,
               'QUERY_STRING': query, 'SERVER_NAME': 'localhost',
               'SERVER_PORT': '80', 'HTTP_HOST': 'localhost',
               'REMOTE_ADDR': '127.0.0.1', 'wsgi.url_scheme': 'http',
               'wsgi.input': io.BytesIO(data),
               'CONTENT_LENGTH': str(len(data)),
               'CONTENT_TYPE': content_type or ''}
    for name, value in (headers or {}).items():
        environ['HTTP_' + name.upper().replace('-', '_')] = value
    return environ


class _Client(object):
    def __init__(self, app):
        self.app = app

    def open(self, path, method='GET', data=None, headers=None,
             content_type=None, follow_redirects=False):
        started = []
        chunks = self.app(
            make_environ(path, method, data, headers, content_type),
            lambda status, head: started.extend([status, head]))
        response = Response(b''.join(chunks), started[0], started[1])
        if follow_redirects and response.status_code in (301, 302, 303):
            where = response.headers['Location']
            return self.open(where.split('localhost', 1)[-1] or '/')
        return response

    def get(self, path, **kws):
        return self.open(path, 'GET', **kws)

    def post(self, path, **kws):
        return self.open(path, 'POST', **kws)

    def put(self, path, **kws):
        return self.open(path, 'PUT', **kws)

    def delete(self, path, **kws):
        return self.open(path, 'DELETE', **kws)

    def __enter__(self):
        return self

    def __exit__(self, *info):
        pass


def make_response(*args):
    app = _stack[-1].app
    if not args:
        return app.response_class()
    return app.make_response(args[0] if len(args) == 1 else args)


def jsonify(*args, **kwargs):
    app = _stack[-1].app
    value = dict(*args, **kwargs)
    indent = 2 if app.config['JSONIFY_PRETTYPRINT_REGULAR'] and \
        not _stack[-1].request.is_xhr else None
    return app.response_class(
        _json.dumps(value, indent=indent,
                    sort_keys=app.config['JSON_SORT_KEYS']),
        mimetype='application/json')


def redirect(location, code=302):
    body = ('<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">\n'
            '<title>Redirecting...</title>\n<h1>Redirecting...</h1>\n'
            '<p>You should be redirected automatically to target URL: '
            '<a href="%s">%s</a>.  If not click the link.'
            % (escape(location), escape(location)))
    made = Response(body, code, mimetype='text/html')
    made.headers.set('Location', location)
    return made


def url_for(endpoint, _external=False, _anchor=None, **values):
    context = _stack[-1]
    if endpoint.startswith('.'):
        here = context.request.endpoint or ''
        endpoint = here.rpartition('.')[0] + endpoint
        endpoint = endpoint.lstrip('.')
    path, rest = context.app.url_map.build(endpoint, values)
    if rest:
        path += '?' + urlencode(sorted(rest.items()))
    if _anchor:
        path += '#' + _anchor
    if _external:
        path = context.request.host_url.rstrip('/') + path
    return path


def render_template(name, **context):
    return _stack[-1].app.jinja_env.get_template(name).render(context)


def render_template_string(source, **context):
    return _stack[-1].app.jinja_env.from_string(source).render(context)


_TYPES = {'.html': 'text/html', '.css': 'text/css', '.png': 'image/png',
          '.js': 'application/javascript', '.json': 'application/json',
          '.jpg': 'image/jpeg', '.svg': 'image/svg+xml',
          '.txt': 'text/plain'}


def send_file(filename, mimetype=None, as_attachment=False):
    with open(filename, 'rb') as f:
        data = f.read()
    kind = mimetype or _TYPES.get(os.path.splitext(filename)[1],
                                  'application/octet-stream')
    made = Response(data, mimetype=kind)
    if as_attachment:
        made.headers.set('Content-Disposition', 'attachment; filename='
                         + os.path.basename(filename))
    return made


def send_from_directory(directory, filename, **options):
    full = os.path.normpath(os.path.join(directory, filename))
    if not full.startswith(directory) or not os.path.isfile(full):
        abort(404)
    return send_file(full, **options)


def flash(message, category='message'):
    raise NotImplementedError('drydock: python: flask.flash is not modelled')


def has_request_context():
    return bool(_stack)


class json(object):
    dumps = staticmethod(_json.dumps)
    loads = staticmethod(_json.loads)
