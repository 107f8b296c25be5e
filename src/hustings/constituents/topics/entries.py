"""What this room puts into the settings, and its live topic."""

from django.utils.translation import gettext_lazy as _

from hustings.foundation.access.models import User
from hustings.foundation.core import live
from hustings.foundation.ui import navigation
from hustings.foundation.ui.navigation import SETTINGS, Item


def register() -> None:
    """Called once, when the app is ready."""
    live.allow_topic("topics")(lambda user, identifier: bool(user.is_active and not identifier))
    navigation.register(
        Item(
            "topics", _("Topics"), "tag", "topics:list", order=22, group=SETTINGS, allowed=_leads,
            also=("topics:topic", "topics:new", "topics:history", "topics:split", "topics:merge"),
        )
    )  # fmt: skip
    navigation.register(
        Item("topics.models", _("Models"), "flask-conical", "topics:models", order=23, group=SETTINGS, allowed=_leads)
    )


def _leads(user: User) -> bool:
    return bool(user.leads)
