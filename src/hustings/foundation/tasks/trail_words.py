"""What this room writes into the audit, in words."""

from django.utils.translation import gettext_lazy as _

from hustings.foundation.access.registry import say

WORDS = {"task.exported": _("exported tasks")}


def register() -> None:
    """Called once, when the app is ready."""
    say(WORDS)
