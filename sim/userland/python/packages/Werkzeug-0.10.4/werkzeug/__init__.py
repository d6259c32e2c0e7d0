"""What Flask stands on: requests, responses, routes, a server."""
__version__ = '0.10.4'

from werkzeug.wrappers import Request, Response
from werkzeug.serving import run_simple
from werkzeug.utils import secure_filename
