"""How the board writes spans of time."""

from django import template
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
