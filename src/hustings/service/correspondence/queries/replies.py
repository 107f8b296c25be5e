"""Reading replies: what waits for release, what is uncertain, what came back."""

from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet

from hustings.foundation.access.models import User
from hustings.foundation.access.queries import team_ids
from hustings.foundation.core.guard import may_read, unveiled
from hustings.foundation.core.once import once
from hustings.service.answers.models import ArticleState
from hustings.service.desk.models import Inquiry

from ..models import Citation, Reply, ReplyState
from .messages import seen_by

# A reply in one of these is (or may be) on its way: a second one must know of it.
ON_ITS_WAY = (ReplyState.WAITING_RELEASE, ReplyState.LEAVING, ReplyState.SENT, ReplyState.UNCERTAIN)


def visible_to(user: User, *, among: QuerySet[Any] | None = None) -> QuerySet[Reply]:
    """The replies on inquiries this person may see. `among`: as of `messages.seen_by`."""
    rows = Reply.objects.filter(seen_by(user, "inquiry", among=among))
    return rows.select_related(
        "inquiry", "inquiry__queue", "inquiry__person", "author", "released_by", "mailbox", "outgoing"
    )


def led_by(user: User) -> QuerySet[Reply]:
    """The replies on inquiries of the teams this person leads: what they may release and settle."""
    if not user.leads:
        return Reply.objects.none()
    teams = team_ids(user)
    with unveiled():
        return visible_to(user).filter(
            Q(inquiry__merged_into=None, inquiry__queue__team_id__in=teams)
            | Q(inquiry__merged_into__queue__team_id__in=teams)
        )


def waiting_for_release(user: User) -> QuerySet[Reply]:
    """What this lead may release: the most urgent inquiry first, for who may not read when it is due the oldest."""
    return led_by(user).filter(state=ReplyState.WAITING_RELEASE).order_by(*release_order())


def release_order() -> list[str]:
    """The order of what waits for release."""
    return [*(["inquiry__due_at"] if may_read("inquiry", "due_at") else []), "written_at", "id"]


_ANY = """
select exists (select 1 from correspondence_reply where state = 'release' and (%(leads)s or author_id = %(user)s)),
       %(leads)s and exists (select 1 from correspondence_reply where state = 'uncertain')
"""


def _any(user: User) -> tuple[bool, bool]:
    """Whether any reply that could be this person's to settle waits for release, and is uncertain: mostly none does,
    and no more need be asked."""

    def ask() -> tuple[bool, bool]:
        with connection.cursor() as cursor:
            cursor.execute(_ANY, {"user": user.pk, "leads": bool(user.leads)})
            waits, is_uncertain = cursor.fetchone()
            return waits, is_uncertain

    return once(("correspondence.any", user.pk), ask)


def uncertain_count(user: User) -> int:
    """For the rail of a lead."""
    return uncertain(user).count() if _any(user)[1] else 0


def waiting_count(user: User) -> int:
    """For the rail: what waits for this lead; for a volunteer, their own that wait."""
    if not _any(user)[0]:
        return 0
    if user.leads:
        return waiting_for_release(user).count()
    return own_unreleased(user).count()


def own_unreleased(user: User) -> QuerySet[Reply]:
    """A volunteer's own replies that wait for a lead."""
    return visible_to(user).filter(author=user, state=ReplyState.WAITING_RELEASE).order_by("written_at")


def sent_back_to(user: User) -> QuerySet[Reply]:
    """This person's replies that a lead sent back and that nobody answered since, newest first."""
    with unveiled():
        rows = visible_to(user).filter(author=user, state=ReplyState.SENT_BACK, inquiry__status="open")
    return rows.order_by("-written_at")


def uncertain(user: User) -> QuerySet[Reply]:
    """Replies of which nobody knows whether they arrived, oldest first; for the leads who settle them."""
    return led_by(user).filter(state=ReplyState.UNCERTAIN).order_by("leaves_at", "id")


def _of(inquiry: Inquiry) -> QuerySet[Reply]:
    return Reply.objects.filter(inquiry=inquiry)


def newest_on_its_way(inquiry: Inquiry) -> Reply | None:
    """The newest reply that is, or may be, on its way to the writer."""
    return _of(inquiry).filter(state__in=ON_ITS_WAY).select_related("author").order_by("-id").first()


def crossed(inquiry: Inquiry, *, since_id: int) -> list[Reply]:
    """Replies on their way that are newer than the one with this id."""
    rows = _of(inquiry).filter(state__in=ON_ITS_WAY, pk__gt=since_id)
    return list(rows.select_related("author").order_by("id"))


def of_inquiry(inquiry: Inquiry, *, limit: int) -> list[Reply]:
    """The newest `limit` replies but those undone, oldest first."""
    rows = _of(inquiry).exclude(state=ReplyState.UNDONE)
    rows = rows.select_related("author", "released_by", "outgoing").order_by("-written_at", "-id")
    return list(rows[:limit])[::-1]


def citations_of(reply: Reply) -> list[Citation]:
    """In the order in which they were inserted; number n on the page is the nth."""
    return list(reply.citations.select_related("version", "version__article", "version__article__team").order_by("id"))


def withdrawn_in(reply: Reply) -> list[Citation]:
    """The citations of this reply whose article may no longer be cited."""
    return [c for c in citations_of(reply) if c.version.article.state == ArticleState.WITHDRAWN]


def record_of(user: User, *, today: datetime) -> dict[str, int]:
    """What a lead sees beside a new volunteer's name: days since the first reply, replies written, and how many were
    released as they were."""
    rows = Reply.objects.filter(author=user)
    released = Q(released_at__isnull=False) & ~Q(state=ReplyState.UNDONE)
    first = rows.order_by("written_at").values_list("written_at", flat=True).first()
    counts = rows.aggregate(
        written=Count("pk", filter=~Q(state=ReplyState.UNDONE)),
        # One taken back waits again as a row of its own: it is counted there, once it is released for good.
        unchanged=Count("pk", filter=released & Q(text_before_release="")),
        mended=Count("pk", filter=released & ~Q(text_before_release="")),
    )
    return {"day": (today.date() - first.date()).days + 1 if first else 1, **counts}
