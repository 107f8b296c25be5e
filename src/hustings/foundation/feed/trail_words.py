"""What this room writes into the audit, in words."""

from django.utils.translation import gettext_lazy as _

from hustings.foundation.access.registry import say

WORDS = {
    "post.withdrawn": _("withdrew a post"),
    "feed.tracked": _("chose which changes stand in feeds"),
}


def register() -> None:
    """Called once, when the app is ready."""
    say(WORDS)
