"""Which calls a person sees, and how they read on a page of a conversation, of a person, of an article."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from hustings.constituents.people import queries as people
from hustings.constituents.timeline.kinds import RenderedLine
from hustings.constituents.timeline.models import Entry
from hustings.foundation.access.grants import grants_of
from hustings.foundation.access.models import User
from hustings.foundation.access.rules import is_security_lead
from hustings.foundation.core.guard import may_read, unveiled
from hustings.service.answers.models import Article
from hustings.service.answers.registry import Answered, Use
from hustings.service.desk.models import Inquiry
from hustings.service.desk.queries import inquiries
from hustings.service.desk.registry import ThreadItem

from ..models import Call, Outcome, Undoing
from ..rules import HELD, RECORD, SAID

TIMELINE = "calls.call"
MOST = 200
LATELY = timedelta(days=14)


def visible_to(user: User) -> QuerySet[Call]:
    """The calls this person may see: their own, and where their roles show more than those, the noted ones of the
    conversations and (outside of any) of the people they may see. Of what is sealed nobody but security leads any."""
    rows = grants_of(user).rows(RECORD)
    if not rows:
        return Call.objects.none()
    with unveiled():
        seen = Q(by_id=user.pk)
        if rows != {"assigned"}:
            alone = Q(inquiry=None)
            if not people.sees_everyone(user):
                alone &= Q(person_id__in=people.visible_to(user).values("pk"))
            seen |= Q(ended_at__isnull=False) & (alone | Q(inquiry_id__in=inquiries.visible_to(user).values("pk")))
        found = Call.objects.filter(seen)
        return found if is_security_lead(user) else found.exclude(inquiry__is_sealed=True)


def in_hand(user: User, now: datetime) -> QuerySet[Call]:
    """The calls this person is making, the newest first."""
    with unveiled():
        return Call.objects.filter(by=user, ended_at=None, begun_at__gt=now - HELD).order_by("-begun_at", "-id")


def thread_of(user: User, inquiry: Inquiry) -> list[ThreadItem]:
    """The noted calls of a conversation and of those merged into it. Where they stand tells when they were: to who
    may not know it, none."""
    if not may_read(RECORD, "at"):
        return []
    with unveiled():
        rows = visible_to(user).filter(inquiry_id__in=inquiries.ids_of_whole(inquiry), ended_at__isnull=False)
    found = rows.select_related("by", "version", "undoing__by").order_by("-ended_at", "-id")[:MOST]
    return [ThreadItem(call.ended_at, f"call:{call.uid}", "calls/thread.html", {"call": call}) for call in found
            if call.ended_at is not None]  # fmt: skip


def read_calls(user: User, entries: Sequence[Entry]) -> Mapping[UUID, RenderedLine]:
    """How calls read on a person's timeline; those this user may not see are left out, and all for who may not know
    when they were."""
    if not may_read(RECORD, "at"):
        return {}
    refs = {entry.ref for entry in entries if entry.ref}
    rows = visible_to(user).filter(uid__in=refs).select_related("by", "version", "inquiry", "undoing")
    return {
        call.uid: RenderedLine(
            who=_("You") if call.by_id == user.pk else call.by.name if call.by else "",
            title=_told(call) if undoing_of(call) is None else _("%(told)s: undone") % {"told": _told(call)},
            text=call.note,
            aside=words_of(call),
            url=call.get_absolute_url(),
            tone="call",
            icon="phone-incoming" if call.direction == "in" else "phone-outgoing",
        )
        for call in rows
    }


def _told(call: Call) -> str:
    """What came of it, after the name of who called, as far as the reader may know."""
    said = {
        Outcome.TOLD: _("spoke with them on the telephone"),
        Outcome.MESSAGE: _("called, and left a message"),
        Outcome.NO_ANSWER: _("called, and nobody answered"),
        Outcome.WRONG: _("called a wrong number"),
        Outcome.REFUSED: _("heard on the telephone that they want no calls"),
    }
    return said[Outcome(call.outcome)] if call.outcome else _("was on the telephone with them")


def undoing_of(call: Call) -> Undoing | None:
    """Its undoing, where it was undone."""
    found: Undoing | None = getattr(call, "undoing", None)
    return found


def noted(user: User, now: datetime) -> QuerySet[Call]:
    """What was noted lately of calls about corrections, of those the user sees, the newest first."""
    order = ("-ended_at", "-id") if may_read(RECORD, "at") else ("pk",)
    with unveiled():
        rows = visible_to(user).filter(ended_at__gt=now - LATELY, recipient__isnull=False)
    return rows.select_related("by", "undoing__by", "recipient__correction").order_by(*order)


def words_of(call: Call) -> str:
    """Which approved words were said: "Mail ballots, version 7"."""
    if call.version is None:
        return ""
    return _("%(title)s, version %(number)d") % {"title": call.version.title, "number": call.version.number}


def answered_from(article: Article, state_code: str) -> Iterable[Answered]:
    """Everyone to whom the words were said by telephone; with a state, its words, or everyone's to somebody there."""
    with unveiled():
        rows = Call.objects.filter(version__article=article, outcome__in=SAID, undoing=None)
        if state_code:
            there = Q(inquiry__state_code=state_code) | (
                (Q(inquiry=None) | Q(inquiry__state_code="")) & Q(person__state_code=state_code)
            )
            rows = rows.filter(Q(state_code=state_code) | (Q(state_code="") & there))
        return [answer_of(call) for call in rows.select_related("version", "inquiry").iterator()]


def answer_of(call: Call) -> Answered:
    """The call as an answer; it carried words."""
    assert call.version is not None
    about = call.inquiry.uid if call.inquiry else None
    return Answered(call.person_id, call.version.number, call.begun_at, "call", call.uid, about)


def uses_of(user: User, article: Article) -> Iterable[Use]:
    """The newest calls in which a version of the article was said, of those the user may see; none for who may not
    know which words were said, or when."""
    if not may_read(RECORD, "answered_from", "at"):
        return []
    with unveiled():
        rows = visible_to(user).filter(version__article=article, outcome__in=SAID, undoing=None)
    found = rows.select_related("version", "by", "person").order_by("-id")[:20]
    return [
        Use(call.version.number, str(call.person), call.begun_at, call.by.name if call.by else "",
            call.get_absolute_url())
        for call in found if call.version is not None
    ]  # fmt: skip
