"""What happens in the rooms, written down for rules in the transaction in which it happened."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from hustings.foundation.core import bus
from hustings.foundation.core.clock import now
from hustings.foundation.core.records import RecordChanged, RecordsMade

from .actions.happenings import note_happening
from .models import Kind
from .queries.listening import hears_of, versions_listening
from .registry import Heard, registry


@bus.inside(RecordChanged)
def note_change(said: RecordChanged) -> None:
    """One record was made or changed."""
    if said.is_deleted:
        return
    kind = Kind.MADE if said.is_new else Kind.CHANGED
    changes = {name: list(each) for name, each in said.changes.items()}
    _note(kind, said.record, [said.id], changes, said.actor_id, said.at)


@bus.inside(RecordsMade)
def note_many(said: RecordsMade) -> None:
    """Many were made at once: one row, however many."""
    if said.ids:
        _note(Kind.MADE, said.record, list(said.ids), {}, None, said.at)


def note_announcement(heard: Heard, said: Any) -> None:
    """Something else was announced, of one record; of which is asked only where a rule listens."""
    of = heard.of(said) if hears_of(heard.name) else None
    if of is not None:
        _note(Kind.ANNOUNCED, of[0], [of[1]], {}, heard.actor_id(said), now(), name=heard.name)


def _note(
    kind: Kind,
    record: str,
    ids: Sequence[int],
    changes: Mapping[str, Any],
    actor_id: int | None,
    at: datetime,
    *,
    name: str = "",
) -> None:
    if versions := versions_listening(record, kind.value, changes, name):
        note_happening(
            kind=kind, record=record, ids=ids, changes=changes, actor_id=actor_id, at=at, name=name, versions=versions
        )


registry.note = note_announcement
