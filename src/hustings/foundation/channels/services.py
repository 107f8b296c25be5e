"""What runs all the time in the mail process: one line each."""

from collections.abc import Callable
from typing import Any

from hustings.foundation.core import live

from . import imap, lmtp
from .actions.outbox import send_due


def listen() -> Callable[[], None]:
    """LMTP on settings.HUSTINGS_LMTP."""
    return lmtp.serve()[0]


def read_imap() -> bool:
    """A turn over the IMAP accounts."""
    return imap.poll()


def send_mail() -> bool:
    """A turn of the sender."""
    return send_due()


def open_topics() -> None:
    """Who may hear that the sample campaign's mailbox caught something: whoever works here."""

    @live.allow_topic("caught")
    def _anyone(user: Any, identifier: str) -> bool:
        return bool(user.is_active)
