"""What channels puts into the rail."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from hustings.foundation.ui import navigation
from hustings.foundation.ui.navigation import ELSEWHERE, Item


def _catches(user: Any) -> bool:
    return settings.HUSTINGS_SMTP_URL.startswith("caught:") and bool(user.leads)


def register() -> None:
    """Called once, when the app is ready."""
    navigation.register(
        Item(
            "mailbox",
            _("Local mailbox"),
            "send",
            "channels:mailbox",
            order=820,
            group=ELSEWHERE,
            allowed=_catches,
            also=("channels:caught_mail",),
        )
    )
