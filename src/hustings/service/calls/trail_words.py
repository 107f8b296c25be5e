"""What this room writes into the audit, in words."""

from django.utils.translation import gettext_lazy as _

from hustings.foundation.access.registry import say

WORDS = {
    "call.dialled": _("had a number dialled"),
    "call.noted": _("noted a call"),
    "call.undone": _("undid what was noted of a call"),
}


def register() -> None:
    """Called once, when the app is ready."""
    say(WORDS)
