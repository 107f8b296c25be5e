"""Secrets that must be read again (a mailbox's password): encrypted in the database by the campaign's key."""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


class KeyLost(Exception):
    """The secret was made with another key: it has to be entered anew."""


def _fernet() -> Fernet:
    key = hmac.new(settings.SECRET_KEY.encode(), b"hustings stored secrets", hashlib.sha256).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def seal(text: str) -> bytes:
    """The text, encrypted."""
    return _fernet().encrypt(text.encode())


def unseal(sealed: bytes | memoryview) -> str:
    """What `seal` was given. Raises KeyLost."""
    try:
        return _fernet().decrypt(bytes(sealed)).decode()
    except InvalidToken as problem:
        raise KeyLost("this secret was kept under another key; enter it again") from problem


def seal_bytes(content: bytes) -> bytes:
    """The bytes, encrypted: for files that lie in object storage."""
    return _fernet().encrypt(content)


def unseal_bytes(sealed: bytes) -> bytes:
    """What `seal_bytes` was given. Raises KeyLost."""
    try:
        return _fernet().decrypt(sealed)
    except InvalidToken as problem:
        raise KeyLost("this file was kept under another key of the campaign") from problem
