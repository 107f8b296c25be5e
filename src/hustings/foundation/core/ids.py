"""Ids shown outside: UUIDv7, made here so that a row's id is known before it is written."""

from uuid import UUID, SafeUUID

from uuid_utils import uuid7

_new, _set, _UNKNOWN = object.__new__, object.__setattr__, SafeUUID.unknown


def new_uid() -> UUID:
    """A fresh UUIDv7: unique, and in the order of its making, so that indexes stay dense."""
    # As the library's own `compat.uuid7`, in half its time: three are made for every letter.
    uid = _new(UUID)
    _set(uid, "int", uuid7().int)
    _set(uid, "is_safe", _UNKNOWN)
    return uid
