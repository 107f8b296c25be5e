"""Reading incidents."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.utils.translation import gettext as _

from hustings.foundation.access.grants import grants_of
from hustings.foundation.access.models import User
from hustings.foundation.access.queries import slugs_that_can
from hustings.foundation.access.queries.counting import counted
from hustings.foundation.access.rules import is_security_lead, may_see_crisis
from hustings.foundation.core.guard import may_read, unveiled
from hustings.foundation.geography.queries import state_name
from hustings.service.desk.models import Inquiry
from hustings.service.desk.queries.inquiries import ids_of_whole

from ..models import Incident
from ..rules import ABILITY, RECORD


def visible_to(user: Any) -> QuerySet[Incident]:
    """The incidents this person's roles let them see: all, those of their states, those they reported ("assigned").
    What a sealed letter told is the security leads' alone; what someone in crisis told, those who are trained."""
    with unveiled():
        return _seen_by(user)


def _seen_by(user: Any) -> QuerySet[Incident]:
    rows = grants_of(user).rows(RECORD)
    if not rows:
        return Incident.objects.none()
    found = Incident.objects.all()
    if "all" not in rows:
        seen = Q(reported_by_id=user.pk) if "assigned" in rows else Q(pk__in=())
        if "state" in rows:
            seen |= Q(state_code__in=user.states)
        found = found.filter(seen)
    if not is_security_lead(user):
        found = found.exclude(inquiry__is_sealed=True)
    if not may_see_crisis(user):
        found = found.exclude(inquiry__is_crisis=True).exclude(inquiry__queue__is_crisis=True)
    return found


def title(incident: Incident) -> str:
    """ "Long line, OH", as far as its reader may know it."""
    known = (str(incident.get_kind_display()), incident.state_code)
    return ", ".join(part for part in known if part) or _("Incident")


def status_of(incident: Incident) -> str:
    """ "open" or "closed"; "" to who may not read it."""
    return "" if not may_read(RECORD, "status") else "open" if incident.is_open else "closed"


@dataclass(frozen=True)
class StateLine:
    """A state and how many of its incidents are open; `newest` is when the last of them was reported."""

    code: str
    name: str
    count: int
    newest: datetime | None


def open_by_state(user: Any) -> list[StateLine]:
    """States with open incidents, the most first; none to who may not read where, or what is open."""
    if not may_read(RECORD, "place", "status", "reported_at"):
        return []
    rows = visible_to(user).filter(closed_at=None).values_list("state_code")
    found = rows.annotate(n=Count("id"), newest=Max("reported_at")).order_by("-n", "state_code")
    return [StateLine(code, state_name(code) if code else "", count, newest) for code, count, newest in found]


def open_count(user: Any) -> int:
    """0 to who may not read what is open."""
    if not may_read(RECORD, "status"):
        return 0
    rights = (is_security_lead(user), may_see_crisis(user), *user.states)
    key = ("incidents.open", user.pk, rights)
    return counted(user, key, lambda: visible_to(user).filter(closed_at=None))


def states_with_open() -> dict[str, int]:
    """Open incidents by state, of the whole campaign: numbers alone, for boards of who may read both."""
    if not may_read(RECORD, "place", "status"):
        return {}
    rows = Incident.objects.filter(closed_at=None).values_list("state_code")
    return dict(rows.annotate(n=Count("id")).order_by())


def open_of_inquiry(inquiry: Inquiry) -> list[Incident]:
    """What is open from this conversation, also what nobody here may see: the oldest first."""
    with unveiled():
        found = Incident.objects.filter(inquiry_id__in=ids_of_whole(inquiry), closed_at=None)
        return list(found.order_by("reported_at", "id"))


def of_inquiry(user: Any, inquiry: Inquiry) -> tuple[list[Incident], bool]:
    """What was reported from this conversation, the newest first; and whether more is open from it than is seen (more
    at all, to who may not read what is open)."""
    with unveiled():
        rows = Incident.objects.filter(inquiry_id__in=ids_of_whole(inquiry))
        known = dict(rows.values_list("pk", "closed_at"))
    if not known:
        return [], False
    seen = list(newest_first(visible_to(user).filter(pk__in=known))[:10])
    unseen = [at for pk, at in known.items() if pk not in {one.pk for one in seen}]
    return seen, any(at is None for at in unseen) if may_read(RECORD, "status") else bool(unseen)


def newest_first(rows: QuerySet[Incident]) -> QuerySet[Incident]:
    """By when they were reported, as far as the reader may know; numbers grow as incidents come."""
    return rows.order_by(*(("-reported_at",) if may_read(RECORD, "reported_at") else ()), "-id")


def protectors(states: Sequence[str]) -> list[User]:
    """Who looks after incidents in these states: people of voter protection with one of them set, or with none; where
    there is nobody like that, all of voter protection."""
    people = list(User.objects.filter(is_active=True, roles__overlap=slugs_that_can(ABILITY)).order_by("pk"))
    return [user for user in people if not user.states or not set(user.states).isdisjoint(states)] or people
