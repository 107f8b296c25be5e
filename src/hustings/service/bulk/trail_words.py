"""What this room writes into the audit, in words."""

from django.utils.translation import gettext_lazy as _

from hustings.foundation.access.registry import say, say_kinds

WORDS = {
    "bulk.approved": _("approved a bulk reply"),
    "bulk.followed": _("answered those who wrote later with a reply that was approved"),
    "bulk.declined": _("declined a bulk reply"),
    "bulk.paused": _("paused a bulk reply"),
    "bulk.resumed": _("went on with a bulk reply"),
    "bulk.stopped": _("stopped a bulk reply"),
    "bulk.put_away": _("put the draft of a bulk reply away"),
    "bulk.exported": _("exported the report of a bulk reply"),
}
KINDS = {"bulk_reply": _("Bulk reply")}


def register() -> None:
    """Called once, when the app is ready."""
    say(WORDS)
    say_kinds(KINDS)
