"""What this room writes into the audit, in words."""

from django.utils.translation import gettext_lazy as _

from hustings.foundation.access.registry import say

WORDS = {
    "campaign.renamed": _("renamed a mail campaign"),
    "campaign.combined": _("combined mail campaigns"),
    "campaign.split": _("split a mail campaign"),
    "campaign.position": _("said the position of a mail campaign"),
    "campaign.sponsor": _("said who is behind a mail campaign"),
    "campaign.status": _("changed the status of a mail campaign"),
    "campaign.reply": _("set a standing reply"),
    "campaign.ended": _("ended a standing reply"),
    "campaign.lifted": _("lifted a letter out of its mail campaign"),
    "campaign.back": _("put a letter back into its mail campaign"),
    "campaign.exported": _("exported the list of mail campaigns"),
    "campaign.undone": _("took back a change of a mail campaign"),
}


def register() -> None:
    """Called once, when the app is ready."""
    say(WORDS)
