"""Holds as their pages show them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hustings.foundation.access.models import User

from ..models import Hold, Term, TermKind
from ..registry import registry


@dataclass(frozen=True)
class Reach:
    """One term in words: what it is over, and the records it names as the reader may see them."""

    label: str
    since: datetime | None
    until: datetime | None  # the last moment, so that its day is the last day
    named: list[tuple[str, str]] = field(default_factory=list)
    unseen: int = 0


def lines() -> list[tuple[Hold, list[str]]]:
    """Every hold with what it is over in a word, those in force first, newest first."""
    rows = Hold.objects.select_related("placed_by", "released_by").prefetch_related("terms")
    ordered = sorted(rows.order_by("-placed_at")[:500], key=lambda hold: hold.released_at is not None)
    return [(hold, [_summary(term) for term in hold.terms.all()]) for hold in ordered]


def _summary(term: Term) -> str:
    label = TermKind(term.kind).label
    return f"{label}: {len(term.ids)}" if term.kind in (TermKind.PEOPLE, TermKind.CONVERSATIONS) else str(label)


def terms_of(user: User, hold: Hold) -> list[Reach]:
    """What it is over."""
    return [_reach(user, term) for term in hold.terms.order_by("id")]


def _reach(user: User, term: Term) -> Reach:
    named = _named(user, term)
    until = term.until - timedelta(seconds=1) if term.until else None
    unseen = len(term.ids) - len(named) if term.kind in (TermKind.PEOPLE, TermKind.CONVERSATIONS) else 0
    return Reach(str(TermKind(term.kind).label), term.since, until, named, max(0, unseen))


def _named(user: User, term: Term) -> list[tuple[str, str]]:
    if term.kind == TermKind.PEOPLE and registry.people:
        found: list[Any] = [registry.people.visible(user, pk) for pk in term.ids]
        return [(str(person), person.get_absolute_url()) for person in found if person is not None]
    if registry.conversations is None:
        return []
    if term.kind == TermKind.CONVERSATIONS:
        return list(registry.conversations.titles(user, term.ids))
    names = dict(registry.conversations.queues())
    return [(names[pk], "") for pk in term.ids if pk in names]
