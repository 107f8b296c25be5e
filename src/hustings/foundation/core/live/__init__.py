"""Live updates: a room publishes that something changed; whoever looks at it fetches it again.

Only ids travel, and the transaction that said it (`marks`). `publish` is part of the transaction: what is rolled back
was never said. Topics are "name:id" (`queue:12`, `inquiry:0197…`, `user:7`); a room registers who may hear a topic's
name.
"""

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db import connection

from . import marks

CHANNEL = "hustings"
Gate = Callable[[Any, str], bool]
Ending = Callable[[Any], datetime | None]
_gates: dict[str, Gate] = {}
_endings: list[Ending] = []


def publish(topics: str | Iterable[str], *, kind: str = "changed") -> None:
    """Say, when this transaction commits, that these topics changed. `kind` is a short word for the listener."""
    names = [topics] if isinstance(topics, str) else sorted(set(topics))
    with connection.cursor() as cursor:
        for start in range(0, len(names), 100):
            payload = json.dumps({"topics": names[start : start + 100], "kind": kind})[:-1] + ', "at": '
            cursor.execute(
                "select pg_notify(%s, %s || pg_current_xact_id()::text || '}'), pg_current_xact_id()::text",
                [CHANNEL, payload],
            )
            marks.spoke(int(cursor.fetchone()[1]))


def allow_topic(name: str) -> Callable[[Gate], Gate]:
    """Decorator: the function (user, id) says whether the user may hear "name:id"."""

    def register(gate: Gate) -> Gate:
        _gates[name] = gate
        return gate

    return register


def ends_by(source: Ending) -> Ending:
    """Decorator: the function (user) says when this user may hear nothing any more, or None. Streams end then."""
    _endings.append(source)
    return source


def end_of(user: Any) -> datetime | None:
    """When the user's streams end at the latest; None while nothing says so."""
    return min((moment for source in _endings if (moment := source(user)) is not None), default=None)


def may_hear(user: Any, topic: str) -> bool:
    """Whether the user may hear the topic; a name nobody registered is heard by nobody."""
    name, _, identifier = topic.partition(":")
    gate = _gates.get(name)
    return gate is not None and user.is_authenticated and gate(user, identifier)
