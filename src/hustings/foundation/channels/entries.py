"""What channels puts into the rail."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from hustings.foundation.ui import navigation
from hustings.foundation.ui.navigation import ELSEWHERE, SETTINGS, Item


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
    navigation.register(
        Item(
            "mail-settings",
            _("Mail in and out"),
            "mail",
            "channels:mail_settings",
            order=20,
            group=SETTINGS,
            allowed=lambda user: bool(user.is_administrator),
            also=("channels:new_mailbox", "channels:change_mailbox", "channels:new_imap", "channels:change_imap"),
        )
    )
