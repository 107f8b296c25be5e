"""How well letters that share their text are found, on texts that people brought, with words changed; and how fast.

The texts come from a file of the caller's (one CSV column), since figures on generated letters say nothing of quality.
Texts that are near each other already are left out by a measure of their own: which single words they share.
"""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hustings.service.campaigns.engine.copies import as_sent, with_changes
from hustings.service.campaigns.engine.measuring import Copying, measure
from hustings.service.campaigns.engine.words import numbers_of

SHARES = (0.01, 0.05, 0.1, 0.2, 0.3, 0.4)
PRECISION, RECALL, AT = 0.99, 0.95, 0.3
LEAST_WORDS = 16
MOST_TEXTS = 1_000
NEAR = 0.5


class NoTexts(ValueError):
    """The file cannot be used, and why."""


def run(*, path: Path, column: str, encoding: str, seed: int) -> dict[str, Any]:
    """Pairwise precision and recall by share of words changed: `by_share` of the bare texts, `as_sent` of the same with
    greetings, names, signatures, paragraphs in another order, words of their own and quoted-printable damage.
    `reached`: both, of both, at three words in ten."""
    texts = _apart(_read(path, column, encoding))
    if len(texts) < 20:
        raise NoTexts(f"{path.name} holds {len(texts)} texts that are long and unlike enough; 20 are needed")
    half = len(texts) // 2
    by_share = [_at(texts, half, share, seed, with_changes) for share in SHARES]
    framed = [_at(texts, half, share, seed, as_sent) for share in SHARES]
    at, sent = (next(one for one in found if one["changed"] == AT) for found in (by_share, framed))
    return {
        "texts": half,
        "alone": len(texts) - half,
        "seed": seed,
        "precision": at["precision"],
        "recall": at["recall"],
        "as_sent_precision": sent["precision"],
        "as_sent_recall": sent["recall"],
        "per_second": min(int(one["per_second"]) for one in [*by_share, *framed]),
        "by_share": by_share,
        "as_sent": framed,
        "reached": all(one["precision"] >= PRECISION and one["recall"] >= RECALL for one in (at, sent)),
    }


def _at(texts: Sequence[str], half: int, share: float, seed: int, copying: Copying) -> dict[str, float]:
    found = measure(texts[:half], changed=share, seed=seed, alone=texts[half:], copying=copying)
    return {
        "changed": share,
        "letters": found.letters,
        "groups": found.groups,
        "precision": round(found.precision, 4),
        "recall": round(found.recall, 4),
        "per_second": round(found.per_second),
    }


def _read(path: Path, column: str, encoding: str) -> list[str]:
    try:
        with path.open(encoding=encoding, errors="replace", newline="") as file:
            sample = file.readline()
            file.seek(0)
            delimiter = ";" if sample.count(";") > sample.count(",") else ","
            rows = csv.DictReader(file, delimiter=delimiter)
            if column not in (rows.fieldnames or ()):
                there = ", ".join(filter(None, rows.fieldnames or ())) or "none"
                raise NoTexts(f"{path.name} has no column {column}; it has {there}")
            return [row[column] or "" for row in rows][: 20 * MOST_TEXTS]
    except OSError as error:
        raise NoTexts(f"{path} cannot be read: {error.strerror}") from None
    except csv.Error as error:
        raise NoTexts(f"{path.name} is no CSV that can be read: {error}") from None
    except LookupError:
        raise NoTexts(f"there is no encoding {encoding}") from None


def _apart(texts: Sequence[str]) -> list[str]:
    kept: list[tuple[str, frozenset[int]]] = []
    for text in texts:
        words = frozenset(numbers_of(text))
        if len(words) < LEAST_WORDS:
            continue
        if all(len(words & other) < NEAR * min(len(words), len(other)) for _text, other in kept):
            kept.append((text, words))
            if len(kept) == MOST_TEXTS:
                break
    return [text for text, _words in kept]
