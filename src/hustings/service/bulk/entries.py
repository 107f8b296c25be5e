"""What bulk replies put into the rail, the palette, the desk's bar for chosen rows, and the live topics."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from hustings.foundation.access.models import User
from hustings.foundation.core import live
from hustings.foundation.ui import navigation, palette
from hustings.foundation.ui.navigation import Item
from hustings.foundation.ui.palette import MAKE, Action
from hustings.service.correspondence import registry as correspondence
from hustings.service.desk import registry as desk

from .models import Copy
from .queries import bulks
from .rules import may_draft


def register() -> None:
    """Called once, when the app is ready."""
    navigation.register(
        Item("bulk", _("Bulk replies"), "reply-all", "bulk:list", order=35, allowed=may_see, count=_waiting,
             also=("bulk:one", "bulk:new", "bulk:change"))
    )  # fmt: skip
    palette.register(
        Action("bulk.list", _("Bulk replies"), "reply-all", url_name="bulk:list", allowed=may_see, group=MAKE)
    )
    live.allow_topic("bulk")(lambda user, _identifier: may_see(user))
    desk.selection_act("bulk", 10, "bulk/parts/answer_all.html", may_draft)
    correspondence.followed_elsewhere(lambda: Copy.objects.filter(reply__isnull=False).values("reply_id"))


def may_see(user: User) -> bool:
    """Whether any bulk reply can be theirs to see."""
    return bool(user.is_active) and (may_draft(user) or bool(user.leads))


def _waiting(user: Any) -> int | None:
    return bulks.waiting_count(user) or None
