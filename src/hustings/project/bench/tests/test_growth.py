"""The table and the plot of growth."""

from pathlib import Path
from typing import Any

import pytest

from hustings.project.bench.campaign.growth import BEGIN, END, KEPT, PLOT, NoMarks, write


def measured(scale: float, p95: float) -> dict[str, Any]:
    page = {"p50_ms": 5.0, "p95_ms": p95, "cpu_ms": {"web": 4.0, "database": 1.0}}
    return {
        "scale": scale, "inquiries": int(5_700_000 * scale), "people": 10, "letters": 70, "load_minutes": 1.5,
        "letters_per_second": 900, "disk_bytes": {"database": 1024**3}, "memory_loading_bytes": 1024**3,
        "memory_serving_bytes": 1024**3, "load": 0.5, "processors": 2, "pages": {"inbox": page},
    }  # fmt: skip


def test_sizes_measured_before_keep_their_column(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"Above\n{BEGIN}\nold\n{END}\nbelow\n")
    write(page, [measured(0.1, 20.0)])  # kept before jobs were told of
    rows = write(page, [{**measured(0.01, 10.0), "jobs_minutes": 0.25}])
    assert [row["scale"] for row in rows] == [0.01, 0.1]
    text = page.read_text()
    assert text.startswith(f"Above\n{BEGIN}\n")
    assert text.endswith(f"{END}\nbelow\n")
    assert "| | 0.01 of the campaign | 0.1 of the campaign |" in text
    assert "| what jobs they left, minutes | 0.2 |  |" in text
    assert "| inbox: p50 / p95 ms | 5 / 10 | 5 / 20 |" in text
    assert "| inbox: processor ms, web + database | 4 + 1 | 4 + 1 |" in text
    assert "old" not in text
    assert (tmp_path / PLOT).read_text().count("<circle") == 2


def test_a_page_without_a_place_is_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("Nothing here\n")
    with pytest.raises(NoMarks):
        write(page, [measured(0.1, 20.0)])
    assert page.read_text() == "Nothing here\n"
    assert not (tmp_path / KEPT).exists()
