"""What bulk replies bring of record types: the bulk reply itself, and which column carries a letter's sender."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from hustings.foundation.core import records
from hustings.foundation.core.guard.attributes import guard, mask_code, mask_email
from hustings.foundation.core.records import CHOICE, LONG_TEXT, MOMENT, Column, Field, RecordType

from .models import BulkReply, BulkState, Copy
from .queries import bulks

# All that tells how far it is.
STATE = ("state", "checked", "checked_at", "asked_at", "declined_because", "approved_by", "approved_at", "people",
         "paused_because", "next_at", "ended_by", "ended_at")  # fmt: skip


def _words(bulk: BulkReply) -> str:
    around: list[Any] = [bulk.opening, bulk.closing]
    return "\n\n".join(text for words in around for text in (words or {}).values())


def register() -> None:
    """Called once, when the app is ready."""
    guard(Copy, "address", record="message", name="sender", mask=mask_email)
    guard(Copy, "language", record="inquiry", name="language", owner="inquiry_id", mask=mask_code)
    guard(Copy, "state_code", record="inquiry", name="place", owner="inquiry_id", mask=mask_code)
    state = (Column(BulkReply, "state", mask=mask_code), *(Column(BulkReply, name) for name in STATE[1:]))
    records.register(
        RecordType(
            "bulk_reply",
            _("Bulk reply"),
            _("Bulk replies"),
            model=BulkReply,
            visible_to=bulks.visible_to,
            fields=[
                Field("title", _("Title"), columns=(Column(BulkReply, "title"),), path="title"),
                Field("chosen_by", _("To whom"), columns=(Column(BulkReply, "chosen_by"),), path="chosen_by"),
                Field(
                    *("words", _("Words around the answer")),
                    kind=LONG_TEXT,
                    columns=(Column(BulkReply, "opening"), Column(BulkReply, "closing")),
                    read=_words,
                ),
                Field("state", _("State"), kind=CHOICE, choices=BulkState.choices, path="state", columns=state),
                Field("made_at", _("Made"), kind=MOMENT, path="made_at", columns=(Column(BulkReply, "made_at"),)),
            ],
            title=str,
            verbs=("see", "add", "change", "export"),
            rows=("all", "team"),
            icon="reply-all",
        )
    )
