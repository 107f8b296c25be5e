"""Reading tasks."""

from typing import Any

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, When

from hustings.foundation.access.grants import grants_of
from hustings.foundation.access.models import Membership, User
from hustings.foundation.access.queries import team_ids
from hustings.foundation.access.queries.counting import counted
from hustings.foundation.core import records
from hustings.foundation.core.guard import Level, may_read, unveiled

from ..models import Status, Task
from ..rules import RECORD, may_see


def visible_to(user: Any) -> QuerySet[Task]:
    """What this person was given or gave; with rows of their teams, what these and their people have; with all rows,
    everything. What others have only where they see the record it is about."""
    if not may_see(user):
        return Task.objects.none()
    with unveiled():
        found = _own(user)
        if (others := _others(user)) is not None:
            found |= others & _about_seen(user)
        return Task.objects.filter(found)


def _addressed(user: Any) -> QuerySet[Task]:
    """What they were given or gave: seen whatever it is about, so that is not asked."""
    return Task.objects.filter(_own(user)) if may_see(user) else Task.objects.none()


def _own(user: Any) -> Q:
    found = Q(assignee=user) | Q(made_by=user)
    reach = not grants_of(user).rows(RECORD).isdisjoint(("all", "team"))
    return found | Q(team_id__in=team_ids(user)) if reach else found


def _others(user: Any) -> Q | None:
    """What others have, by the reader's rows; None where these are their own alone."""
    rows = grants_of(user).rows(RECORD)
    if "all" in rows:
        return ~Q(pk=None)
    if "team" in rows:
        return Q(assignee_id__in=Membership.objects.filter(team_id__in=team_ids(user)).values("user_id"))
    return None


def _about_seen(user: Any) -> Q:
    """About nothing, or about a record this person sees."""
    seen = Q(record_type="")
    for name in Task.objects.exclude(record_type="").order_by().values_list("record_type", flat=True).distinct():
        kind = records.get(name)
        if kind is not None and grants_of(user).may(name, "see"):
            rows = (kind.merged_too or kind.visible_to)(user)
            seen |= Q(Exists(rows.filter(pk=OuterRef("record_id"))), record_type=name)
    return seen


def to_do(user: Any) -> QuerySet[Task]:
    """What waits for this person: what is theirs, and what nobody of their teams has; as far as they may know who has
    what, and what is open."""
    with unveiled():
        rows, theirs = _addressed(user), Q(assignee=user)
        if _knows(user, "assignee") and _knows(user, "team"):
            theirs |= Q(assignee=None, team_id__in=team_ids(user))
        return rows.filter(theirs, status=Status.OPEN) if _knows(user, "status") else rows.filter(theirs)


def _knows(user: Any, name: str) -> bool:
    return grants_of(user).level(RECORD, name) >= Level.READ


def given_by(user: Any) -> QuerySet[Task]:
    """What this person gave others, or wrote down for themselves."""
    with unveiled():
        return _addressed(user).filter(made_by=user)


def open_count(user: Any) -> int | None:
    """How much waits for this person, for the rail; None where nothing does, or they may not read what is open."""
    if not may_see(user) or not _knows(user, "status"):
        return None
    return counted(user, ("tasks.to_do", user.pk, *team_ids(user)), lambda: to_do(user)) or None


def in_order(rows: QuerySet[Task]) -> QuerySet[Task]:
    """What is due first, first, as far as the reader may know; then as they came."""
    return rows.order_by(*((F("due_on").asc(nulls_last=True),) if may_read(RECORD, "due_on") else ()), "id")


def open_first(rows: QuerySet[Task]) -> QuerySet[Task]:
    """What is to be done, in its order, then the newest of the rest; as far as the reader may know which is which."""
    if not may_read(RECORD, "status"):
        return in_order(rows)
    due = (F("due_on").asc(nulls_last=True),) if may_read(RECORD, "due_on") else ()
    is_open = Case(When(status=Status.OPEN, then=0), default=1, output_field=IntegerField())
    return rows.alias(is_over=is_open).order_by("is_over", *due, "-id")


def newest_first(rows: QuerySet[Task]) -> QuerySet[Task]:
    """As they came; numbers grow."""
    return rows.order_by("-id")


def searched(rows: QuerySet[Task], words: str) -> QuerySet[Task]:
    """Those with each of these words in what their reader may read of title and text."""
    names = [name for name in ("title", "words") if may_read(RECORD, name)]
    for word in words.split():
        found = Q(pk__in=[])
        for name in names:
            found |= Q(**{f"{name}__icontains": word})
        rows = rows.filter(found)
    return rows


def of_record(user: User, record_type: str, ids: Any) -> QuerySet[Task]:
    """The tasks about these records of one type, which the user sees."""
    if not may_see(user):
        return Task.objects.none()
    with unveiled():
        found, others = _own(user), _others(user)
        theirs = found if others is None else found | others
        return Task.objects.filter(theirs, record_type=record_type, record_id__in=ids)
