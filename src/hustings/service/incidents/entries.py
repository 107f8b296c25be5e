"""What incidents put into the rail, the palette, the live topics, and beside a conversation."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from hustings.foundation.access.grants import grants_of
from hustings.foundation.access.models import User
from hustings.foundation.core import live
from hustings.foundation.core.guard import Level
from hustings.foundation.ui import navigation, palette
from hustings.foundation.ui.navigation import ELSEWHERE, Item
from hustings.foundation.ui.palette import MAKE, Action
from hustings.service.desk import registry as desk
from hustings.service.desk.models import Inquiry

from . import queries
from .rules import RECORD, may_report, may_see, readable


def register() -> None:
    """Called once, when the app is ready."""
    navigation.register(
        Item(
            "incidents",
            _("Incidents"),
            "siren",
            "incidents:board",
            order=690,
            group=ELSEWHERE,
            allowed=may_see,
            count=lambda user: queries.open_count(user) or None,
            also=("incidents:one", "incidents:new"),
        )
    )
    palette.register(
        Action("incidents.new", _("Report an incident"), "siren", url_name="incidents:new", group=MAKE, order=30,
               allowed=may_report)
    )  # fmt: skip
    live.allow_topic("incidents")(may_hear)
    desk.header_action("incident", 80, "incidents/report_button.html", report_button)
    desk.panel("incidents", 15, "incidents/panel.html", panel)


def may_hear(user: User, state_code: str) -> bool:
    """Ids alone travel: whoever may see incidents may hear that there is something new; of one state, who may read
    where they happened."""
    known = state_code == "all" or grants_of(user).level(RECORD, "place") >= Level.READ
    return may_see(user) and known


def report_button(user: User, inquiry: Inquiry) -> Mapping[str, Any] | None:
    """In a click, for whoever reads the letter."""
    return {"inquiry": inquiry} if may_report(user) and not inquiry.is_sealed else None


def panel(user: User, inquiry: Inquiry) -> Mapping[str, Any] | None:
    """What was reported from this conversation; of what this person may not see, only that it was."""
    if not (may_see(user) or may_report(user)):
        return None
    found, others = queries.of_inquiry(user, inquiry)
    return {"incidents": found, "others": others, "reads": readable()} if found or others else None
