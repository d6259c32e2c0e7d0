"""Whole files and trees."""
import os


class Error(OSError):
    pass


def copyfile(src, dst):
    with open(src, 'rb') as f:
        data = f.read()
    with open(dst, 'wb') as f:
        f.write(data)
    return dst


def copy(src, dst):
    if os.path.isdir(dst):
        dst = os.path.join(dst, os.path.basename(src))
    copyfile(src, dst)
    os.chmod(dst, os.stat(src).st_mode & 0o7777)
    return dst


copy2 = copy


def rmtree(path, ignore_errors=False):
    for name in os.listdir(path):
        full = os.path.join(path, name)
        if os.path.isdir(full) and not os.path.islink(full):
            rmtree(full, ignore_errors)
        else:
            os.unlink(full)
    os.rmdir(path)


def copytree(src, dst):
    os.makedirs(dst)
    for name in os.listdir(src):
        here, there = os.path.join(src, name), os.path.join(dst, name)
        if os.path.isdir(here):
            copytree(here, there)
        else:
            copy(here, there)
    return dst


def move(src, dst):
    if os.path.isdir(dst):
        dst = os.path.join(dst, os.path.basename(src.rstrip('/')))
    os.rename(src, dst)
    return dst


def which(name):
    if '/' in name:
        return name if os.access(name, os.X_OK) else None
    for folder in os.environ.get('PATH', '').split(':'):
        full = os.path.join(folder, name)
        if os.path.isfile(full) and os.access(full, os.X_OK):
            return full
    return None
