"""The lines of a list, drawn. A list has fifty of them and is drawn anew whenever something comes: by a template each
cost seven times as much as it does here, and a list more than all else on its page."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hustings.foundation.ui.templatetags.ui import avatar, fuse, icon, iso, left, time_words

from .models import Inquiry, Status
from .rows import Row

MOST_OF_TAG = 22  # characters
# An icon, and what it says to who does not see it: put into words only where a line has it.
TODAY = ("siren", gettext_lazy("Today"))
SEALED = ("shield-alert", gettext_lazy("Sealed"))
CRISIS = ("life-buoy", gettext_lazy("Someone in crisis"))
WRITTEN = ("pencil", gettext_lazy("A colleague is writing"))
WITH_FILE = ("paperclip", gettext_lazy("With a file"))
NOT_ENGLISH = ("languages", gettext_lazy("Not in English"))
DONE = ("check", gettext_lazy("Done"))
_LINE = (
    '<li id="row-{uid}"><input class="row-x" type="checkbox" name="ids" value="{uid}" form="bulk"'
    ' aria-label="{choose}"><a class="row{classes}" id="open-{uid}" href="{href}" hx-get="{href}" hx-target="#thread"'
    ' hx-swap="outerHTML show:none" hx-push-url="true"{current}><span class="ch">{picture}<span class="vh">{channel}'
    '</span></span><span class="who"><strong>{name}</strong><span>{place}</span></span>{time}<span class="sub">'
    '{subject}</span><span class="say"{lang}>{snippet}</span><span class="at">{marks}</span>{fuse}</a></li>'
)


def row_lines(rows: Iterable[Row], *, asked: str, current: UUID | None, reader_id: int) -> SafeString:
    """The lines as HTML, each of which opens its conversation beside the list that was `asked` for (a query string);
    `current` is the one that is open."""
    nobody = UUID(int=0)
    before, after = f"{reverse('desk:inquiry', args=[nobody])}?{asked}".split(str(nobody))
    lines = [_line(row, f"{before}{row.inquiry.uid}{after}", current, reader_id) for row in rows]
    return mark_safe("".join(lines))  # noqa: S308  (each is escaped)


def _line(row: Row, href: str, current: UUID | None, reader_id: int) -> SafeString:
    inquiry = row.inquiry
    return format_html(
        _LINE,
        uid=inquiry.uid,
        choose=_("Choose the conversation with %(name)s") % {"name": row.name},
        classes=f" {row.tone}" * bool(row.tone) + " new" * row.is_new,
        href=href,
        current=_CURRENT if current == inquiry.uid else "",
        picture=icon(row.icon),
        channel=inquiry.get_channel_display(),
        name=row.name,
        place=row.place,
        time=_time(inquiry),
        subject=inquiry.subject or _("No subject"),
        lang=format_html(' lang="{}"', inquiry.language) if inquiry.language else "",
        snippet=inquiry.snippet,
        marks=_marks(row, reader_id),
        fuse=fuse(row.used),
    )


_CURRENT = SafeString(' aria-current="true"')


def _time(inquiry: Inquiry) -> SafeString | str:
    """Until it is due, while it is open; when it comes back; else when they last wrote."""
    if inquiry.status == Status.OPEN:
        return left(inquiry.due_at)
    if inquiry.status == Status.SNOOZED:
        return format_html('<span class="left">{} {}</span>', icon("alarm-clock", True), _moment(inquiry.snoozed_until))
    return format_html('<span class="left">{}</span>', _moment(inquiry.last_message_at))


def _moment(at: datetime | None) -> SafeString | str:
    if at is None:
        return ""
    form = '<rel-time data-mode="short" datetime="{0}"><time datetime="{0}">{1}</time></rel-time>'
    return format_html(form, iso(at), time_words(at, "short"))


def _marks(row: Row, reader_id: int) -> SafeString:
    inquiry = row.inquiry
    found = [
        _mark(*mark)
        for holds, mark in (
            (inquiry.urgency == 2, TODAY),
            (inquiry.is_sealed, SEALED),
            (inquiry.is_crisis, CRISIS),
            (row.is_written, WRITTEN),
        )
        if holds
    ]
    if row.mark:
        form = '<span title="{0}">{1}</span><span class="vh">{0}</span>'
        found.append(format_html(form, row.mark, icon("stack", True)))
    found += [
        _mark(*mark)
        for holds, mark in (
            (inquiry.has_attachment, WITH_FILE),
            (inquiry.language and inquiry.language != "en", NOT_ENGLISH),
            (inquiry.status == Status.CLOSED, DONE),
        )
        if holds
    ]
    if inquiry.assignee and inquiry.assignee_id != reader_id:
        found.append(avatar(inquiry.assignee.name, "s"))
    if row.tag:
        colour, words = f" c-{row.colour}" if row.colour else "", Truncator(row.tag).chars(MOST_OF_TAG)
        found.append(format_html('<span class="tag{}">{}</span>', colour, words))
    return mark_safe("".join(found))  # noqa: S308  (each is escaped)


def _mark(picture: str, words: str | Promise) -> SafeString:
    return format_html('{}<span class="vh">{}</span>', icon(picture, True), words)
