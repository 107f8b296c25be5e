"""Fields that no marker can stand for, since they hold one of a few codes, a moment or whose work it is: each in two
states. Who may not read one must be shown the same whichever of them holds."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import transaction

from hustings.constituents.people.models import Consent, Household, Person
from hustings.foundation.access.models import Team, User
from hustings.foundation.core.clock import now
from hustings.foundation.tasks.models import Task
from hustings.service.answers.models import Article, ArticleVersion
from hustings.service.bulk.models import BulkReply
from hustings.service.calls.models import Call
from hustings.service.campaigns.models import Group
from hustings.service.desk.models import Event, Inquiry, Queue
from hustings.service.incidents.models import Incident

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
# Of what else is worked on, by record type: the model and the two states of each field.
OTHERS: dict[str, tuple[Any, dict[str, tuple[dict[str, Any], dict[str, Any]]]]] = {
    "campaign": (Group, {
        "position": ({"position": "for"}, {"position": "against"}),
        "status": ({"status": "open"}, {"status": "over"}),
        "letters": ({"letters": 31, "lifted": 1, "looked_at": 31}, {"letters": 7452, "lifted": 88, "looked_at": 4000}),
        "people": ({"people": 32}, {"people": 6452}),
        "first_at": ({"first_at": NOW - timedelta(days=3)}, {"first_at": NOW - timedelta(days=40)}),
        "last_at": ({"last_at": NOW}, {"last_at": NOW - timedelta(days=2)}),
    }),
    "incident": (Incident, {
        "kind": ({"kind": "line"}, {"kind": "machine"}),
        "place": ({"state_code": "MT"}, {"state_code": "OH"}),
        "county": ({"county_fips": "30007"}, {"county_fips": "39049"}),
        "at": ({"at": NOW - timedelta(hours=2)}, {"at": NOW - timedelta(days=6)}),
        "status": ({"closed_at": NOW, "kind": "other"}, {"closed_at": None, "kind": "other"}),
        "reported_at": ({"reported_at": NOW - timedelta(hours=1)}, {"reported_at": NOW - timedelta(days=5)}),
        "reported_by": ({}, {}),  # by `sides`
    }),
    "person": (Person, {
        "language": ({"language": "es"}, {"language": "vi"}),
        "is_child": ({"is_child": True}, {"is_child": False}),
        "state": ({"state_code": "MT"}, {"state_code": "OH"}),
        "county": ({"county_fips": "30007"}, {"county_fips": "39049"}),
        "do_not_contact": ({"do_not_contact": False}, {"do_not_contact": True}),
        "household": ({}, {}),  # by `sides_of`
        "consent": ({}, {}),  # by `others_standing`
    }),
    "call": (Call, {
        "outcome": ({"outcome": "told"}, {"outcome": "message"}),
        "at": ({}, {}),  # by `sides_of`
        "by": ({}, {}),
        "answered_from": ({}, {}),
    }),
    "task": (Task, {
        "due_on": ({"due_on": (NOW + timedelta(days=40)).date()}, {"due_on": (NOW - timedelta(days=40)).date()}),
        "status": ({"status": "open", "ended_at": None}, {"status": "done", "ended_at": NOW}),
        "made_at": ({"made_at": NOW - timedelta(hours=1)}, {"made_at": NOW - timedelta(days=5)}),
        **dict.fromkeys(("assignee", "team", "made_by", "about"), ({}, {})),  # by `sides_of`
    }),
    "article": (Article, {
        "owner": ({}, {}),  # by `sides_of`
        "is_public": ({"is_public": False}, {"is_public": True, "publish_at": NOW, "published_at": NOW}),
        "check_by": ({"check_by": (NOW + timedelta(days=40)).date()}, {"check_by": (NOW - timedelta(days=40)).date()}),
        "kind": ({"kind": "general"}, {"kind": "voting"}),  # whose words voter protection approved (`world`)
        "expires_at": ({"expires_at": NOW + timedelta(days=4000), "election": None},
                       {"expires_at": NOW + timedelta(days=8000), "election": (NOW + timedelta(days=5000)).date()}),
        "state": ({"state": "approved", "withdrawn_at": None, "withdrawn_because": ""},
                  {"state": "withdrawn", "withdrawn_at": NOW, "withdrawn_because": "The county changed it."}),
    }),
    "bulk_reply": (BulkReply, {
        "state": ({"state": "checked"}, {"state": "paused", "asked_at": NOW, "checked_at": NOW}),
        "made_at": ({"made_at": NOW - timedelta(days=1)}, {"made_at": NOW - timedelta(days=11)}),
    }),
}  # fmt: skip
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


def sides_of(record: str, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    if (record, name) == ("incident", "reported_by"):
        return {"reported_by": User.objects.get(name="Sid Second")}, {"reported_by": None}
    if (record, name) == ("person", "household"):
        house, _made = Household.objects.get_or_create(key="Zqhouse", defaults={"street": "14 Elm Street"})
        return {"household": house}, {"household": None}
    if (record, name) == ("call", "at"):  # on the same lists either way: those are told
        ended = [now() - timedelta(days=days) for days in (1, 5)]
        first, second = ({"begun_at": one - timedelta(minutes=5), "ended_at": one} for one in ended)
        return first, second
    if (record, name) == ("call", "by"):
        return {"by": User.objects.get(name="Sid Second")}, {"by": None}
    if (record, name) == ("call", "answered_from"):
        said = ArticleVersion.objects.order_by("pk").first()
        return {"version": said, "language": "es", "state_code": "MT"}, {"version": None}
    if (record, name) == ("article", "owner"):
        return {"owner": User.objects.get(name="Sid Second")}, {"owner": None}
    if record == "task" and name in ("assignee", "made_by"):
        return {name: User.objects.get(name="Sid Second")}, {name: None}
    if (record, name) == ("task", "team"):
        return {"team": Team.objects.get(name="Voter help")}, {"team": Team.objects.get(name="Elsewhere")}
    if (record, name) == ("task", "about"):
        about = Person.objects.order_by("pk").first()
        assert about is not None
        told = {"record_type": "person", "record_id": about.pk, "record_uid": about.uid}
        return told, {"record_type": "", "record_id": None, "record_uid": None}
    return OTHERS[record][1][name]


def row_of(record: str) -> Any:
    """The oldest of this type."""
    row = OTHERS[record][0].objects.order_by("pk").first()
    assert row is not None, record
    return row


@contextmanager
def others_standing(fields: Sequence[tuple[str, str]], side: int) -> Iterator[None]:
    """While it lasts, these fields, (record type, name), stand so."""
    with transaction.atomic():
        for record, name in fields:
            row = row_of(record)
            if changed := sides_of(record, name)[side]:
                OTHERS[record][0].objects.filter(pk=row.pk).update(**changed)
            if (record, name) == ("person", "consent"):
                said = (Consent.State.REFUSED, Consent.State.AGREED)[side]
                Consent.objects.create(person=row, channel="phone", state=said, source="letter", at=NOW)
        yield
        transaction.set_rollback(True)


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
