"""Which inquiries a person sees: the one place that says so."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from hustings.constituents.people.models import Person
from hustings.foundation.access import queries as access
from hustings.foundation.access import rules as access_rules
from hustings.foundation.access.grants import grants_of
from hustings.foundation.access.models import User
from hustings.foundation.core.guard import unveiled
from hustings.foundation.core.once import once

from ..models import Inquiry, Queue, Status


@dataclass(frozen=True)
class Scope:
    """A user's rights on rows, compiled once a request into sets on indexed columns."""

    user_id: int
    queue_ids: tuple[int, ...]  # whose inquiries they see
    everything: bool
    crisis: bool
    sealed: bool
    closed_queue_ids: tuple[int, ...] = ()  # the crisis queue, for those who are not trained
    states: tuple[str, ...] = ()  # all inquiries from these, whoever answers them
    counties: tuple[str, ...] = ()
    nothing: bool = False  # no role of theirs lets them see an inquiry


def scope_of(user: User) -> Scope:
    """Reads the queues of the user's teams, once a page; the crisis queue is theirs when they are trained or lead, in
    any team."""
    # An API token grants less than its owner has: one person can be asked about with several rights.
    rights = (grants_of(user).rows("inquiry"), access_rules.may_see_crisis(user), access_rules.is_security_lead(user))
    return once(("desk.scope", user.pk, *rights), lambda: _scope_of(user))


def _scope_of(user: User) -> Scope:
    rows, crisis = grants_of(user).rows("inquiry"), access_rules.may_see_crisis(user)
    everything = "all" in rows
    queues = Queue.objects.values_list("id", "team_id", "is_crisis")
    teams = set(access.team_ids(user)) if "team" in rows and not everything else set()
    ids = tuple(
        queue_id for queue_id, team_id, is_crisis in queues if (crisis if is_crisis else everything or team_id in teams)
    )
    closed = () if crisis else tuple(queue_id for queue_id, _team_id, is_crisis in queues if is_crisis)
    return Scope(
        user_id=user.pk,
        queue_ids=ids if rows else (),
        everything=everything,
        crisis=crisis,
        sealed=access_rules.is_security_lead(user),
        closed_queue_ids=closed,
        states=tuple(user.states) if "state" in rows else (),
        counties=tuple(user.counties) if "county" in rows else (),
        nothing=not rows,
    )


def visible_to(user: User, *, scope: Scope | None = None) -> QuerySet[Inquiry]:
    """The inquiries this person may see and work on, by the rows their roles grant: all, of their teams' queues, of
    their states or counties, assigned to them. People in crisis only when trained or leading, what is sealed only as
    a security lead. Someone who no longer works here sees none."""
    if not (user.is_authenticated and user.is_active):
        return Inquiry.objects.none()
    scope = scope or scope_of(user)
    if scope.nothing:
        return Inquiry.objects.none()
    with unveiled():  # whose rows they are is the house's question, whatever of them the reader may read
        return _rows_of(scope)


def _rows_of(scope: Scope) -> QuerySet[Inquiry]:
    seen = Q() if scope.everything else Q(queue_id__in=scope.queue_ids) | Q(assignee_id=scope.user_id)
    if not scope.everything and scope.states:
        seen |= Q(state_code__in=scope.states)
    if not scope.everything and scope.counties:
        seen |= Q(person_id__in=Person.objects.filter(county_fips__in=scope.counties).values("id"))
    if not scope.crisis:
        seen &= Q(is_crisis=False) & ~Q(queue_id__in=scope.closed_queue_ids)
    seen = seen | Q(is_sealed=True) if scope.sealed and not scope.everything else seen
    return Inquiry.objects.filter(seen) if scope.sealed else Inquiry.objects.filter(seen, is_sealed=False)


def unfinished_with(user: User, person_ids: Sequence[int]) -> Inquiry | None:
    """The newest conversation with this person that is open, else asleep, as far as this user may see it."""
    with unveiled():
        rows = visible_to(user).filter(person_id__in=person_ids, status__in=[Status.OPEN, Status.SNOOZED])
        return rows.order_by("status", "-last_message_at", "-id").first()


def unmerged(user: User) -> QuerySet[Inquiry]:
    """Those this user sees that stand by themselves: what was merged is read in the one it went into."""
    with unveiled():
        return visible_to(user).exclude(status=Status.MERGED)


def queues_to_write_from(user: User) -> QuerySet[Queue]:
    """The queues in which this user may begin a conversation, the default one first: those they see, but the one for
    people in crisis."""
    mine = Queue.objects.filter(pk__in=scope_of(user).queue_ids, is_crisis=False)
    return mine.order_by("-is_default", "position", "id")


def ids_of_whole(inquiry: Inquiry) -> list[int]:
    """The inquiry and those merged into it: notes and events are read of all of them. Asked once a page."""
    return list(once(("desk.whole", inquiry.pk), lambda: _ids_of_whole(inquiry.pk)))


def _ids_of_whole(inquiry_id: int) -> tuple[int, ...]:
    return inquiry_id, *Inquiry.objects.filter(merged_into_id=inquiry_id).values_list("id", flat=True)


def whole_of(inquiry_ids: Iterable[int]) -> list[tuple[int, int]]:
    """(member, inquiry): these inquiries, and those merged into them, each with the one of these that it is part of.
    One question."""
    wanted = list(inquiry_ids)
    merged = Inquiry.objects.filter(merged_into__in=wanted).values_list("id", "merged_into_id")
    return [(pk, pk) for pk in wanted] + [(pk, into) for pk, into in merged if into is not None]


def person_ids_of(user: User) -> QuerySet[Inquiry, int]:
    """The persons of the inquiries this user sees, as a subquery: a volunteer's row scope on people."""
    return visible_to(user).values_list("person_id", flat=True)


def person_ids_in_hand(user: User) -> QuerySet[Inquiry, int]:
    """The persons of those of them that are in this user's own hands and not closed."""
    mine = visible_to(user).filter(assignee_id=user.pk, status__in=[Status.OPEN, Status.SNOOZED])
    return mine.values_list("person_id", flat=True)
