"""What rules and approvals put into the rail, the palette and the live topics."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from hustings.foundation.core import live
from hustings.foundation.core.clock import now
from hustings.foundation.ui import navigation, palette
from hustings.foundation.ui.navigation import MAIN, SETTINGS, Item
from hustings.foundation.ui.palette import MAKE, Action

from . import rules
from .queries.approvals import visible_to, waiting_for
from .queries.rail import at_a_glance


def register() -> None:
    """Called once, when the app is ready."""
    navigation.register(
        Item(
            "automation.rules",
            _("Rules"),
            "zap",
            "automation:rules",
            order=30,
            group=SETTINGS,
            allowed=rules.may_write,
            also=tuple(f"automation:{page}" for page in ("rule", "new_rule", "log", "trial", "whole_log", "hooks")),
        )
    )
    navigation.register(
        Item(
            "automation.processes",
            _("Approvals"),
            "badge-check",
            "automation:processes",
            order=31,
            group=SETTINGS,
            allowed=rules.may_write_processes,
            also=("automation:process", "automation:new_process"),
        )
    )
    navigation.register(
        Item(
            "automation.waiting", _("To decide"), "badge-check", "automation:waiting", order=31, group=MAIN,
            also=("automation:request", "automation:away"),
        )
    )  # fmt: skip
    navigation.register(Item("automation.notices", _("Notices"), "bell", "automation:notices", order=32, group=MAIN))
    navigation.register_counts(("automation.waiting", "automation.notices"), _counts)
    navigation.register_listener("automation:told", lambda user: f"notices:{user.pk}")
    palette.register(
        Action(
            "automation.new_rule", _("New rule"), "zap", url_name="automation:new_rule", group=MAKE,
            allowed=rules.may_write,
        )
    )  # fmt: skip
    live.allow_topic("notices")(lambda user, identifier: str(user.pk) == identifier)
    live.allow_topic("approval")(_may_hear)


def _counts(user: Any) -> dict[str, int | str | None]:
    notices, may_wait = at_a_glance(user)
    waiting = len(waiting_for(user, now())) if may_wait else 0
    return {"automation.waiting": waiting or None, "automation.notices": notices or None}


def _may_hear(user: Any, uid: str) -> bool:
    try:
        return visible_to(user, now()).filter(uid=UUID(uid)).exists()
    except ValueError:
        return False
