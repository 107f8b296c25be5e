"""The model file: a zip of one JSON page and plain arrays, each with its checksum.

Nothing in it can run: arrays are read without pickle, nothing is compressed (so no small file grows large), and every
name, size, type and shape is checked before it is believed. The same model gives the same bytes.
"""

import hashlib
import io
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from .model import Model
from .prediction import Thresholds
from .vocabulary import Vocabulary

FORMAT, VERSION = "hustings topics model", 1
LARGEST = 1 << 30
LARGEST_PAGE = 64 << 20
_PAGE, _SEAL = "model.json", "model.sha256"
# name: (type in the file, number of axes)
_ARRAYS = {
    "word_weights": ("<f4", 1), "pairs": ("<i8", 1), "pair_weights": ("<f4", 1), "piece_weights": ("<f4", 1),
    "word_rows": ("<f2", 2), "pair_rows": ("<f2", 2), "piece_rows": ("<f2", 2),
    "bias": ("<f4", 1), "upper": ("<f4", 2), "upper_bias": ("<f4", 1),
}  # fmt: skip
_OF_VOCABULARY = {"word_weights", "pairs", "pair_weights", "piece_weights"}


class BadModel(ValueError):
    """The file is no model that can be used; says why."""


def save(model: Model, path: Path) -> None:
    """Write the file whole or not at all."""
    arrays = {name: _bytes_of(model, name) for name in _ARRAYS}
    page = {
        "format": FORMAT,
        "version": VERSION,
        "labels": model.labels,
        "several": model.several,
        "outside": model.outside,
        "temperature": model.temperature,
        "confidence": list(model.confidence),
        "thresholds": {label: [each.apply, each.suggest] for label, each in model.thresholds.items()},
        "words": model.vocabulary.words,
        "pieces": model.vocabulary.pieces,
        "unknown_weight": model.vocabulary.unknown_weight,
        "facts": model.facts,
        "sha256": {name: hashlib.sha256(content).hexdigest() for name, content in arrays.items()},
    }
    text = json.dumps(page, ensure_ascii=False, sort_keys=True).encode()
    entries = {_PAGE: text, _SEAL: hashlib.sha256(text).hexdigest().encode()}
    entries |= {f"{name}.npy": content for name, content in arrays.items()}
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with zipfile.ZipFile(beside, "w", zipfile.ZIP_STORED) as archive:
            for name, content in entries.items():
                archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def load(path: Path) -> Model:
    """Read a model. Raises BadModel, and FileNotFoundError where there is none."""
    if path.stat().st_size > LARGEST:
        raise BadModel(f"{path.name} is larger than a model may be ({LARGEST >> 20:,} MB)")
    try:
        with zipfile.ZipFile(path) as archive:
            entries = _entries(archive)
            page = _page(entries)
            arrays = {name: _array(name, entries[f"{name}.npy"], page) for name in _ARRAYS}
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError) as error:
        raise BadModel(f"{path.name} is no model file: {error}") from error
    try:
        model = _built(page, arrays)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadModel(f"{path.name} is no whole model: {error}") from error
    if wrong := _misfits(model):
        raise BadModel(f"{path.name} is no whole model: {wrong} does not fit the rest")
    return model


def _bytes_of(model: Model, name: str) -> bytes:
    array = getattr(model.vocabulary if name in _OF_VOCABULARY else model, name)
    content = io.BytesIO()
    np.save(content, np.ascontiguousarray(array, dtype=_ARRAYS[name][0]), allow_pickle=False)
    return content.getvalue()


def _entries(archive: zipfile.ZipFile) -> dict[str, bytes]:
    wanted = {_PAGE, _SEAL, *(f"{name}.npy" for name in _ARRAYS)}
    found = archive.infolist()
    if len(found) != len(wanted) or {entry.filename for entry in found} != wanted:
        raise BadModel("the file holds something else than a model")
    for entry in found:
        if entry.compress_type != zipfile.ZIP_STORED or entry.flag_bits & 1:
            raise BadModel(f"{entry.filename} is compressed or encrypted, which no model is")
        if entry.file_size > (LARGEST_PAGE if entry.filename == _PAGE else LARGEST):
            raise BadModel(f"{entry.filename} is too large")
    if sum(entry.file_size for entry in found) > LARGEST:
        raise BadModel("the parts are larger than a model may be")
    return {entry.filename: archive.read(entry) for entry in found}


def _page(entries: dict[str, bytes]) -> dict[str, Any]:
    if hashlib.sha256(entries[_PAGE]).hexdigest().encode() != entries[_SEAL]:
        raise BadModel("the checksum of model.json does not fit: the file was damaged or changed")
    try:
        page = json.loads(entries[_PAGE])
    except (ValueError, RecursionError) as error:
        raise BadModel(f"model.json cannot be read: {error}") from error
    if not isinstance(page, dict) or page.get("format") != FORMAT:
        raise BadModel("this is no topics model")
    if page.get("version") != VERSION:
        raise BadModel(f"the model is of version {page.get('version')!r}; this program reads version {VERSION}")
    return page


def _array(name: str, content: bytes, page: dict[str, Any]) -> Any:
    sums = page.get("sha256")
    if not isinstance(sums, dict) or hashlib.sha256(content).hexdigest() != sums.get(name):
        raise BadModel(f"the checksum of {name} does not fit: the file was damaged or changed")
    kind, axes = _ARRAYS[name]
    stream = io.BytesIO(content)
    try:
        if np.lib.format.read_magic(stream) != (1, 0):
            raise BadModel(f"{name} is written in a way no model is")
        shape, fortran, dtype = np.lib.format.read_array_header_1_0(stream)
    except ValueError as error:
        raise BadModel(f"{name} is no array: {error}") from error
    held = len(content) - stream.tell()
    if fortran or dtype.str != kind or len(shape) != axes or int(np.prod(shape, dtype=object)) * dtype.itemsize != held:
        raise BadModel(f"{name} has another type or shape than a model's")
    array = np.frombuffer(content, dtype, offset=stream.tell()).reshape(shape)
    if dtype.kind == "f" and not np.isfinite(array).all():
        raise BadModel(f"{name} holds figures that are none")
    return array.astype(np.float32 if dtype.kind == "f" else np.int64)


def _built(page: dict[str, Any], arrays: dict[str, Any]) -> Model:
    for name in ("labels", "words", "pieces"):
        if not isinstance(page[name], list) or not all(isinstance(each, str) for each in page[name]):
            raise TypeError(f"{name} is no list of texts")
        if len(set(page[name])) != len(page[name]):
            raise ValueError(f"{name} names something twice")
    vocabulary = Vocabulary(
        words=page["words"],
        pieces=page["pieces"],
        unknown_weight=float(page["unknown_weight"]),
        **{name: arrays[name] for name in _OF_VOCABULARY},
    )
    thresholds = {label: Thresholds(float(apply), float(suggest)) for label, (apply, suggest) in
                  page["thresholds"].items()}  # fmt: skip
    slope, offset = page["confidence"]
    rest = {name: array for name, array in arrays.items() if name not in _OF_VOCABULARY}
    return Model(
        labels=page["labels"],
        several=bool(page["several"]),
        outside=bool(page["outside"]),
        vocabulary=vocabulary,
        temperature=float(page["temperature"]),
        confidence=(float(slope), float(offset)),
        thresholds=thresholds,
        facts=dict(page["facts"]),
        **rest,
    )


def _misfits(model: Model) -> str:
    """The first part whose size or figures do not fit the others, or nothing."""
    vocabulary, hidden, classes = model.vocabulary, len(model.bias), len(model.labels) + model.outside
    words, pairs, pieces = len(vocabulary.words), len(vocabulary.pairs), len(vocabulary.pieces)
    fits = {
        "word_weights": vocabulary.word_weights.shape == (words,) and words > 0,
        "pairs": bool((np.diff(vocabulary.pairs) > 0).all()) and (not pairs or vocabulary.pairs[0] >= 0),
        "pair_weights": vocabulary.pair_weights.shape == (pairs,),
        "piece_weights": vocabulary.piece_weights.shape == (pieces,),
        "word_rows": model.word_rows.shape == (words, hidden),
        "pair_rows": model.pair_rows.shape == (pairs, hidden),
        "piece_rows": model.piece_rows.shape == (pieces, hidden),
        "upper": model.upper.shape == (hidden, classes) and hidden > 0,
        "upper_bias": model.upper_bias.shape == (classes,),
        "labels": bool(model.labels),
        "temperature": 0.01 <= model.temperature <= 100,
        "confidence": 0 < model.confidence[0] <= 100 and abs(model.confidence[1]) <= 100,
        "unknown_weight": 0 <= vocabulary.unknown_weight <= 1_000,
        "thresholds": set(model.thresholds) == set(model.labels),
    }
    return next((name for name, fit in fits.items() if not fit), "")
