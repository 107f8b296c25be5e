"""hustings topics: from files to figures, and what it refuses."""

import csv
import json
from pathlib import Path

import pytest

from hustings.project.tests.running import hustings

INSIDE = {"health": "hospital insurance medicare doctor clinic", "schools": "teacher classroom tuition pupil college"}


def letters(path: Path, *, start: int = 0, outside: int = 0, several: bool = False, more: str = "") -> Path:
    lines = ["text,topic"]
    for number in range(start, start + 80):
        for label, words in INSIDE.items():
            first, second = words.split()[number % 5], words.split()[(number // 5 + 1) % 5]
            lines.append(f"please tell {first} and {second} number {number % 7},{label}")
    lines += [f"the penguin plays umbrella {number % 9} violin,oos" for number in range(outside)]
    if several:
        lines += [f"a doctor and a teacher {number % 7},health|schools" for number in range(20)]
    path.write_text("\n".join(lines) + f"\n{more}")
    return path


def run(folder: Path, *arguments: str | Path) -> tuple[int, dict, str]:
    done = hustings(folder, "topics", *map(str, arguments), "--text", "text", "--label", "topic", "--json")
    return done.returncode, json.loads(done.stdout or "{}"), done.stderr


@pytest.mark.slow
def test_train_and_evaluate(tmp_path: Path) -> None:
    model, said = tmp_path / "m.model", tmp_path / "said.csv"
    code, trained, errors = run(tmp_path, "train", letters(tmp_path / "a.csv", outside=20), "--out", model)
    assert (code, errors) == (0, "")
    assert (trained["texts"], trained["labels"], trained["oos"], trained["several"]) == (180, 2, 20, False)
    assert trained["bytes"] == model.stat().st_size

    test = letters(tmp_path / "b.csv", start=3, outside=9, more="what about rain,weather\n,health\n")
    code, found, errors = run(tmp_path, "evaluate", model, test, "--predictions", said)
    assert (code, errors) == (0, "")
    assert list(found) == [
        *("accuracy", "macro_f1", "micro_f1", "coverage", "accuracy_when_sure", "oos_recall", "n"),
        *("per_second", "per_cpu_second", "threads", "unknown_labels"),
    ]
    assert (found["n"], found["threads"], found["unknown_labels"]) == (171, 1, {"weather": 1})
    with said.open() as stream:
        rows = list(csv.DictReader(stream))
    with test.open() as stream:
        truth = [row["topic"] for row in csv.DictReader(stream)]
    assert list(rows[0]) == ["label", "confidence", "abstained"]
    given = [None if row["abstained"] == "true" else row["label"] for row in rows]
    inside = [(label, due) for label, due in zip(given, truth, strict=True) if due != "oos"]
    assert found["accuracy"] == round(sum(label == due for label, due in inside) / len(inside), 4)
    assert found["accuracy"] > 0.9
    assert found["coverage"] == round(sum(label is not None for label, _ in inside) / len(inside), 4)
    assert found["oos_recall"] == round(sum(label is None for label in given[160:169]) / 9, 4)
    assert rows[-1]["abstained"] == "true"
    assert not (tmp_path / ".hustings").exists()


@pytest.mark.slow
def test_several_labels(tmp_path: Path) -> None:
    path = letters(tmp_path / "a.csv", several=True)
    code, trained, _ = run(tmp_path, "train", path, "--out", tmp_path / "m")
    assert (code, trained["several"]) == (0, True)
    code, found, _ = run(tmp_path, "evaluate", tmp_path / "m", path, "--details")
    assert (code, found["accuracy"] > 0.9) == (0, True)
    assert [each["label"] for each in found["classes"]] == ["health", "schools"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"text,label\na,b\n", "has no column topic"),
        (b"text,topic\na,b\n,b\n", "row 2, column text"),
        (b"text,topic\na,b\nc\xe9,b\n", "row 2, column text: byte 0xe9"),
        (b"text,topic\na,b\nc,b\n", "at least two labels"),
    ],
)
def test_a_bad_file_trains_nothing(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    code, answer, errors = run(tmp_path, "train", tmp_path / "a.csv", "--out", tmp_path / "m")
    assert (code, answer) == (1, {})
    assert words in errors
    assert "Traceback" not in errors
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_what_is_not_there(tmp_path: Path) -> None:
    path = letters(tmp_path / "a.csv")
    for arguments, words in [
        (("train", tmp_path / "b.csv", "--out", tmp_path / "m"), "cannot be read"),
        (("train", path, "--out", tmp_path / "no" / "m"), "There is no folder"),
        (("evaluate", tmp_path / "m", path), "No such file"),
        (("evaluate", path, path), "no model file"),
    ]:
        code, answer, errors = run(tmp_path, *arguments)
        assert (code, answer) == (1, {})
        assert words in errors
        assert "Traceback" not in errors
