"""identidock.py: a picture for each name, drawn in text and kept in redis."""

import hashlib

import redis
from flask import Flask, Response

app = Flask(__name__)
# A link of that name leads there (--link myredis:redis); without it each
# picture is drawn anew.
cache = redis.Redis(host='redis', port=6379, socket_timeout=2)
SIZE = 7


def draw(name):
    """Of a name's digest each bit is a square; left and right are alike."""
    bits = int(hashlib.sha256(name.encode()).hexdigest(), 16)
    rows = []
    for _ in range(SIZE):
        half = ''
        for _ in range(SIZE // 2 + 1):
            half += '##' if bits & 1 else '  '
            bits >>= 1
        rows.append((half + half[-3::-1]).rstrip())
    return '\n'.join(rows) + '\n'


@app.route('/')
def main_page():
    return Response('Hello! Ask for /monster/NAME\n', mimetype='text/plain')


@app.route('/monster/<name>')
def monster(name):
    try:
        picture = cache.get(name)
        found = 'hit' if picture else 'miss'
        if not picture:
            picture = draw(name)
            cache.set(name, picture)
    except redis.exceptions.RedisError:
        picture, found = draw(name), 'none'
    return Response(picture, mimetype='text/plain', headers={'X-Cache': found})


if __name__ == '__main__':
    app.run(debug=True, host='0.0.0.0')
