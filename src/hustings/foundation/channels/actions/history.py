"""Bringing in what left before: rows of the outbox that are settled from the start and are never sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hustings.foundation.core.guard import action

from ..compression import compress
from ..models import Outgoing, OutgoingState


@dataclass(frozen=True)
class PastMail:
    """A message that left by another road at `at`; `matter` keeps it from ever leaving by this one. Its bytes lie
    where it left from, not here."""

    matter: str
    message_id: str
    envelope_from: str
    envelope_to: str
    at: datetime


@action
def record_past_mail(mails: Sequence[PastMail], *, words: str) -> list[Outgoing]:
    """The rows, in order, in the state `sent`. Raises IntegrityError when a matter is there already."""
    nothing = compress(b"")
    return Outgoing.objects.bulk_create(
        Outgoing(
            matter=mail.matter,
            message_id=mail.message_id,
            envelope_from=mail.envelope_from,
            envelope_to=mail.envelope_to,
            content=nothing,
            state=OutgoingState.SENT,
            not_before=mail.at,
            attempts=1,
            last_reply=words,
            settled_at=mail.at,
        )
        for mail in mails
    )
