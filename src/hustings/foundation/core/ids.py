"""Ids shown outside: UUIDv7, made here so that a row's id is known before it is written."""

import uuid

from uuid_utils.compat import uuid7


def new_uid() -> uuid.UUID:
    """A fresh UUIDv7: unique, and in the order of its making, so that indexes stay dense."""
    return uuid7()
