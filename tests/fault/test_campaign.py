"""`bench campaign`, small: all letters that were made are there, and every kind of page is served from them."""

import json
from pathlib import Path

from .test_agents import measured


def test_a_small_campaign(tmp_path: Path) -> None:
    found = measured("campaign", tmp_path, scale=0.0005, rounds=3)
    assert found["inquiries"] >= 2850
    assert found["letters"] == found["received"]
    assert (found["missing"], found["errors"]) == (0, 0)
    assert found["ledger_balances"]
    assert found["waiting"] == 40
    assert found["pages"].keys() >= {"inbox", "take_next", "open", "search_common", "search_phrase", "board"}
    assert all(page["p50_ms"] > 0 for page in found["pages"].values())
    assert min(found["disk_bytes"]["database"], found["memory_loading_bytes"], found["memory_serving_bytes"]) > 1 << 24
    assert json.loads((tmp_path / "out" / "campaign-0.0005.json").read_text()) == found
