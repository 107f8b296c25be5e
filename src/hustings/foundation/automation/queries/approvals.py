"""Reading approvals: whom a step waits for, what waits for whom, what was said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from hustings.foundation.access.models import User
from hustings.foundation.access.rules import administers
from hustings.foundation.core import records
from hustings.foundation.core.guard import unveiled
from hustings.foundation.core.records import RecordType

from ..models import ApprovalRequest, Process, RequestState, StepDecision
from .delegations import away_for

MOST_LOOKED_AT = 100  # a question for each: of more people with a role, all are told


def approvals_for(record_type: str, record_id: int) -> list[ApprovalRequest]:
    """The approvals of a record, newest first, with their decisions (`decisions.all()`): for the record's page, whose
    reader sees the record."""
    rows = ApprovalRequest.objects.filter(record=record_type, record_id=record_id)
    rows = rows.select_related("process", "requester").prefetch_related("decisions__user", "decisions__voice")
    return list(rows.order_by("-at", "-id"))


def asked_now(user: User, now: datetime) -> Q:
    """Requests whose step waits for one of these voices: the user's own, and of those they stand in for."""
    voices = [user, *away_for(user, now)]
    roles = sorted({slug for voice in voices for slug in voice.roles})
    return Q(asked__overlap=[voice.pk for voice in voices]) | Q(asked_roles__overlap=roles)


def waiting_for(user: User, now: datetime) -> list[ApprovalRequest]:
    """What waits for this person's word, the oldest first: not their own requests, nor what they have decided, nor what
    is about a record they may not see."""
    if not user.is_active:
        return []
    rows = ApprovalRequest.objects.filter(asked_now(user, now), state=RequestState.WAITING)
    rows = rows.exclude(requester=user).select_related("process", "requester").order_by("step_at", "id")
    found = [row for row in rows.prefetch_related("decisions") if voice_of(row, user, now) is not None]
    seen = _seen(found, user)
    return [row for row in found if (row.record, row.record_id) in seen]


def _seen(rows: Sequence[ApprovalRequest], user: User) -> dict[tuple[str, int], tuple[RecordType, Any]]:
    """The records of these requests that the person may see; one question for each type."""
    found: dict[tuple[str, int], tuple[RecordType, Any]] = {}
    for name in {row.record for row in rows}:
        record_type = records.get(name)
        if record_type is not None:
            ids = [row.record_id for row in rows if row.record == name]
            found |= {(name, one.pk): (record_type, one) for one in record_type.visible_to(user).filter(pk__in=ids)}
    return found


def voice_of(request: ApprovalRequest, user: User, now: datetime) -> User | None:
    """In whose name this person can decide the step at hand: their own, or of one who is away; None when in nobody's.
    A person decides a step once, and a voice is heard once; nobody approves what they asked for themselves, nor does
    anyone in their place."""
    if request.state != RequestState.WAITING or not user.is_active or user.pk == request.requester_id:
        return None
    said = [one for one in request.decisions.all() if one.step == request.step]
    if any(one.user_id == user.pk for one in said):
        return None
    heard = {one.voice_id for one in said} | {request.requester_id}
    for voice in (user, *away_for(user, now)):
        if voice.pk not in heard and is_asked(request, voice):
            return voice
    return None


def is_asked(request: ApprovalRequest, user: User) -> bool:
    """Whether the step at hand waits for this person themselves."""
    return user.is_active and (user.pk in request.asked or user.holds(*request.asked_roles))


def approvers_of(request: ApprovalRequest) -> list[User]:
    """Everyone the step at hand waits for, by name; those who have spoken too. Of those with a role, only who may see
    the record; whoever is named stays, so that it is said whom it waits for."""
    with unveiled():
        people = User.objects.filter(Q(pk__in=request.asked) | Q(roles__overlap=request.asked_roles), is_active=True)
        found = list(people.exclude(pk=request.requester_id).order_by("name", "id"))
        record_type = records.get(request.record)
        if record_type is None or len(found) > MOST_LOOKED_AT:
            return found
        return [user for user in found if user.pk in request.asked or _sees(user, record_type, request.record_id)]


def _sees(user: User, record_type: RecordType, record_id: int) -> bool:
    return record_type.visible_to(user).filter(pk=record_id).exists()


def still_to_speak(request: ApprovalRequest) -> list[User]:
    """Those of them who have not, themselves or by another."""
    said = StepDecision.objects.filter(request=request, step=request.step)
    done = {pk for pair in said.values_list("user_id", "voice_id") for pk in pair}
    return [user for user in approvers_of(request) if user.pk not in done]


def asked_by(step: Mapping[str, Any], record_type: RecordType, record: Any) -> tuple[list[int], list[str]]:
    """Whom a step asks about this record: ids of people, and roles. In true values: who decides is the campaign's to
    say, not the requester's."""
    people = [int(pk) for pk in step.get("users", ())]
    name = str(step.get("field", ""))
    one = next((each for each in records.fields_of(record_type) if each.name == name), None) if name else None
    if one is not None:
        with unveiled():
            value = one.value_of(record)
        pk = value.pk if isinstance(value, User) else value
        if isinstance(pk, int) or (isinstance(pk, str) and pk.isdecimal()):
            people.append(int(pk))
    return sorted(set(people)), [str(slug) for slug in step.get("roles", ())]


def visible_to(user: User, now: datetime) -> QuerySet[ApprovalRequest]:
    """Requests whose page this person may open: their own, what they decide or decided, and an administrator's all."""
    rows = ApprovalRequest.objects.select_related("process", "requester")
    if administers(user):
        return rows
    said = StepDecision.objects.filter(Q(user=user) | Q(voice=user)).values("request_id")
    asked = asked_now(user, now) & Q(state=RequestState.WAITING)
    return rows.filter(Q(requester=user) | Q(pk__in=said) | asked)


def record_of(request: ApprovalRequest, user: User) -> tuple[RecordType | None, Any]:
    """The record as this person may see it; None where they may not, or it is gone."""
    record_type = records.get(request.record)
    if record_type is None:
        return None, None
    return record_type, record_type.visible_to(user).filter(pk=request.record_id).first()


def processes_for(record: str) -> QuerySet[Process]:
    """The ways in which such records are approved."""
    return Process.objects.filter(record=record, is_on=True).order_by("name")


@dataclass(frozen=True, slots=True)
class Line:
    """A request with its record as the reader may see it ("" where they may not), and who decides for whom."""

    request: ApprovalRequest
    title: str
    url: str
    label: str
    voice: User | None
    step: str


def lines(rows: Sequence[ApprovalRequest], user: User, now: datetime) -> list[Line]:
    """One question for each type of record."""
    found = _seen(rows, user)
    made = []
    for row in rows:
        known = found.get((row.record, row.record_id))
        record_type, record = known or (records.get(row.record), None)
        title = str(record_type.title(record)) if record_type and record else ""
        url = record_type.url(record) if record_type and record else ""
        label = str(record_type.label) if record_type else row.record
        made.append(Line(row, title, url, label, voice_of(row, user, now), str(row.steps[row.step]["name"])))
    return made


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step of a request: its state is done, now, refused or to come."""

    name: str
    state: str
    quorum: int
    said: list[StepDecision]
    asked: list[User]


def steps_of(request: ApprovalRequest) -> list[StepLine]:
    """The steps in order, with what was said at each; of the one at hand, whom it waits for."""
    said = list(request.decisions.all())
    made = []
    for place, step in enumerate(request.steps):
        here = sorted((one for one in said if one.step == place), key=lambda one: (one.at, one.pk))
        state = "to_come"
        if place < request.step or request.state == RequestState.APPROVED:
            state = "done"
        elif place == request.step:
            state = "now" if request.state == RequestState.WAITING else str(request.state)
        asked = still_to_speak(request) if state == "now" else []
        made.append(StepLine(str(step["name"]), state, int(step.get("quorum", 1)), here, asked))
    return made


def panel_for(user: User, record_type: str, record: Any, now: datetime) -> dict[str, Any]:
    """For a record's page, with the template `automation/panel.html`: its approvals, and what can be asked for."""
    rows = approvals_for(record_type, record.pk)
    waiting = {row.process_id for row in rows if row.state == RequestState.WAITING}
    return {
        "approvals": lines(rows, user, now),
        "processes": [one for one in processes_for(record_type) if one.pk not in waiting],
        "record": record,
    }
