"""What surge puts into the rail and the palette, and plugs in below."""

from django.utils.translation import gettext_lazy as _

from hustings.foundation.access.registry import gate
from hustings.foundation.core import live
from hustings.foundation.ui import navigation, palette
from hustings.foundation.ui.navigation import ELSEWHERE, SETTINGS, Item
from hustings.foundation.ui.palette import Action
from hustings.service.correspondence import registry as correspondence
from hustings.service.desk import registry as desk

from .actions.freezing import ask
from .queries import public, standing
from .rules import may_plan, may_see_board


def register() -> None:
    """Called once, when the app is ready."""
    navigation.register(
        Item("surge", _("Election day"), "zap", "surge:board", order=680, group=ELSEWHERE, allowed=may_see_board)
    )
    navigation.register(
        Item("surge.plan", _("Surge plan"), "sliders-horizontal", "surge:plan", order=60, group=SETTINGS,
             allowed=may_plan)
    )  # fmt: skip
    palette.register(Action("surge.freeze", _("The freeze"), "lock", url_name="surge:freeze", allowed=may_see_board))
    live.allow_topic("surge")(lambda user, _identifier: may_see_board(user))
    desk.waits_behind(standing.behind)
    correspondence.acknowledgement(public.acknowledgement)
    correspondence.in_front(public.in_front)
    gate(ask)
