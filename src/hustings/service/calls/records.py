"""What calls bring of record types: the call, and which column carries which field."""

from collections.abc import Sequence

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from hustings.foundation.core import records
from hustings.foundation.core.guard.attributes import mask_code, mask_words
from hustings.foundation.core.records import CHOICE, LONG_TEXT, MOMENT, USER, Column, Field, RecordType

from .models import Call, Outcome, Undoing
from .queries import calls
from .rules import RECORD


def _with_people(rows: Sequence[Call]) -> None:
    prefetch_related_objects(list(rows), "by", "version")


def register() -> None:
    """Called once, when the app is ready."""
    records.register(
        RecordType(
            RECORD,
            _("Call"),
            _("Calls"),
            model=Call,
            visible_to=calls.visible_to,
            fields=[
                Field("outcome", _("What came of it"), kind=CHOICE, choices=Outcome.choices, path="outcome",
                      columns=(Column(Call, "outcome", mask=mask_code),)),
                Field("note", _("Note"), kind=LONG_TEXT, columns=(Column(Call, "note", mask=mask_words),
                               Column(Undoing, "because", owner="call_id", mask=mask_words))),
                # What a withdrawal goes by, unveiled: who may correct an answer is told who heard it.
                Field("answered_from", _("Answered from"), fetch=_with_people,
                      read=lambda call: call.version.title if call.version else "",
                      columns=(Column(Call, "version"), Column(Call, "language", mask=mask_code),
                               Column(Call, "state_code", mask=mask_code))),
                Field("at", _("When"), kind=MOMENT, path="begun_at", read=lambda call: call.begun_at,
                      columns=(Column(Call, "begun_at"), Column(Call, "ended_at"),
                               Column(Undoing, "at", owner="call_id"))),
                Field("by", _("By"), kind=USER, path="by__uid", fetch=_with_people,
                      columns=(Column(Call, "by"), Column(Undoing, "by", owner="call_id"))),
            ],
            title=lambda call: str(_("Call")),
            person_of=lambda call: call.person_id,
            verbs=("see", "add", "export"),
            rows=("all", "team", "state", "county", "assigned"),
            icon="phone",
        )
    )  # fmt: skip
