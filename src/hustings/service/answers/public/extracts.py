"""What a list of hits says of each: the first words of the answer, and when it was checked last. Kept in the process
while the public stamp stays: the same few hundred answers are found all day."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from hustings.foundation.core.guard import unveiled

from ..models import ArticleText, Source
from ..queries.public import campaign_fields
from ..rich import to_letter
from ..rules import public_words
from .catalogue import Catalogue, Entry, Stamp
from .structured import cut

LONGEST = 240
MOST_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class Extract:
    words: str
    checked_at: datetime | None


_kept: tuple[Stamp | None, dict[int, Extract]] = (None, {})
_lock = threading.Lock()


def extracts(kept: Catalogue, entries: Iterable[Entry]) -> dict[int, Extract]:
    """By the text each entry shows. The entries are of this catalogue: that they may be shown was asked there."""
    global _kept
    wanted = {entry.text_id for entry in entries}
    with _lock:
        stamp, known = _kept
        if stamp != kept.stamp or len(known) > MOST_KEPT:
            known = {}
            _kept = (kept.stamp, known)
    missing = wanted - known.keys()
    if missing:
        known.update(_read(missing))
    return {text: known[text] for text in wanted}


def _read(texts: set[int]) -> dict[int, Extract]:
    with unveiled():
        fields = campaign_fields()
        rows = ArticleText.objects.filter(pk__in=texts).values_list("pk", "version_id", "state_code", "body")
        listed = list(rows)
        sources = Source.objects.filter(version_id__in={version for _pk, version, _state, _body in listed})
        newest = {
            (version, state): at
            for version, state, at in sources.values_list("version_id", "state_code").annotate(at=Max("checked_at"))
        }
    found = {}
    for pk, version, state, body in listed:
        checked = [newest[key] for key in {(version, ""), (version, state)} if key in newest]
        words = " ".join(to_letter(public_words(body, fields) or "").split())
        found[pk] = Extract(cut(words, LONGEST), max(checked, default=None))
    return found
