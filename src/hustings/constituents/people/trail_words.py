"""What this room writes into the audit, in words."""

from django.utils.translation import gettext_lazy as _

from hustings.foundation.access.registry import say, say_kinds


def register() -> None:
    """Called once, when the application is ready."""
    say(
        {
            "vip.marked": _("marked a VIP"),
            "vip.ended": _("ended the mark of a VIP"),
            "vip.kind_saved": _("kept a kind of VIP"),
        }
    )
    say_kinds({"vip": _("VIP"), "vip_kind": _("Kind of VIP")})
