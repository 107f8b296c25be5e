"""One letter in the archive: encrypted by a key that no other letter has. Without the key it is noise."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY = 16  # bytes
_ONCE = bytes(12)  # a key is used once, so that its nonce need not differ


class Damaged(Exception):
    """The bytes in the archive are not what was put there."""


def new_key() -> bytes:
    return os.urandom(KEY)


def seal(packed: bytes, *, key: bytes, delivery_id: int) -> bytes:
    """The bytes encrypted, bound to the delivery whose they are."""
    return AESGCM(key).encrypt(_ONCE, packed, str(delivery_id).encode())


def unseal(sealed: bytes, *, key: bytes, delivery_id: int) -> bytes:
    """What `seal` was given. Raises Damaged."""
    try:
        return AESGCM(key).decrypt(_ONCE, sealed, str(delivery_id).encode())
    except InvalidTag as problem:
        raise Damaged(f"the archived bytes of delivery {delivery_id} are not what was stored") from problem
