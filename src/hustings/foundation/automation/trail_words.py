"""What this room writes into the audit, in words."""

from django.utils.translation import gettext_lazy as _

from hustings.foundation.access.registry import say, say_kinds

WORDS = {
    "rule.written": _("wrote a rule"),
    "rule.on": _("turned a rule on"),
    "rule.off": _("turned a rule off"),
    "rule.moved": _("moved a rule"),
    "rule.removed": _("removed a rule"),
    "rule.freed": _("let go of what waited at a rule"),
    "rule.left": _("dropped what waited at a rule"),
    "rule.stopped": _("stopped a rule that went wrong"),
    "process.written": _("wrote how something is approved"),
    "delegation.made": _("asked a colleague to decide for them"),
    "delegation.ended": _("decides again for themselves"),
    "approval.asked": _("asked for an approval"),
    "approval.approved": _("approved"),
    "approval.refused": _("refused"),
    "approval.recalled": _("took a request back"),
    "hook.written": _("wrote down an address to call"),
    "hook.secret": _("made a new secret for an address to call"),
    "hook.on": _("turned an address to call on"),
    "hook.off": _("turned an address to call off"),
    "hook.called": _("told an address by a rule"),
}
KINDS = {
    "rule": _("Rule"),
    "process": _("Approval"),
    "approval_request": _("Request for approval"),
    "delegation": _("Standing in"),
    "hook": _("Address to call"),
}


def register() -> None:
    """Called once, when the app is ready."""
    say(WORDS)
    say_kinds(KINDS)
