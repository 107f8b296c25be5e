"""Labels as material to learn from, and what was read of one inquiry."""

from dataclasses import dataclass
from datetime import datetime
from zlib import crc32

from hustings.foundation.core.folding import folded_words

from ..models import Kind, Label, Read
from ..registry import texts_of
from .taxonomy import canonical_slugs

AT_ONCE = 500
HELD_OUT_EVERY = 5


@dataclass(frozen=True, slots=True)
class Example:
    """A letter with what a person said of it. `is_held_out`: never learnt from, in no version; what models are
    compared on. It follows from the text, so it stays so, and all copies of one text are on the same side."""

    inquiry_id: int
    text: str
    language: str
    labels: tuple[str, ...]
    at: datetime
    is_held_out: bool


def examples(kind: str) -> list[Example]:
    """The newest word on each inquiry whose letter is still there, oldest first; topics as they are read today, and
    "other" as none."""
    rows: dict[int, Label] = {}
    for row in Label.objects.filter(field=kind, withdrawn_at=None).order_by("id").iterator():
        rows[row.inquiry_id] = row
    newest = sorted(rows.values(), key=lambda row: row.pk)
    canonical = canonical_slugs() if kind == Kind.TOPIC else {}
    found = []
    for start in range(0, len(newest), AT_ONCE):
        part = newest[start : start + AT_ONCE]
        texts = texts_of([row.message_id for row in part])
        for row in part:
            if row.message_id in texts:
                text, language = texts[row.message_id]
                labels = _labels(kind, row.values, canonical)
                found.append(Example(row.inquiry_id, text, language, labels, row.at, is_held_out(text)))
    return found


def is_held_out(text: str) -> bool:
    """Whether letters of this text, without regard to case, accents and signs, are never learnt from: about a fifth."""
    return crc32(" ".join(folded_words(text)).encode()) % HELD_OUT_EVERY == 0


def _labels(kind: str, values: list[str], canonical: dict[str, str]) -> tuple[str, ...]:
    if kind == Kind.TOPIC:
        return tuple(dict.fromkeys(canonical[slug] for slug in values if slug in canonical))
    return tuple(value for value in values if value not in ("", "other"))


def count(kind: str) -> int:
    """How many inquiries a person has spoken on."""
    return Label.objects.filter(field=kind, withdrawn_at=None).values("inquiry_id").distinct().count()


def reading_of(inquiry_id: int) -> Read | None:
    """What was read of the inquiry when it came; None for one that began otherwise."""
    return Read.objects.filter(inquiry_id=inquiry_id).first()


def has_word(inquiry_id: int, field: str) -> bool:
    """Whether a person said a word on this field (`Label.Field`) of it."""
    return Label.objects.filter(inquiry_id=inquiry_id, field=field, withdrawn_at=None).exists()


def newest_word(inquiry_id: int) -> Label | None:
    """The last word a person said on it."""
    rows = Label.objects.filter(inquiry_id=inquiry_id, withdrawn_at=None).select_related("by")
    return rows.order_by("-id").first()
