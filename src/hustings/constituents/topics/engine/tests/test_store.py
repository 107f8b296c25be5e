import io
import json
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hustings.constituents.topics.engine import BadModel, Model
from hustings.constituents.topics.engine.tests.letters import letters


@pytest.fixture(scope="session")
def saved(model, tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "topics.model"
    model.save(path)
    return path


def rewritten(saved, path, *, compression=zipfile.ZIP_STORED, **changed):
    """The model with entries changed (None: left out); names have __ for a full stop."""
    changed = {name.replace("__", "."): content for name, content in changed.items()}
    with zipfile.ZipFile(saved) as before, zipfile.ZipFile(path, "w", compression) as after:
        names = [*before.namelist(), *(name for name in changed if name not in before.namelist())]
        for name in names:
            content = changed[name] if name in changed else before.read(name)
            if content is not None:
                after.writestr(name, content)
    return path


def resealed(saved, path, arrays=None, **facts):
    """The model with other facts or arrays and checksums that fit them."""
    import hashlib  # noqa: PLC0415

    with zipfile.ZipFile(saved) as archive:
        page = json.loads(archive.read("model.json")) | facts
    changed = {}
    for name, content in (arrays or {}).items():
        page["sha256"][name] = hashlib.sha256(content).hexdigest()
        changed[f"{name}__npy"] = content
    text = json.dumps(page).encode()
    seal = hashlib.sha256(text).hexdigest().encode()
    return rewritten(saved, path, model__json=text, model__sha256=seal, **changed)


def bytes_of(array, **options):
    content = io.BytesIO()
    np.save(content, array, **options)
    return content.getvalue()


def test_a_model_read_back_says_the_same(model, saved):
    texts = [*letters(60, seed=3, elsewhere=9)[0], "", "words never seen: gasolinery"]
    assert Model.load(saved).predict(texts) == model.predict(texts)


def test_reading_and_writing_changes_no_byte(saved, tmp_path):
    Model.load(saved).save(tmp_path / "again")
    assert (tmp_path / "again").read_bytes() == saved.read_bytes()
    assert [each.name for each in tmp_path.iterdir()] == ["again"]


@given(place=st.integers(0), bit=st.integers(0, 7))
@settings(max_examples=40)
def test_a_changed_byte_is_noticed_or_means_nothing(model, saved, tmp_path_factory, place, bit):
    content = bytearray(saved.read_bytes())
    content[place % len(content)] ^= 1 << bit
    path = tmp_path_factory.mktemp("changed") / "model"
    path.write_bytes(bytes(content))
    try:
        read = Model.load(path)
    except BadModel:
        return
    assert read.predict(["the hospital"]) == model.predict(["the hospital"])


@pytest.mark.parametrize("content", [b"", b"PK", b"no zip at all", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_model(tmp_path, content):
    path = tmp_path / "model"
    path.write_bytes(content)
    with pytest.raises(BadModel):
        Model.load(path)


def test_a_cut_file_is_refused(saved, tmp_path):
    path = tmp_path / "model"
    path.write_bytes(saved.read_bytes()[:-200])
    with pytest.raises(BadModel):
        Model.load(path)


def test_objects_compression_and_strangers_are_refused(saved, tmp_path):
    evil = bytes_of(np.array([{"a": 1}], dtype=object), allow_pickle=True)
    for path, words in [
        (resealed(saved, tmp_path / "1", arrays={"bias": evil}), "type or shape"),
        (rewritten(saved, tmp_path / "2", compression=zipfile.ZIP_DEFLATED), "compressed"),
        (rewritten(saved, tmp_path / "3", evil__npy=b""), "something else"),
        (rewritten(saved, tmp_path / "4", bias__npy=None), "something else"),
        (rewritten(saved, tmp_path / "5", model__json=b"{}"), "checksum"),
        (rewritten(saved, tmp_path / "6", bias__npy=b""), "checksum"),
    ]:
        with pytest.raises(BadModel, match=words):
            Model.load(path)


def test_what_does_not_fit_together_is_refused(saved, tmp_path):
    hidden = len(Model.load(saved).bias)
    huge = bytes_of(np.zeros(4, np.float32)).replace(b"(4,)", b"(4000000000,)")
    endless = np.full(hidden, np.inf, np.float32)
    for number, (arrays, facts, words) in enumerate(
        [
            ({}, {"version": 99}, "version 99"),
            ({}, {"format": "other"}, "no topics model"),
            ({}, {"labels": ["one"]}, "does not fit"),
            ({}, {"labels": [1, 2, 3]}, "labels is no list"),
            ({}, {"labels": ["health", "health", "energy"]}, "twice"),
            ({}, {"temperature": 0}, "temperature"),
            ({}, {"temperature": float("nan")}, "temperature"),
            ({}, {"confidence": [1, float("nan")]}, "confidence"),
            ({}, {"thresholds": {}}, "thresholds"),
            ({}, {"words": ["only"]}, "does not fit"),
            ({"bias": bytes_of(np.zeros(3, np.float32))}, {}, "does not fit"),
            ({"bias": bytes_of(np.zeros(hidden))}, {}, "type or shape"),
            ({"bias": bytes_of(endless)}, {}, "figures that are none"),
            ({"bias": huge}, {}, "type or shape"),
            ({"pairs": bytes_of(np.array([5, 3], np.int64))}, {}, "pairs does not fit"),
        ]
    ):
        with pytest.raises(BadModel, match=words):
            Model.load(resealed(saved, tmp_path / str(number), arrays=arrays, **facts))


def test_no_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        Model.load(tmp_path / "nothing")
