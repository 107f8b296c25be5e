"""Who is to be called: those a correction could not reach by mail, as far as somebody's roles let them call."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from hustings.constituents.people.models import Identifier, IdentifierKind, Person
from hustings.constituents.people.queries import visible_to as people_visible_to
from hustings.constituents.people.queries.search import rows_of
from hustings.constituents.people.rules import phone_words
from hustings.foundation.access.grants import grants_of
from hustings.foundation.access.models import User
from hustings.foundation.access.queries import team_ids
from hustings.foundation.access.queries.counting import counted
from hustings.foundation.access.rules import is_security_lead, may_see_crisis
from hustings.foundation.core.guard import may_read, unveiled
from hustings.service.answers.models import CorrectionRecipient, RecipientState
from hustings.service.desk.models import Inquiry

from ..models import Call
from ..rules import AGAIN_AFTER, HELD, RECORD, is_own, may_call

Waiting = QuerySet[CorrectionRecipient]
NOW, LATER, NO_NUMBER, MINE = "now", "later", "no-number", "mine"
NOTED = "noted"  # what was noted lately: calls, where the others are of people
LISTS = (NOW, LATER, NO_NUMBER, MINE)


def visible_to(user: User, state: str = RecipientState.TO_CALL) -> Waiting:
    """Everybody who is to be called (or is in another state) and whom this user's roles let them call: all, those whose
    conversation is their teams', those of their states or counties, those they have in hand. Never who asked not to be
    contacted."""
    rows = grants_of(user).rows(RECORD)
    if not may_call(user) or not rows:
        return CorrectionRecipient.objects.none()
    with unveiled():
        found = CorrectionRecipient.objects.filter(state=state)
        if "all" not in rows:
            found = found.filter(_theirs(user, rows))
        hidden = Q()
        if not is_security_lead(user):
            hidden |= Q(is_sealed=True)
        if not may_see_crisis(user):
            hidden |= Q(is_crisis=True) | Q(queue__is_crisis=True)
        if hidden:
            found = found.exclude(about__in=Inquiry.objects.filter(hidden, uid=OuterRef("about")).values("uid"))
        return found.exclude(silent())


def _theirs(user: User, rows: frozenset[str] | set[str]) -> Q:
    seen = Q(pk__in=Call.objects.filter(by=user, ended_at=None, recipient__isnull=False).values("recipient_id"))
    if "team" in rows:
        own = Inquiry.objects.filter(uid=OuterRef("about"), queue__team_id__in=team_ids(user))
        seen |= Q(Exists(own))
    if "state" in rows and user.states:
        seen |= Q(person__state_code__in=user.states)
    if "county" in rows and user.counties:
        seen |= Q(person__county_fips__in=user.counties)
    return seen


def silent() -> Q:
    """Who asked not to be contacted, as whichever record they said it. Asked by the house."""
    merged = Person.objects.filter(canonical_id=OuterRef("person_id"), do_not_contact=True)
    return Q(person__do_not_contact=True) | Q(Exists(merged))


def _numbers() -> Q:
    phones = Identifier.objects.filter(kind=IdentifierKind.PHONE)
    own = phones.filter(person_id=OuterRef("person_id"))
    return Q(Exists(own)) | Q(Exists(phones.filter(person__canonical_id=OuterRef("person_id"))))


def of_list(user: User, which: str, now: datetime) -> Waiting:
    """One of the lists, those who wait longest first: to be called now, later (tried a while ago), without a number,
    in this user's hand."""
    with unveiled():
        held = Call.objects.filter(recipient_id=OuterRef("pk"), ended_at=None, begun_at__gt=now - HELD)
        tried = Call.objects.filter(recipient_id=OuterRef("pk"), ended_at__gt=now - AGAIN_AFTER, undoing=None)
        found = visible_to(user)
        if which == MINE:
            found = found.filter(Exists(held.filter(by=user)))
        elif which == NO_NUMBER:
            found = found.exclude(_numbers())
        elif which == LATER:
            found = found.filter(_numbers()).filter(Exists(tried)).exclude(Exists(held))
        else:
            found = found.filter(_numbers()).exclude(Exists(tried)).exclude(Exists(held.filter(by=user)))
        return found.order_by("correction__approved_at", "answered_at", "pk")


def free(user: User, now: datetime) -> Waiting:
    """Those of the first list whom nobody is calling."""
    with unveiled():
        held = Call.objects.filter(recipient_id=OuterRef("pk"), ended_at=None, begun_at__gt=now - HELD)
        return of_list(user, NOW, now).exclude(Exists(held))


def count(user: User, now: datetime) -> int:
    """How many this user could call now. Every page's rail asks: mostly there is nobody, which costs less to ask."""
    anybody = CorrectionRecipient.objects.filter(state=RecipientState.TO_CALL)
    if not may_call(user) or not counted(user, "calls.anybody", lambda: anybody):
        return 0
    rights = (is_security_lead(user), may_see_crisis(user), *user.states, "", *user.counties)
    return counted(user, ("calls.free", user.pk, rights, *team_ids(user)), lambda: free(user, now), now=now)


@dataclass(frozen=True)
class Line:
    """One who is to be called. `person` and `phone` as the reader sees them: None and "" where the person is not
    theirs to see until they take the call. `call`: the one under way; `caller` who makes it, as far as the reader may
    know, `is_mine` whether they do."""

    recipient: CorrectionRecipient
    person: Person | None
    phone: str
    tries: int
    last: datetime | None
    call: UUID | None
    caller: User | None
    is_mine: bool


def lines(user: User, recipients: Sequence[CorrectionRecipient], now: datetime) -> list[Line]:
    """How a page of the list reads: a few queries for any number."""
    ids = [one.pk for one in recipients]
    seen = people_visible_to(user).in_bulk([one.person_id for one in recipients])
    reach = {row.person.pk: row for row in rows_of(list(seen.values()))}
    tried = tries_of(ids)
    with unveiled():
        calls = Call.objects.filter(recipient_id__in=ids, ended_at=None, begun_at__gt=now - HELD)
    held = {call.recipient_id: call for call in calls.select_related("by")}
    found = []
    for one in recipients:
        row, call = reach.get(one.person_id), held.get(one.pk)
        tries, last = tried.get(one.pk, (0, None))
        person, phone = (row.person, phone_words(row.phone)) if row else (None, "")
        by, uid, mine = (call.by, call.uid, is_own(user, call)) if call else (None, None, False)
        found.append(Line(one, person, phone, tries, last, uid, by, mine))
    return found


def tries_of(recipient_ids: Sequence[int]) -> dict[int, tuple[int, datetime | None]]:
    """How often each was called without being told, and when last; that is None to who may not know it."""
    with unveiled():
        rows: Any = Call.objects.filter(recipient_id__in=list(recipient_ids), ended_at__isnull=False, undoing=None)
        told = rows.values_list("recipient_id").annotate(n=Count("pk"), last=Max("ended_at")).order_by()
    knows = may_read(RECORD, "at")
    return {pk: (n, last if knows else None) for pk, n, last in told}


def conversation_of(recipient: CorrectionRecipient) -> Inquiry | None:
    """The conversation they were answered in; of a merged one where it went."""
    if recipient.about is None:
        return None
    found = Inquiry.objects.select_related("merged_into").filter(uid=recipient.about).first()
    return found.merged_into or found if found else None


def people_in_hand(user: User, now: datetime) -> QuerySet[Call, Any]:
    """Whom this user is calling: theirs to see while they do."""
    with unveiled():
        return Call.objects.filter(by=user, ended_at=None, begun_at__gt=now - HELD).values("person_id")
