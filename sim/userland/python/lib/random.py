"""Random numbers of the Mersenne Twister."""
import _random
import math as _math


class Random(object):
    def __init__(self, x=None):
        self._core = _random.Random()
        self.seed(x)

    def seed(self, a=None, version=2):
        if isinstance(a, (str, bytes)):
            import hashlib
            data = a.encode() if isinstance(a, str) else a
            a = int(hashlib.sha256(data).hexdigest()[:15], 16)
        elif isinstance(a, float):
            a = hash(a)
        self._core.seed(a)

    def random(self):
        return self._core.random()

    def getrandbits(self, k):
        return self._core.getrandbits(k)

    def _below(self, n):
        k = n.bit_length()
        r = self._core.getrandbits(k)
        while r >= n:
            r = self._core.getrandbits(k)
        return r

    def randrange(self, start, stop=None, step=1):
        if stop is None:
            start, stop = 0, start
        width = (stop - start + step - (1 if step > 0 else -1)) // step
        if width <= 0:
            raise ValueError('empty range for randrange()')
        return start + step * self._below(width)

    def randint(self, a, b):
        return self.randrange(a, b + 1)

    def choice(self, seq):
        if not len(seq):
            raise IndexError('Cannot choose from an empty sequence')
        return seq[self._below(len(seq))]

    def shuffle(self, x):
        for i in reversed(range(1, len(x))):
            j = self._below(i + 1)
            x[i], x[j] = x[j], x[i]

    def sample(self, population, k):
        n = len(population)
        if not 0 <= k <= n:
            raise ValueError('Sample larger than population')
        result = [None] * k
        setsize = 21
        if k > 5:
            setsize += 4 ** int(_math.ceil(_math.log(k * 3, 4)))
        if n <= setsize:
            pool = list(population)
            for i in range(k):
                j = self._below(n - i)
                result[i] = pool[j]
                pool[j] = pool[n - i - 1]
        else:
            selected = set()
            for i in range(k):
                j = self._below(n)
                while j in selected:
                    j = self._below(n)
                selected.add(j)
                result[i] = population[j]
        return result

    def uniform(self, a, b):
        return a + (b - a) * self.random()

    def gauss(self, mu, sigma):
        x = 2 * _math.pi * self.random()
        g = _math.sqrt(-2.0 * _math.log(1.0 - self.random()))
        return mu + _math.cos(x) * g * sigma

    def expovariate(self, lambd):
        return -_math.log(1.0 - self.random()) / lambd


_one = Random()
seed = _one.seed
random = _one.random
getrandbits = _one.getrandbits
randrange = _one.randrange
randint = _one.randint
choice = _one.choice
shuffle = _one.shuffle
sample = _one.sample
uniform = _one.uniform
gauss = _one.gauss
expovariate = _one.expovariate
