"""`hustings bench grouping` reads the caller's own file, and says of a wrong one what is wrong with it."""

import csv
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hustings.project.bench.grouping import NoTexts, run
from hustings.project.cli.bench import app


def test_it_asks_for_the_file() -> None:
    asked = CliRunner().invoke(app, ["grouping"])
    assert (asked.exit_code, "--texts" in asked.output) == (2, True)


def test_the_file_is_read_as_utf_8(tmp_path: Path) -> None:
    file = tmp_path / "few.csv"
    file.write_text("body\n" + "\n".join(["votación"] * 3), encoding="utf-8")
    told = CliRunner().invoke(app, ["grouping", "--texts", str(file)])
    assert told.exit_code != 0
    with pytest.raises(NoTexts, match=r"few\.csv holds 0 texts"):
        run(path=file, column="body", encoding="utf-8", seed=1)


def test_what_is_no_csv_is_told_so(tmp_path: Path) -> None:
    file = tmp_path / "huge.csv"
    file.write_text('body\n"' + "x" * 200_000 + '"\n', encoding="utf-8")
    before = csv.field_size_limit(100_000)  # of the whole process: another may have set one
    try:
        with pytest.raises(NoTexts, match=r"huge\.csv is no CSV that can be read: field larger than field limit"):
            run(path=file, column="body", encoding="utf-8", seed=1)
    finally:
        csv.field_size_limit(before)
