"""The lines of a list, drawn. A list has fifty of them and is drawn anew whenever something comes: by a template each
cost seven times as much as it does here, and a list more than all else on its page."""

from collections.abc import Iterable
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hustings.foundation.ui.templatetags.ui import avatar, fuse, icon, left, moment

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
    before, _nobody, after = f"{reverse('desk:inquiry', args=[nobody])}?{asked}".partition(str(nobody))
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
        return format_html('<span class="left">{} {}</span>', icon("alarm-clock", True), moment(inquiry.snoozed_until))
    return format_html('<span class="left">{}</span>', moment(inquiry.last_message_at))


def _marks(row: Row, reader_id: int) -> SafeString:
    inquiry = row.inquiry
    found = [
        (inquiry.urgency == 2) and _mark(*TODAY),
        inquiry.is_sealed and _mark(*SEALED),
        inquiry.is_crisis and _mark(*CRISIS),
        row.is_written and _mark(*WRITTEN),
        row.mark
        and format_html('<span title="{0}">{1}</span><span class="vh">{0}</span>', row.mark, icon("stack", True)),
        inquiry.has_attachment and _mark(*WITH_FILE),
        inquiry.language and inquiry.language != "en" and _mark(*NOT_ENGLISH),
        (inquiry.status == Status.CLOSED) and _mark(*DONE),
        inquiry.assignee and inquiry.assignee_id != reader_id and avatar(inquiry.assignee.name, "s"),
        row.tag and _tag(row),
    ]
    return mark_safe("".join(mark for mark in found if mark))  # noqa: S308  (each is escaped)


def _tag(row: Row) -> SafeString:
    colour = f" c-{row.colour}" if row.colour else ""
    return format_html('<span class="tag{}">{}</span>', colour, Truncator(row.tag).chars(MOST_OF_TAG))


def _mark(picture: str, words: str | Promise) -> SafeString:
    return format_html('{}<span class="vh">{}</span>', icon(picture, True), words)
