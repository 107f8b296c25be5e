"""The timeline on a person's page."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from hustings.constituents.people import registry
from hustings.constituents.people.registry import Page
from hustings.foundation.access.models import User

from . import kinds, queries


@dataclass
class Stretch:
    """The lines of today, or of one month."""

    label: str
    lines: list[kinds.Line]


def timeline_of(user: User, page: Page) -> dict[str, Any]:
    """Everything with this person that the user may see; the address says which group and how far back."""
    group = page.params.get("show", "")
    group = group if group in kinds.GROUPS else ""
    before = queries.cursor_of(page.params.get("before", ""))
    found = queries.page_of(user, page.member_ids, group=group, before=before)
    shown = stretches(found.lines, page.now)
    # Older lines put below those on the page go on under its last heading.
    if before and shown and "more" in page.params and shown[0].label == _label(_day(before[0]), _day(page.now)):
        shown[0].label = ""
    return {
        "person": page.person,
        "stretches": shown,
        "tabs": _tabs(page, group, found),
        "group": group,
        "older": _address(page, group, queries.cursor_text(found.next)) if found.next else "",
        "newest": _address(page, group) if before else "",
    }


def stretches(lines: list[kinds.Line], now: datetime) -> list[Stretch]:
    """Today, then by month; the year is said once it is another one."""
    today = _day(now)
    found: list[Stretch] = []
    for line in lines:
        label = _label(_day(line.entry.at), today)
        if not found or found[-1].label != label:
            found.append(Stretch(label, []))
        found[-1].lines.append(line)
    return found


def _day(moment: datetime) -> date:
    """The reader's day."""
    return timezone.localtime(moment).date()


def _label(day: date, today: date) -> str:
    if day == today:
        return _("Today")
    return date_format(day, "F" if day.year == today.year else "F Y")


def _tabs(page: Page, group: str, found: queries.Page) -> list[dict[str, Any]]:
    def counted(number: int) -> str:
        return f"{number}+" if found.more_than_counted else str(number)

    counts = found.counts
    tabs = [{"label": _("All"), "href": _address(page), "current": not group, "count": counted(sum(counts.values()))}]
    for name, label in kinds.GROUPS.items():
        if counts.get(name) or name == group or not counts:
            count = counted(counts[name]) if counts else ""
            tabs.append({"label": label, "href": _address(page, name), "current": group == name, "count": count})
    if not counts:
        tabs[0]["count"] = ""
    return tabs


def _address(page: Page, group: str = "", before: str = "") -> str:
    query = urlencode({key: value for key, value in (("show", group), ("before", before)) if value})
    return f"{page.url}?{query}" if query else page.url


def register() -> None:
    """Called once, when the application is ready."""
    registry.main("timeline", "timeline/person.html", timeline_of)
