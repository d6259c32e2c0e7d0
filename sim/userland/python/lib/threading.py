"""Threads are not modelled; locks, which nobody else can hold, are."""


class Lock(object):
    def __init__(self):
        self._held = False

    def acquire(self, blocking=True, timeout=-1):
        if self._held and blocking:
            raise RuntimeError('drydock: python: waiting for a lock without '
                               'threads would never end')
        got = not self._held
        self._held = True
        return got

    def release(self):
        if not self._held:
            raise RuntimeError('release unlocked lock')
        self._held = False

    def locked(self):
        return self._held

    def __enter__(self):
        return self.acquire()

    def __exit__(self, *info):
        self.release()


class RLock(Lock):
    def acquire(self, blocking=True, timeout=-1):
        self._held = True
        return True


class local(object):
    pass


class Thread(object):
    def __init__(self, *args, **kws):
        raise NotImplementedError(
            'drydock: python: threading.Thread is not modelled')
