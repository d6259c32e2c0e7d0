"""Abstract methods: marked, and not enforced by a metaclass of their own."""


def abstractmethod(function):
    function.__isabstractmethod__ = True
    return function


class ABCMeta(type):
    def __call__(cls, *args, **kwargs):
        missing = sorted(name for name in dir(cls) if getattr(
            getattr(cls, name, None), '__isabstractmethod__', False))
        if missing:
            raise TypeError("Can't instantiate abstract class %s with "
                            "abstract methods %s"
                            % (cls.__name__, ', '.join(missing)))
        return type.__call__(cls, *args, **kwargs)


class ABC(metaclass=ABCMeta):
    pass
