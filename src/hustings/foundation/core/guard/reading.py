"""Who is reading now."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from .levels import Level


class FieldHidden(PermissionDenied):
    """Something was asked that would tell the reader what a field holds. `record` and `field` name it; the text says
    no more than that."""

    def __init__(self, record: str, field: str) -> None:
        super().__init__(_("This asks by a field that you may not see. Nothing was looked up."))
        self.record, self.field = record, field


class ReadOnly(PermissionDenied):
    """The reader looks through another's eyes and can change nothing."""

    def __init__(self) -> None:
        super().__init__(_("You are looking as somebody else and can change nothing. Nothing was changed."))


class Reader(Protocol):
    """What guarded attributes ask. `levels` holds every field of every record type; what it lacks is hidden."""

    levels: Mapping[tuple[str, str], Level]
    read_only: bool

    def note(self, record: str, field: str, record_id: int | None) -> None:
        """A sensitive field was read; None: of no single record."""


_reader: ContextVar[Reader | None] = ContextVar("hustings_reader", default=None)


def current() -> Reader | None:
    """Who reads; None where the house itself works (actions, jobs, the command line)."""
    return _reader.get()


def level_of(record: str, field: str) -> Level:
    """The current reader's level; everything where the house works."""
    reader = _reader.get()
    return Level.EDIT if reader is None else reader.levels.get((record, field), Level.HIDDEN)


def may_read(record: str, *fields: str) -> bool:
    """Whether the current reader may read, search and sort by all of these fields."""
    return all(level_of(record, field) >= Level.READ for field in fields)


@contextmanager
def reading_as(reader: Reader | None) -> Iterator[None]:
    """Within it this reader reads, whoever read before."""
    token = _reader.set(reader)
    try:
        yield
    finally:
        _reader.reset(token)


@contextmanager
def unveiled() -> Iterator[None]:
    """True values for the house's own work: to send to an address that its reader sees masked, to store, to compare.
    What is found must not be shown without being read as the reader would."""
    token = _reader.set(None)
    try:
        yield
    finally:
        _reader.reset(token)
