"""How the board writes spans of time."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def minutes(value: float) -> str:
    """ "34 min", "3 h", "2 days"."""
    if value < 120:
        return _("%(n)d min") % {"n": round(value)}
    if value < 48 * 60:
        return _("%(n)d h") % {"n": round(value / 60)}
    return _("%(n)d days") % {"n": round(value / 1440)}


@register.filter
def clock(at: datetime) -> str:
    """The time in the reader's zone, with the day where it is another: "6:55 p.m.", "Wed, 2 a.m."."""
    here = timezone.localtime(at)
    same = here.date() == timezone.localtime().date()
    return date_format(here, "P") if same else f"{date_format(here, 'D')}, {date_format(here, 'P')}"
