"""The list of bulk replies, one of them with its report, and the report as a file."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hustings.foundation.access.actions import record_audit
from hustings.foundation.access.rules import may
from hustings.foundation.core.clock import now
from hustings.foundation.core.numbers import whole_number
from hustings.foundation.ui import responses
from hustings.foundation.ui.downloads import table
from hustings.foundation.ui.queries import campaign
from hustings.service.answers.models import ArticleKind
from hustings.service.desk.queries.inquiries import visible_to as inquiries_visible_to

from ..entries import may_see
from ..models import BulkReply, BulkState, Copy, CopyState, Why
from ..queries import bulks, previews
from ..rules import may_approve, may_change, may_draft, may_halt, may_know_state, needs_paid_line

PAGE = 50
COLUMNS = ("conversation", "person", "state", "why", "detail", "settled_at", "message_id", "answered_with")
STEPS = {
    BulkState.CHECKING: 0, BulkState.CHECKED: 0, BulkState.WAITING: 1, BulkState.RUNNING: 2, BulkState.PAUSED: 2,
    BulkState.STOPPED: 3, BulkState.DONE: 3,
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """A copy as its reader may see it; `shown` is false for a conversation out of their sight."""

    copy: Copy
    shown: bool


def found_or_404(request: HttpRequest, uid: UUID) -> BulkReply:
    return get_object_or_404(bulks.visible_to(request.user), uid=uid)


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The newest first; what waits for the reader's approval on top."""
    if not may_see(request.user):
        raise PermissionDenied
    before = request.GET.get("before", "")
    knows = may_know_state()
    rows, following = bulks.page_of(request.user, before=whole_number(before, None))
    context = {
        "waiting": [] if before else bulks.waiting_for(request.user),
        "rows": [(one, bulks.counts_of(one) if knows else None) for one in rows],
        "next": following,
        "may_draft": may_draft(request.user),
    }
    return responses.page_or_part(request, "bulk/list.html", context, part="all")


@require_safe
def one(request: HttpRequest, uid: UUID) -> HttpResponse:
    """How it stands: words, ten of its letters, what came of each."""
    bulk = found_or_404(request, uid)
    return responses.page_or_part(request, "bulk/one.html", context_of(request, bulk), part="body")


def context_of(request: HttpRequest, bulk: BulkReply) -> dict[str, Any]:
    """Its words alone to who may not know how far it is."""
    if not may_know_state():
        return {"bulk": bulk, "knows": False}
    user, moment, counts = request.user, now(), bulks.counts_of(bulk)
    ready = counts[CopyState.READY]
    looks = bulk.state in (BulkState.CHECKED, BulkState.WAITING)
    needs_line = looks and needs_paid_line(bulks.people_before(bulk) + ready)
    done = sum(counts[state] for state in (CopyState.LEAVING, CopyState.SENT, CopyState.UNCERTAIN, CopyState.REFUSED))
    return {
        "bulk": bulk,
        "knows": True,
        "counts": counts,
        "labels": [(state, CopyState(state).label, n) for state, n in counts.items() if n],
        "reasons": [(why, _why(why), n) for why, n in bulks.reasons_of(bulk)],
        "wanted": sum(counts.values()) if bulk.checked_at else _wanted(bulk),
        "checked": bulk.checked,
        "checking_percent": 100 * bulk.checked // max(1, _wanted(bulk)),
        "steps": [_("Check"), _("Approval"), _("Leaving"), _("Report")],
        "step": STEPS[BulkState(bulk.state)],
        "percent": 100 * done // max(1, done + ready),
        "minutes": bulks.minutes_left(bulk, ready),
        "previews": previews.ten(bulk, reader=user, needs_line=needs_line, now=moment) if looks else [],
        "needs_line": needs_line,
        "line": campaign().paid_for_by,
        "is_voting": bulk.article.kind == ArticleKind.VOTING,
        "may_change": bulk.is_open and may_change(user, bulk),
        "may_approve": bulk.state == BulkState.WAITING and may_approve(user, bulk),
        "may_halt": may_halt(user, bulk),
        "may_stop": may_halt(user, bulk) and (bulk.is_at_work or bool(counts[CopyState.LEAVING])),
        "may_export": may(user, "bulk_reply", "export"),
        **_report(request, bulk),
    }


def _wanted(bulk: BulkReply) -> int:
    return int(BulkReply.objects.values_list("wanted__len", flat=True).get(pk=bulk.pk) or 0)


def _why(why: str) -> str:
    return str(Why(why).label) if why in Why.values else why


def _report(request: HttpRequest, bulk: BulkReply) -> dict[str, Any]:
    state, why = request.GET.get("in", ""), request.GET.get("why", "")
    after = request.GET.get("after", "")
    state, why = (state if state in CopyState.values else ""), (why if why in Why.values else "")
    rows = bulks.copies_of(bulk, state=state, why=why, after=whole_number(after, 0))
    copies = list(rows[: PAGE + 1])
    more = len(copies) > PAGE
    copies = copies[:PAGE]
    given = {"in": state, "why": why, "after": str(copies[-1].pk) if more else ""}
    return {
        "rows": as_seen(request, copies),
        "shown_state": state,
        "shown_why": why,
        "next": "?" + urlencode({name: value for name, value in given.items() if value}) if more else "",
        "is_first": not after,
    }


def as_seen(request: HttpRequest, copies: list[Copy]) -> list[Row]:
    ids = [one.inquiry_id for one in copies]
    seen = set(inquiries_visible_to(request.user).filter(pk__in=ids).values_list("pk", flat=True))
    return [Row(one, one.inquiry_id in seen) for one in copies]


@require_safe
def report_csv(request: HttpRequest, uid: UUID) -> StreamingHttpResponse:
    """Every letter and what came of it; a conversation out of the reader's sight stands without its person."""
    bulk = found_or_404(request, uid)
    if not (may(request.user, "bulk_reply", "export") and may_know_state()):
        raise PermissionDenied
    record_audit(
        actor=request.user, action="bulk.exported", record_type="bulk_reply", record_uid=bulk.uid, detail={}, now=now()
    )

    def lines() -> Iterator[tuple[Any, ...]]:
        last = 0
        while copies := list(bulks.copies_of(bulk, after=last)[:500]):
            last = copies[-1].pk
            yield from (_line(row) for row in as_seen(request, copies))

    return table(f"bulk-reply-{bulk.made_at:%Y-%m-%d}" if bulk.made_at else "bulk-reply", COLUMNS, lines())


def _line(row: Row) -> tuple[Any, ...]:
    copy = row.copy
    named = (str(copy.inquiry.uid), copy.inquiry.person.name) if row.shown else ("", "")
    sent = copy.reply.outgoing if copy.reply else None
    with_other = str(copy.covered_by.inquiry.uid) if row.shown and copy.covered_by else ""
    at = copy.settled_at.isoformat(timespec="seconds") if copy.settled_at else ""
    return (*named, copy.state, copy.why, copy.detail, at, sent.message_id if sent else "", with_other)
