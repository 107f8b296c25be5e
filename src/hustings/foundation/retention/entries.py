"""What retention puts into the rail."""

from django.utils.translation import gettext_lazy as _

from hustings.foundation.access.models import User
from hustings.foundation.ui import navigation
from hustings.foundation.ui.navigation import SETTINGS, Item

from . import rules
from .queries.requests import waiting_count


def register() -> None:
    """Called once, when the app is ready."""
    navigation.register(
        Item("retention", _("How long things are kept"), "hourglass", "retention:schedules", order=82, group=SETTINGS,
             allowed=rules.sets_schedules)
    )  # fmt: skip
    navigation.register(
        Item("holds", _("Legal holds"), "lock", "retention:holds", order=84, group=SETTINGS, allowed=rules.holds,
             also=("retention:hold", "retention:new_hold"))
    )  # fmt: skip
    navigation.register(
        Item("erasures", _("Erasures"), "trash-2", "retention:erasures", order=86, group=SETTINGS,
             allowed=rules.erases, also=("retention:erasure", "retention:ask"))
    )  # fmt: skip
    navigation.register_counts(("erasures",), _waiting)


def _waiting(user: User) -> dict[str, int | None]:
    return {"erasures": (waiting_count(user) or None) if rules.erases(user) else None}
