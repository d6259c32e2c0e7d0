"""Signed data: only its exceptions are here."""


class BadData(Exception):
    pass


class BadSignature(BadData):
    pass


class Signer(object):
    def __init__(self, *args, **kws):
        raise NotImplementedError(
            'drydock: python: itsdangerous.Signer is not modelled')


URLSafeSerializer = URLSafeTimedSerializer = Signer
