"""Reading bulk replies: which a person sees, how far each is, what waits for them."""

from datetime import datetime

from django.db.models import Count, Q, QuerySet

from hustings.foundation.access.grants import grants_of
from hustings.foundation.access.models import User
from hustings.foundation.access.queries import team_ids
from hustings.foundation.access.queries.counting import counted
from hustings.foundation.access.rules import administers

from ..models import BulkReply, BulkState, Claim, Copy, CopyState, Why
from ..rules import approvable_by, may_know_state

PAGE = 30


def visible_to(user: User) -> QuerySet[BulkReply]:
    """All, for those whose roles grant every bulk reply; else one's own, and those of the people of one's teams. The
    list of what was chosen is left out until it is asked for."""
    if not (user.is_authenticated and user.is_active):
        return BulkReply.objects.none()
    rows = grants_of(user).rows("bulk_reply")
    if not rows:
        return BulkReply.objects.none()
    found = BulkReply.objects.select_related(
        "article", "version", "made_by", "approved_by", "successor", "follows"
    ).defer("wanted")
    if "all" in rows or administers(user):
        return found
    members = User.objects.filter(memberships__team_id__in=team_ids(user)).values("pk")
    return found.filter(made_by__in=members) | found.filter(made_by=user)


def page_of(user: User, *, before: int | None = None) -> tuple[list[BulkReply], int | None]:
    """The newest of them, from `before` (an id) on; and where the next page begins."""
    found = visible_to(user).order_by("-id")
    rows = list((found.filter(pk__lt=before) if before else found)[: PAGE + 1])
    return rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else None


def waiting_for(user: User) -> list[BulkReply]:
    """What this person may approve now."""
    return list(_waiting(user).order_by("asked_at")) if may_know_state() else []


def waiting_count(user: User) -> int:
    """How many they are, for the rail."""
    if not may_know_state():
        return 0
    key = ("bulk.waiting", user.pk, tuple(team_ids(user)))
    return counted(user, key, lambda: _waiting(user))


def _waiting(user: User) -> QuerySet[BulkReply]:
    return visible_to(user).filter(approvable_by(user), state=BulkState.WAITING)


def counts_of(bulk: BulkReply) -> dict[str, int]:
    """How many copies are in which state; states without any are 0. One look into an index."""
    rows = Copy.objects.filter(bulk=bulk).values_list("state").annotate(n=Count("pk")).order_by()
    return dict.fromkeys(CopyState.values, 0) | dict(rows)


def reasons_of(bulk: BulkReply) -> list[tuple[str, int]]:
    """Why copies were left out or taken back, the most frequent first; and how many share another's address."""
    shared = Q(state=CopyState.COVERED, why=Why.SAME_ADDRESS)
    rows = Copy.objects.filter(shared | Q(state__in=[CopyState.LEFT_OUT, CopyState.TAKEN_BACK]), bulk=bulk).order_by()
    found = rows.values_list("why").annotate(n=Count("pk"))
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def people_before(bulk: BulkReply) -> int:
    """How many are answered in its matter by others: parts of one mailing count together."""
    return Claim.objects.filter(matter=bulk.matter).exclude(copy__bulk=bulk).count()


def copies_of(bulk: BulkReply, *, state: str = "", why: str = "", after: int = 0) -> QuerySet[Copy]:
    """Its copies from a cursor (an id) on, in the order they leave."""
    rows = Copy.objects.filter(bulk=bulk, pk__gt=after)
    rows = rows.filter(state=state) if state else rows
    rows = rows.filter(why=why) if why else rows
    return rows.select_related(
        "inquiry__person", "inquiry__queue", "reply", "reply__outgoing", "covered_by__inquiry"
    ).order_by("pk")


def minutes_left(bulk: BulkReply, ready: int) -> int:
    """How long what is left takes at its pace, rounded up."""
    return -(-ready // max(1, bulk.pace))


def due(now: datetime) -> list[int]:
    """Bulk replies of which a letter may leave now."""
    rows = BulkReply.objects.filter(state=BulkState.RUNNING, next_at__lte=now).order_by("next_at")
    return list(rows.values_list("pk", flat=True)[:50])
