"""What letters are about, as intake has it: read in a batch, kept in its transaction."""

from collections.abc import Iterable, Sequence

from hustings.constituents.people.queries import vips
from hustings.constituents.topics.actions import reading
from hustings.constituents.topics.actions.reading import ToKeep

from .intake_letter import Letter
from .intake_rows import Stored, reading_of


def read_letters(letters: Iterable[Letter]) -> None:
    """Read those that will be stored; one that was read before (the batch is tried again) stays as it was."""
    unread = [letter for letter in letters if letter.is_stored and letter.reading is None]
    texts = [f"{letter.subject}\n{letter.text}" for letter in unread]
    found = reading.read(texts, languages=[letter.language for letter in unread])
    for letter, one in zip(unread, found, strict=True):
        letter.reading = reading.with_danger(one, threat=bool(letter.threat), crisis=bool(letter.crisis))


def mark_vips(stored: Iterable[Stored]) -> None:
    """Say of each letter what kind of VIP wrote it, if one did."""
    rows = list(stored)
    marks = vips({row.person_id for row in rows})
    for row in rows:
        if mark := marks.get(row.person_id):
            row.vip = mark.kind


def keep(opened: Sequence[Stored]) -> None:
    """The readings of letters that opened an inquiry."""
    reading.keep(
        [
            ToKeep(row.inquiry_id, row.message_id, row.letter.at, row.letter.language, reading_of(row.letter))
            for row in opened
        ]
    )


def forget(inquiry_ids: Sequence[int]) -> None:
    """Of inquiries that were taken back."""
    reading.forget(inquiry_ids)
