"""Files in memory."""


class StringIO(object):
    _empty = ''

    def __init__(self, initial=None, newline='\n'):
        self._text = initial or self._empty
        self._at = 0
        self.closed = False

    def write(self, text):
        if type(text) is not type(self._empty):
            raise TypeError('string argument expected, got %r'
                            % type(text).__name__)
        self._text = self._text[:self._at] + text + \
            self._text[self._at + len(text):]
        self._at += len(text)
        return len(text)

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def read(self, n=-1):
        end = len(self._text) if n is None or n < 0 else self._at + n
        part = self._text[self._at:end]
        self._at += len(part)
        return part

    def readline(self):
        newline = '\n' if self._empty == '' else b'\n'
        end = self._text.find(newline, self._at)
        return self.read(-1 if end < 0 else end + 1 - self._at)

    def readlines(self):
        return list(self)

    def __iter__(self):
        return self

    def __next__(self):
        line = self.readline()
        if not line:
            raise StopIteration
        return line

    def getvalue(self):
        return self._text

    def seek(self, offset, whence=0):
        base = [0, self._at, len(self._text)][whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self):
        return self._at

    def truncate(self, size=None):
        self._text = self._text[:self._at if size is None else size]

    def flush(self):
        pass

    def isatty(self):
        return False

    def close(self):
        self.closed = True

    def __enter__(self):
        return self

    def __exit__(self, *info):
        self.close()


class BytesIO(StringIO):
    _empty = b''


open = open
SEEK_SET, SEEK_CUR, SEEK_END = 0, 1, 2
