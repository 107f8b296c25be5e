"""One mail campaign: its text, what was added, where and when, its standing reply, its history."""

from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from hustings.foundation.access.actions import record_audit
from hustings.foundation.core.clock import now
from hustings.foundation.core.guard import may_read
from hustings.foundation.geography.queries import state_name
from hustings.foundation.ui import responses
from hustings.foundation.ui.downloads import table
from hustings.service.answers.models import ArticleText
from hustings.service.desk.models import Inquiry
from hustings.service.desk.queries.lists import burnt, soon

from ..models import Group, Member, Reason, StandingReply
from ..queries import groups
from ..queries.groups import Grid
from ..registry import how_later_ones_are_answered, registry
from ..rules import may_change, may_export, may_undo, readable
from .drawing import drawn

PAGE = 30
COLOURS = {
    "threat": "press",
    "crisis": "press",
    "plea": "vote",
    "question": "iss",
    "story": "vol",
    "against": "gift",
    "offer": "acc",
    "words": "acc",
    "hand": "acc",
}


def group_of(request: HttpRequest, uid: UUID) -> Group:
    """The campaign, if the reader may see it."""
    group = groups.visible_to(request.user).select_related("combined_into").filter(uid=uid).first()
    if group is None:
        raise Http404
    return group


@require_safe
def group(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The whole page; of one that was combined, the one it is read as."""
    one = group_of(request, uid)
    if one.combined_into is not None:
        return responses.go(one.combined_into.get_absolute_url(), request=request)
    wanted = request.GET.get("added", "")
    wanted = wanted if wanted in ("stays", *Reason.values) else ""
    reasons = groups.reasons(one)
    stays = wanted == "stays"
    rows = groups.added_and_stays(request.user, one) if stays else groups.lifted(request.user, one, reason=wanted)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    seen = groups.lifted(request.user, one).order_by().count()
    grid = groups.grid(one)
    context: dict[str, Any] = {
        "group": one,
        "states": grid.states,
        "page": page,
        "letters": [_line(member) for member in page],
        "tabs": _tabs(one, reasons, wanted),
        "unseen": 0 if stays or wanted else max(0, (one.lifted or 0) - seen),
        "grid": grid,
        "chart": drawn(grid, _others(grid)),
        "chart_says": _said_of(grid),
        "sentences": _sentences(one),
        "versions": any(told["share"] < 0.5 for told in one.sentences or ()),
        "waiting": groups.waiting(one),
        "may_change": may_change(request.user),
        "may_export": may_export(request.user),
        "guess": _guess(one),
        "reads": readable(),
        **_reply(one),
    }
    return responses.page_or_part(request, "campaigns/group.html", context)


@require_safe
def days_csv(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Letters by state and day."""
    one = group_of(request, uid)
    if not may_export(request.user):
        raise PermissionDenied(_("Your role does not take mail campaigns away as a file."))
    rows = groups.days_of(one)
    record_audit(actor=request.user, action="campaign.exported", record_type="campaign", record_uid=one.uid,
                 detail={"format": "csv", "rows": len(rows)}, now=now())  # fmt: skip
    return table(f"campaign-{one.first_at:%Y-%m-%d}-days", ("day", "state", "letters"), rows)


@require_safe
def history(request: HttpRequest, uid: UUID) -> HttpResponse:
    """What was done with it."""
    one = group_of(request, uid)
    moment = now()
    changes = [(change, may_undo(request.user, change, moment)) for change in groups.history(one)[:200]]
    return responses.page_or_part(request, "campaigns/history.html", {
        "group": one, "changes": changes, "shows_answers": may_read("article", "title"),
    })  # fmt: skip


def _line(member: Member) -> dict[str, Any]:
    inquiry, moment = member.inquiry, now()
    return {
        "member": member,
        "inquiry": inquiry,
        "name": _name(inquiry),
        "place": ", ".join(part for part in (inquiry.person.city, inquiry.state_code) if part),
        "tone": soon(inquiry, moment),
        "used": burnt(inquiry, moment),
        "added": member.added.splitlines(),
        "colour": COLOURS.get(member.reason, "acc"),
    }


def _name(inquiry: Inquiry) -> str:
    """Of the whole person, where two records were found to be one."""
    person = inquiry.person
    return (person.canonical.name if person.canonical else "") or person.name or _("Someone")


def _tabs(group: Group, reasons: list[tuple[str, str, int]], wanted: str) -> list[dict[str, Any]]:
    counted = may_read("campaign", "letters")

    def counts(n: int) -> int | str:
        return n if counted else ""

    tabs = [{"label": _("All"), "href": "?", "current": not wanted, "count": counts(group.lifted)}]
    tabs += [
        {"label": label, "href": f"?added={value}", "current": wanted == value, "count": counts(n)}
        for value, label, n in reasons
    ]
    tabs.append({"label": _("Added, and stays"), "href": "?added=stays", "current": wanted == "stays", "count": ""})
    return tabs


def _sentences(group: Group) -> list[dict[str, Any]]:
    told = group.sentences or []
    return [
        {
            "text": one["text"],
            "percent": round(100 * one["share"]),
            "of_version": one["share"] < 0.5,
            "ends": n + 1 == len(told) or told[n + 1]["begins"],
        }
        for n, one in enumerate(told)
    ]


def _guess(group: Group) -> str:
    if not group.is_guess:
        return ""
    if not may_read("campaign", "letters"):
        return _("as some of the letters say")
    if group.sponsor_by == "words":
        words = _("named in %(n)s of %(of)s letters looked at")
    else:
        words = _("linked to in %(n)s of %(of)s letters looked at")
    return words % {"n": f"{group.sponsor_letters:,}", "of": f"{group.looked_at:,}"}


def _reply(group: Group) -> dict[str, Any]:
    reply = groups.reply_set(group)
    if reply is None:
        return {"reply": None, "answers": registry.answering is not None}
    holds = groups.standing_reply_of(group, now())
    return {
        "reply": reply,
        "reply_holds": holds is not None,
        "later": how_later_ones_are_answered(holds, now()) if holds is not None else "",
        "reply_text": _words(reply, group.language),
        "answers": registry.answering is not None,
    }


def _words(reply: StandingReply, language: str) -> str:
    rows = ArticleText.objects.filter(version=reply.version, state_code="")
    texts = {row.language: row.body for row in rows}
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")


def _others(grid: Grid) -> str:
    return ngettext("%(n)s more", "%(n)s more", grid.others) % {"n": grid.others}


def _said_of(grid: Grid) -> str:
    """The chart in a sentence."""
    if not grid.days:
        return ""
    best = max(range(len(grid.days)), key=lambda n: grid.by_day[n])
    named = [state_name(line[0]) or _("no state known") for line in grid.lines[:3] if line[0] != "*"]
    return _("Letters by state and day, %(first)s to %(last)s: most from %(states)s; most on %(best)s") % {
        "first": _day(grid.days[0]),
        "last": _day(grid.days[-1]),
        "states": ", ".join(named),
        "best": _day(grid.days[best]),
    }


def _day(day: date) -> str:
    return date_format(day, "j F")
