"""What mail campaigns bring of record types: the campaign, and which column carries which field. What single writers
added is read by the level of a letter's words (correspondence's `records`)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from hustings.foundation.core import records
from hustings.foundation.core.guard.attributes import guard, mask_code, mask_words
from hustings.foundation.core.records import CHOICE, LONG_TEXT, MOMENT, NUMBER, Column, Field, RecordType

from .models import Count, Group, Member, Position, StandingReply, Status
from .queries import groups


def _text(group: Group) -> str:
    return " ".join(one["text"] for one in group.sentences or ())


def _masked(value: Any) -> list[dict[str, Any]]:
    return [{**one, "text": mask_words(one["text"])} for one in value or ()]


def _columns(*names: str) -> tuple[Column, ...]:
    return tuple(Column(Group, name) for name in names)


def _position() -> tuple[Column, ...]:
    """The campaign's, and of each of its standing replies the one that it is for."""
    return (
        Column(Group, "position", mask=mask_code),
        Column(StandingReply, "position", owner="group_id", mask=mask_code),
    )


def register() -> None:
    """Called once, when the app is ready."""
    guard(Member, "state_code", record="inquiry", name="place", owner="inquiry_id", mask=mask_code)
    # How many are lifted out, were looked at, or name who is behind it tells how many there are at least.
    letters = (
        *_columns("letters", "lifted", "looked_at", "sponsor_letters"),
        Column(Count, "letters", owner="group_id"),
    )
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
                Field("position", _("Position"), kind=CHOICE, choices=Position.choices, path="position",
                      columns=_position()),
                Field("status", _("Status"), kind=CHOICE, choices=Status.choices, path="status",
                      columns=(Column(Group, "status", mask=mask_code),)),
                Field("letters", _("Letters"), kind=NUMBER, path="letters", columns=letters),
                Field("people", _("People who wrote"), kind=NUMBER, path="people", columns=_columns("people")),
                Field("first_at", _("Since"), kind=MOMENT, path="first_at", columns=_columns("first_at")),
                Field("last_at", _("Last letter"), kind=MOMENT, path="last_at", columns=_columns("last_at")),
            ],
            title=lambda group: group.name,
            url=lambda group: group.get_absolute_url(),
            verbs=("see", "change", "export"),
            rows=("all",),
            icon="stack",
        )
    )  # fmt: skip
