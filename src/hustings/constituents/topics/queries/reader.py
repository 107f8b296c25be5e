"""The reader in force: the taxonomy's words and the live models, compiled once and kept until one of them changes."""

import logging
import tempfile
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from django.db import connection

from hustings.foundation.core import storage

from ..engine.phrases import Phrases
from ..engine.prediction import Wish
from ..engine.reading import Reader
from ..models import Kind, Tenure, Version
from .taxonomy import canonical_slugs, wholes

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
log = logging.getLogger(__name__)
_lock = Lock()


def reader() -> Reader:
    """As things are now: one small question, and only where something changed is it made anew. A model whose file
    cannot be read is logged and left out: no letter waits for it."""
    with connection.cursor() as cursor:
        cursor.execute(_STAMP)
        stamp = cursor.fetchone()
    assert stamp is not None
    with _lock:
        if stamp not in _held:
            _held.clear()
            _held[stamp] = make_reader(readable(live(Kind.TOPIC)), readable(live(Kind.NATURE)))
        return _held[stamp]


def make_reader(topic: Version | None, nature: Version | None) -> Reader:
    """The reader as it would be with these models."""
    rows = wholes()
    spoken = {
        code: Phrases({row.topic.slug: row.words(code) for row in rows})
        for code in {code for row in rows for one in row.members for code in one.words}
    }
    return Reader(
        words={"": Phrases({row.topic.slug: row.all_words() for row in rows}), **spoken},
        canonical=canonical_slugs(),
        wishes={row.topic.slug: Wish(row.topic.apply_from, row.topic.suggest_from) for row in rows},
        topic_model=model_of(topic) if topic else None,
        topic_version=topic.pk if topic else 0,
        nature_model=model_of(nature) if nature else None,
        nature_version=nature.pk if nature else 0,
    )


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


def readable(version: Version | None) -> Version | None:
    """The version, if its file can be read; None, and a line in the log, where it cannot."""
    if version is not None:
        try:
            model_of(version)
        except Exception:
            log.exception("model %s %s cannot be read: words decide until another goes live", version.kind, version.pk)
            return None
    return version


def live(kind: str) -> Version | None:
    """The version that decides now; None where words do."""
    tenure = Tenure.objects.filter(kind=kind, until=None).select_related("version").first()
    return tenure.version if tenure else None
