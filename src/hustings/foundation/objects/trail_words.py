"""What this room writes into the audit, in words."""

from django.utils.translation import gettext_lazy as _

from hustings.foundation.access.registry import say

WORDS = {
    "object.made": _("made a record type"),
    "object.changed": _("changed a record type"),
    "object.withdrawn": _("withdrew a record type"),
    "object.restored": _("brought a record type back"),
    "field.added": _("added a field"),
    "field.changed": _("changed a field"),
    "field.earned_index": _("indexed a field, because a large list is sorted or filtered by it"),
    "field.moved": _("moved a field"),
    "field.withdrawn": _("withdrew a field"),
    "field.restored": _("brought a field back"),
    "records.imported": _("imported records"),
    "records.exported": _("exported records"),
}


def register() -> None:
    """Called once, when the app is ready."""
    say(WORDS)
