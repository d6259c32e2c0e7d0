"""Dates and times; all of them UTC."""
import time as _time

MINYEAR, MAXYEAR = 1, 9999
_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]


def _leap(year):
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _month_days(year, month):
    return 29 if month == 2 and _leap(year) else _DAYS[month - 1]


def _ordinal(year, month, day):
    y = year - 1
    return (y * 365 + y // 4 - y // 100 + y // 400 +
            sum(_month_days(year, m) for m in range(1, month)) + day)


def _from_ordinal(n):
    year = n * 400 // 146097 + 1
    while _ordinal(year, 1, 1) > n:
        year -= 1
    while _ordinal(year + 1, 1, 1) <= n:
        year += 1
    month, day = 1, n - _ordinal(year, 1, 1) + 1
    while day > _month_days(year, month):
        day -= _month_days(year, month)
        month += 1
    return year, month, day


class timedelta(object):
    def __init__(self, days=0, seconds=0, microseconds=0, milliseconds=0,
                 minutes=0, hours=0, weeks=0):
        total = ((((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 +
                 seconds)
        micros = int(round(total * 1000000 + milliseconds * 1000 +
                           microseconds))
        self.days, rest = divmod(micros, 86400 * 1000000)
        self.seconds, self.microseconds = divmod(rest, 1000000)

    def _micros(self):
        return (self.days * 86400 + self.seconds) * 1000000 + \
            self.microseconds

    def total_seconds(self):
        return self._micros() / 1000000

    def __add__(self, other):
        if isinstance(other, timedelta):
            return timedelta(microseconds=self._micros() + other._micros())
        return NotImplemented

    def __sub__(self, other):
        return timedelta(microseconds=self._micros() - other._micros())

    def __neg__(self):
        return timedelta(microseconds=-self._micros())

    def __mul__(self, n):
        return timedelta(microseconds=self._micros() * n)

    __rmul__ = __mul__

    def __truediv__(self, other):
        if isinstance(other, timedelta):
            return self._micros() / other._micros()
        return timedelta(microseconds=self._micros() / other)

    def __eq__(self, other):
        return isinstance(other, timedelta) and \
            self._micros() == other._micros()

    def __lt__(self, other):
        return self._micros() < other._micros()

    def __le__(self, other):
        return self._micros() <= other._micros()

    def __hash__(self):
        return hash(self._micros())

    def __bool__(self):
        return self._micros() != 0

    def __str__(self):
        hours, rest = divmod(self.seconds, 3600)
        text = '%d:%02d:%02d' % (hours, rest // 60, rest % 60)
        if self.days:
            text = '%d day%s, %s' % (self.days, 's' if abs(self.days) != 1
                                     else '', text)
        if self.microseconds:
            text += '.%06d' % self.microseconds
        return text

    def __repr__(self):
        parts = [self.days]
        if self.seconds or self.microseconds:
            parts.append(self.seconds)
        if self.microseconds:
            parts.append(self.microseconds)
        return 'datetime.timedelta(%s)' % ', '.join(map(str, parts))


class date(object):
    def __init__(self, year, month, day):
        if not 1 <= month <= 12:
            raise ValueError('month must be in 1..12')
        if not 1 <= day <= _month_days(year, month):
            raise ValueError('day is out of range for month')
        self.year, self.month, self.day = year, month, day

    @classmethod
    def today(cls):
        t = _time.gmtime()
        return cls(t.tm_year, t.tm_mon, t.tm_mday)

    def toordinal(self):
        return _ordinal(self.year, self.month, self.day)

    @classmethod
    def fromordinal(cls, n):
        return cls(*_from_ordinal(n))

    def weekday(self):
        return (self.toordinal() + 6) % 7

    def isoweekday(self):
        return self.weekday() + 1

    def timetuple(self):
        day = self.toordinal() - _ordinal(self.year, 1, 1) + 1
        return (self.year, self.month, self.day, 0, 0, 0, self.weekday(), day,
                -1)

    def strftime(self, format):
        return _time.strftime(format, self.timetuple())

    def isoformat(self):
        return '%04d-%02d-%02d' % (self.year, self.month, self.day)

    __str__ = isoformat

    def replace(self, year=None, month=None, day=None):
        return date(year or self.year, month or self.month, day or self.day)

    def _key(self):
        return (self.year, self.month, self.day)

    def __eq__(self, other):
        return type(other) is type(self) and self._key() == other._key()

    def __lt__(self, other):
        return self._key() < other._key()

    def __le__(self, other):
        return self._key() <= other._key()

    def __hash__(self):
        return hash(self._key())

    def __add__(self, delta):
        return date.fromordinal(self.toordinal() + delta.days)

    def __sub__(self, other):
        if isinstance(other, timedelta):
            return self + -other
        return timedelta(self.toordinal() - other.toordinal())

    def __repr__(self):
        return 'datetime.date(%d, %d, %d)' % self._key()


class time(object):
    def __init__(self, hour=0, minute=0, second=0, microsecond=0):
        self.hour, self.minute = hour, minute
        self.second, self.microsecond = second, microsecond

    def isoformat(self):
        text = '%02d:%02d:%02d' % (self.hour, self.minute, self.second)
        return text + ('.%06d' % self.microsecond if self.microsecond else '')

    __str__ = isoformat


class datetime(date):
    def __init__(self, year, month, day, hour=0, minute=0, second=0,
                 microsecond=0, tzinfo=None):
        date.__init__(self, year, month, day)
        if not 0 <= hour <= 23:
            raise ValueError('hour must be in 0..23')
        self.hour, self.minute = hour, minute
        self.second, self.microsecond = second, microsecond
        self.tzinfo = tzinfo

    @classmethod
    def utcfromtimestamp(cls, t):
        seconds = int(t // 1)
        micros = int(round((t - seconds) * 1000000))
        days, rest = divmod(seconds, 86400)
        year, month, day = _from_ordinal(days + 719163)
        return cls(year, month, day, rest // 3600, rest // 60 % 60, rest % 60,
                   min(micros, 999999))

    fromtimestamp = utcfromtimestamp

    @classmethod
    def now(cls, tz=None):
        return cls.utcfromtimestamp(_time.time())

    utcnow = today = now

    @classmethod
    def strptime(cls, text, format):
        import re
        parts = {'Y': r'(?P<Y>\d{4})', 'm': r'(?P<m>\d{1,2})',
                 'd': r'(?P<d>\d{1,2})', 'H': r'(?P<H>\d{1,2})',
                 'M': r'(?P<M>\d{1,2})', 'S': r'(?P<S>\d{1,2})'}
        pattern = re.sub('%(.)', lambda m: parts[m.group(1)], format)
        found = re.fullmatch(pattern, text)
        if not found:
            raise ValueError('time data %r does not match format %r'
                             % (text, format))
        get = found.groupdict('0').get
        return cls(int(get('Y', 1900)), int(get('m', 1)), int(get('d', 1)),
                   int(get('H', 0)), int(get('M', 0)), int(get('S', 0)))

    def date(self):
        return date(self.year, self.month, self.day)

    def time(self):
        return time(self.hour, self.minute, self.second, self.microsecond)

    def timestamp(self):
        return ((self.toordinal() - 719163) * 86400 + self.hour * 3600 +
                self.minute * 60 + self.second + self.microsecond / 1000000)

    def timetuple(self):
        head = date.timetuple(self)
        return head[:3] + (self.hour, self.minute, self.second) + head[6:]

    utctimetuple = timetuple

    def _key(self):
        return (self.year, self.month, self.day, self.hour, self.minute,
                self.second, self.microsecond)

    def isoformat(self, sep='T'):
        text = '%04d-%02d-%02d%s%02d:%02d:%02d' % (
            self.year, self.month, self.day, sep, self.hour, self.minute,
            self.second)
        return text + ('.%06d' % self.microsecond if self.microsecond else '')

    def __str__(self):
        return self.isoformat(' ')

    def __add__(self, delta):
        micros = self._micros() + delta._micros()
        days, rest = divmod(micros, 86400 * 1000000)
        year, month, day = _from_ordinal(days)
        seconds, micro = divmod(rest, 1000000)
        return datetime(year, month, day, seconds // 3600,
                        seconds // 60 % 60, seconds % 60, micro)

    def _micros(self):
        return ((self.toordinal() * 86400 + self.hour * 3600 +
                 self.minute * 60 + self.second) * 1000000 + self.microsecond)

    def __sub__(self, other):
        if isinstance(other, timedelta):
            return self + -other
        return timedelta(microseconds=self._micros() - other._micros())

    def __repr__(self):
        key = list(self._key())
        while len(key) > 5 and not key[-1]:
            key.pop()
        return 'datetime.datetime(%s)' % ', '.join(map(str, key))
