"""What mail campaigns bring of record types: the campaign, and which column carries which field. What single writers
added is read by the level of a letter's words (correspondence's `records`)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from hustings.foundation.core import records
from hustings.foundation.core.guard.attributes import mask_words
from hustings.foundation.core.records import CHOICE, LONG_TEXT, MOMENT, NUMBER, Column, Field, RecordType

from .models import Group, Position, Status
from .queries import groups


def _text(group: Group) -> str:
    return " ".join(one["text"] for one in group.sentences or ())


def _masked(value: Any) -> list[dict[str, Any]]:
    return [{**one, "text": mask_words(one["text"])} for one in value or ()]


def register() -> None:
    """Called once, when the app is ready."""
    records.register(
        RecordType(
            "campaign",
            _("Mail campaign"),
            _("Mail campaigns"),
            model=Group,
            visible_to=groups.visible_to,
            fields=[
                Field("name", _("Name"), columns=(Column(Group, "name"),), path="name", mask=mask_words),
                Field("text", _("Shared text"), kind=LONG_TEXT, columns=(Column(Group, "sentences", mask=_masked),),
                      read=_text),
                Field("sponsor", _("Who is behind it"), columns=(Column(Group, "sponsor"),), path="sponsor"),
                Field("position", _("Position"), kind=CHOICE, choices=Position.choices, path="position"),
                Field("status", _("Status"), kind=CHOICE, choices=Status.choices, path="status"),
                Field("letters", _("Letters"), kind=NUMBER, path="letters"),
                Field("people", _("People who wrote"), kind=NUMBER, path="people"),
                Field("first_at", _("Since"), kind=MOMENT, path="first_at"),
                Field("last_at", _("Last letter"), kind=MOMENT, path="last_at"),
            ],
            title=lambda group: group.name,
            url=lambda group: group.get_absolute_url(),
            verbs=("see", "change", "export"),
            rows=("all",),
            icon="stack",
        )
    )  # fmt: skip
