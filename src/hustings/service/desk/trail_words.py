"""What this room writes into the audit, in words."""

from django.utils.translation import gettext_lazy as _

from hustings.foundation.access.registry import say, say_kinds

WORDS = {
    "queue.added": _("added a queue"),
    "queue.changed": _("changed a queue"),
    "queue.removed": _("removed a queue"),
    "queue.made_default": _("made a queue the default"),
    "queue_rule.added": _("added a queue rule"),
    "queue_rule.changed": _("changed a queue rule"),
    "queue_rule.moved": _("moved a queue rule"),
    "queue_rule.removed": _("removed a queue rule"),
}
KINDS = {
    "desk.list": _("List of conversations"),
    "desk.queue": _("Queue"),
    "desk.queuerule": _("Queue rule"),
}


def register() -> None:
    """Called once, when the app is ready."""
    say(WORDS)
    say_kinds(KINDS)
