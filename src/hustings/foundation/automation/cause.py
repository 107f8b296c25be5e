"""By whose acts something happens: while a rule acts, what it announces carries the rules that led to it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

_rules: ContextVar[tuple[int, ...]] = ContextVar("hustings_rules_at_work", default=())


def current() -> tuple[int, ...]:
    """The ids of the rules at work, the first one first; empty where a person acts."""
    return _rules.get()


@contextmanager
def caused_by(rule_ids: Sequence[int]) -> Iterator[None]:
    """Within it, what happens happens by these rules."""
    token = _rules.set(tuple(rule_ids))
    try:
        yield
    finally:
        _rules.reset(token)
