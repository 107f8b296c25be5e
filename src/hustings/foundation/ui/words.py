"""Times in words, as the server says them; the browser says them again in the reader's own zone."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Words = str | _StrPromise  # also translated later, for the reader
else:
    Words = str

SOON = timedelta(hours=1)


@dataclass(frozen=True)
class Fuse:
    """The time left to answer: `used` 0 to 100, `state` "", "warn" or "late", and the words for it."""

    used: int
    state: str
    words: str


def fuse(opened: datetime, due: datetime | None, now: datetime) -> Fuse:
    """How much of the time to answer is used. Within the last hour, and past its first half, it warns."""
    if due is None:
        return Fuse(0, "", "")
    if now >= due:
        return Fuse(100, "late", left(due, now))
    whole = (due - opened).total_seconds()
    used = round(100 * (now - opened).total_seconds() / whole) if whole > 0 else 100
    used = min(99, max(0, used))
    return Fuse(used, "warn" if due - now <= SOON and used >= 50 else "", left(due, now))


def left(due: datetime, now: datetime) -> str:
    """ "52 min left", "3 h left", "18 min over", "Tomorrow", "Mon", "3 Dec"."""
    seconds = (due - now).total_seconds()
    minutes = max(1, round(abs(seconds) / 60))
    if seconds <= 0:
        return _over(minutes)
    if minutes < 60:
        return _("%(n)d min left") % {"n": minutes}
    days = (timezone.localtime(due).date() - timezone.localtime(now).date()).days
    if minutes < 12 * 60 or days == 0:
        return _("%(n)d h left") % {"n": round(minutes / 60)}
    if days == 1:
        return _("Tomorrow")
    return date_words(timezone.localtime(due).date(), "D" if days < 7 else "j M")


def _over(minutes: int) -> str:
    if minutes < 60:
        return _("%(n)d min over") % {"n": minutes}
    if minutes < 48 * 60:
        return _("%(n)d h over") % {"n": round(minutes / 60)}
    days = round(minutes / 1440)
    return ngettext("%(n)d day over", "%(n)d days over", days) % {"n": days}


def clock(moment: datetime) -> str:
    """ "9:02 am"."""
    local = timezone.localtime(moment)
    return _clock(local.hour, local.minute, get_language())


@lru_cache(maxsize=4096)
def _clock(hour: int, minute: int, language: str | None) -> str:
    return date_format(datetime(2000, 1, 1, hour, minute), "g:i a").replace(".", "")  # noqa: DTZ001 (of no day)


def date_words(day: date, form: str) -> str:
    """A day in Django's words for a form ("j M Y"); a list says the same ones again and again."""
    return _date_words(day.toordinal(), form, get_language())


@lru_cache(maxsize=4096)
def _date_words(ordinal: int, form: str, language: str | None) -> str:
    return date_format(date.fromordinal(ordinal), form)


def day(moment: datetime, now: datetime) -> str:
    """ "Today, 8:41 am", "Yesterday, 8:41 am", "6 Oct, 8:41 am", "14 Mar 2027"."""
    local, today = timezone.localtime(moment), timezone.localtime(now).date()
    apart = (today - local.date()).days
    if apart == 0:
        return _("Today, %(time)s") % {"time": clock(moment)}
    if apart == 1:
        return _("Yesterday, %(time)s") % {"time": clock(moment)}
    if local.year == today.year:
        return _("%(date)s, %(time)s") % {"date": date_words(local.date(), "j M"), "time": clock(moment)}
    return date_words(local.date(), "j M Y")


def short(moment: datetime, now: datetime) -> str:
    """ "9:20 am" today, "6 Oct" this year, "Mar 2027" before."""
    local, today = timezone.localtime(moment), timezone.localtime(now).date()
    if local.date() == today:
        return clock(moment)
    return date_words(local.date(), "j M" if local.year == today.year else "M Y")


def ago(moment: datetime, now: datetime) -> str:
    """ "just now", "12 min ago", "3 h ago", then the day."""
    minutes = int((now - moment).total_seconds() // 60)
    if minutes < 1:
        return _("just now")
    if minutes < 60:
        return _("%(n)d min ago") % {"n": minutes}
    if minutes < 12 * 60:
        return _("%(n)d h ago") % {"n": round(minutes / 60)}
    return day(moment, now)
