"""The reader in force: the taxonomy's words and the live models, compiled once and kept until one of them changes."""

import tempfile
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from django.db import connection

from hustings.foundation.core import storage

from ..engine import Thresholds
from ..engine.phrases import Phrases
from ..engine.reading import Reader
from ..models import Kind, Tenure, Topic, Version
from .taxonomy import canonical_slugs, topics

if TYPE_CHECKING:
    from ..engine import Model

# By ids, which no rollback gives to another change, as it does with numbers.
_STAMP = """
select (select coalesce(max(id), 0) from topics_change),
    (select version_id from topics_tenure where kind = 'topic' and until is null),
    (select version_id from topics_tenure where kind = 'nature' and until is null)
"""
_held: dict[tuple[int | None, ...], Reader] = {}
_models: dict[str, "Model"] = {}
_lock = Lock()


def reader() -> Reader:
    """As things are now: one small question, and only where something changed is it made anew."""
    with connection.cursor() as cursor:
        cursor.execute(_STAMP)
        stamp = cursor.fetchone()
    assert stamp is not None
    with _lock:
        if stamp not in _held:
            _held.clear()
            _held[stamp] = make_reader(live(Kind.TOPIC), live(Kind.NATURE))
        return _held[stamp]


def make_reader(topic: Version | None, nature: Version | None) -> Reader:
    """The reader as it would be with these models."""
    rows = list(topics())
    spoken = {
        code: Phrases({topic.slug: topic.words.get(code, []) for topic in rows})
        for code in {code for row in rows for code in row.words}
    }
    return Reader(
        words={"": Phrases({row.slug: row.all_words() for row in rows}), **spoken},
        canonical=canonical_slugs(),
        limits={row.slug: limits for row in rows if (limits := limits_of(row))},
        topic_model=model_of(topic) if topic else None,
        topic_version=topic.pk if topic else 0,
        nature_model=model_of(nature) if nature else None,
        nature_version=nature.pk if nature else 0,
    )


def limits_of(topic: Topic) -> Thresholds | None:
    """The thresholds that people have set."""
    if topic.apply_from is None and topic.suggest_from is None:
        return None
    apply = topic.apply_from if topic.apply_from is not None else 1.01
    suggest = topic.suggest_from if topic.suggest_from is not None else apply / 2
    return Thresholds(apply, min(apply, suggest))


def model_of(version: Version) -> "Model":
    """The model itself, kept in memory; at most three."""
    if version.sha256 not in _models:
        from ..engine import Model  # noqa: PLC0415 - numpy, which only who reads by a model needs

        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model"
            path.write_bytes(storage.read(version.sha256))
            found = Model.load(path)
        while len(_models) >= 3:
            _models.pop(next(iter(_models)))
        _models[version.sha256] = found
    return _models[version.sha256]


def live(kind: str) -> Version | None:
    """The version that decides now; None where words do."""
    tenure = Tenure.objects.filter(kind=kind, until=None).select_related("version").first()
    return tenure.version if tenure else None
