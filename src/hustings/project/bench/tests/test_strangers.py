"""`hustings bench strangers` parts what is learnt from what is asked, and keeps strangers strange."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from hustings.project.bench.strangers import STRANGERS, NoTexts, drawn, run
from hustings.project.cli.bench import app

CLASSES = 20
KNOWN = [(f"known {label} {number}", f"class {label}") for label in range(CLASSES) for number in range(60)]
ASKED = [(f"asked {label} {number}", f"class {label}") for label in range(CLASSES) for number in range(4)]
FOREIGN = [[f"file {name} sentence {number}" for number in range(200)] for name in range(4)]


def kinds(texts: list[str]) -> set[str]:
    return {" ".join(text.split()[:2]).replace("asked", "known") for text in texts}


def test_classes_left_out_are_in_no_training() -> None:
    draw = drawn(KNOWN, ASKED, FOREIGN, share=0.6, most=50, seed=3)
    strange = [text for text, label in draw.learnt if label == "oos"]
    own = [text for text, label in draw.learnt if label != "oos"]
    assert (len(strange), len(own), len(draw.inside)) == (STRANGERS, 12 * 50, 12 * 4)
    seen, unseen = kinds(draw.strangers["near_seen"]), kinds(draw.strangers["near_unseen"])
    assert (len(seen), len(unseen)) == (4, 4)
    assert not kinds(own) & (seen | unseen)
    assert not kinds(strange) & unseen
    assert kinds(strange) >= kinds(draw.strangers["foreign_seen"])
    assert not kinds(strange) & kinds(draw.strangers["foreign_unseen"])
    learnt = {text for text, _ in draw.learnt}
    assert not learnt & {text for texts in draw.strangers.values() for text in texts}


def test_a_draw_is_its_seed() -> None:
    one, same, other = (drawn(KNOWN, ASKED, FOREIGN, share=0.6, most=50, seed=seed) for seed in (1, 1, 2))
    assert one == same
    assert one != other


def test_without_foreign_files_all_strangers_are_near() -> None:
    draw = drawn(KNOWN, ASKED, [], share=0.6, most=50, seed=1)
    assert sum(label == "oos" for _, label in draw.learnt) == STRANGERS
    assert draw.strangers["foreign_seen"] == draw.strangers["foreign_unseen"] == []


def test_what_cannot_be_used_is_told(tmp_path: Path) -> None:
    file = tmp_path / "few.csv"
    file.write_text("text,label\na b,one\nb c,two\n", encoding="utf-8")
    with pytest.raises(NoTexts, match="2 classes are too few"):
        run(learn=file, test=file, text="text", label="label", foreign=[], column="", share=0.5, most=9, seeds=[1])
    told = CliRunner().invoke(app, ["strangers", "--train", str(file), "--test", str(file), "--label", "topic"])
    assert told.exit_code != 0
