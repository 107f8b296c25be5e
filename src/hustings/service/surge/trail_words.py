"""What this room writes into the audit, in words."""

from django.utils.translation import gettext_lazy as _

from hustings.foundation.access.registry import say, say_kinds

WORDS = {
    "surge.begun": _("switched surge mode on"),
    "surge.ended": _("switched surge mode off"),
    "surge.gave_way": _("changed how much gives way"),
    "surge.called_in": _("called a team in"),
    "surge.planned": _("changed the plan for a surge"),
    "surge.ordered": _("changed the order of what gives way"),
    "freeze.begun": _("froze what must not change"),
    "freeze.ended": _("ended the freeze"),
    "freeze.leave_given": _("let a change through the freeze"),
}
KINDS = {
    "surge": _("Surge mode"),
    "surge_plan": _("Surge plan"),
    "freeze": _("Freeze"),
}


def register() -> None:
    """Called once, when the app is ready."""
    say(WORDS)
    say_kinds(KINDS)
