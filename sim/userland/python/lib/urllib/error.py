"""What urlopen raises."""


class URLError(OSError):
    def __init__(self, reason):
        self.args = (reason,)
        self.reason = reason

    def __str__(self):
        return '<urlopen error %s>' % self.reason


class HTTPError(URLError):
    def __init__(self, url, code, msg, headers, fp):
        self.url, self.code, self.msg = url, code, msg
        self.headers, self.fp = headers, fp
        self.reason = msg
        self.args = ()

    def read(self):
        return self.fp.read()

    def __str__(self):
        return 'HTTP Error %s: %s' % (self.code, self.msg)
