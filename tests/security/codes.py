"""Fields that no marker can stand for, since they hold one of a few codes, a moment or whose work it is: each in two
states. Who may not read one must be shown the same whichever of them holds."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import transaction

from hustings.foundation.access.models import User
from hustings.service.desk.models import Event, Inquiry, Queue

from .world import NOW, World

# Of the conversation: values of columns, one way and the other.
INQUIRY: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "language": ({"language": "es"}, {"language": "vi"}),
    "place": ({"state_code": "MT"}, {"state_code": "OH"}),
    "channel": ({"channel": "mail"}, {"channel": "form"}),
    "opened_at": ({"opened_at": NOW - timedelta(days=3)}, {"opened_at": NOW - timedelta(days=9)}),
    "due_at": ({"due_at": NOW + timedelta(days=400)}, {"due_at": NOW - timedelta(days=2)}),
    "status": ({"status": "open", "stage": "new"}, {"status": "closed", "stage": "none", "closed_at": NOW}),
    "priority": ({"priority": 1}, {"priority": 3}),
    "tags": ({"tags": ["ballots"]}, {"tags": ["roads"]}),
    "topic": ({"topics": ["early-voting"]}, {"topics": ["voter-id"]}),
    "nature": ({"nature": "question"}, {"nature": "press"}),
    "urgency": ({"urgency": 0}, {"urgency": 2}),
    "stance": ({"stance": "for"}, {"stance": "against"}),
    "queue": ({}, {}),  # both by `sides`: rows of the world
    "assignee": ({}, {}),
}
# What the thread tells of each, in the first state alone.
LINES: dict[str, tuple[str, dict[str, Any]]] = {
    "status": ("closed", {}),
    "priority": ("priority", {"priority": 1}),
    "tags": ("tagged", {"added": ["ballots"]}),
    "topic": ("about", {"about": {"topics": ["early-voting"]}}),
    "nature": ("about", {"about": {"nature": "question"}}),
    "queue": ("moved", {"from": "Voter help", "to": "More help"}),
    "assignee": ("assigned", {"to": "Sid Second"}),
}


def sides(world: World, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    if name == "queue":  # of one team: who sees the conversation follows from whose queue it is
        more, _made = Queue.objects.get_or_create(slug="more-help", defaults={"name": "More help", "team": world.team,
                                                                              "colour": 4})  # fmt: skip
        return {"queue": Queue.objects.get(slug="voter-help")}, {"queue": more}
    if name == "assignee":
        return {"assignee": User.objects.get(name="Sid Second")}, {"assignee": None}
    return INQUIRY[name]


@contextmanager
def standing(world: World, names: list[str], side: int) -> Iterator[None]:
    """While it lasts, these fields stand so."""
    with transaction.atomic():
        changed: dict[str, Any] = {}
        for name in names:
            changed |= sides(world, name)[side]
            if side == 0 and name in LINES:
                kind, detail = LINES[name]
                Event.objects.create(inquiry=world.inquiry, at=NOW, kind=kind, detail=detail)
        Inquiry.objects.filter(pk=world.inquiry.pk).update(**changed)
        yield
        transaction.set_rollback(True)
