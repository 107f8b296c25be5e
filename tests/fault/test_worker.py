"""`hustings worker`, killed while it reads what was delivered and works at jobs.

One in three is whole; of the others there are the loops that read alone, which are at it sooner.
"""

import json
import random
from pathlib import Path

from .house import Fork, House
from .letters import letter, letters
from .series import Series, say

EACH = 5  # kills to a lot of letters


def test_workers(house: House, chance: random.Random, kills: int, tmp_path: Path) -> None:
    handed: set[str] = set()

    def hand_over(name: str, count: int) -> None:
        lot = letters(f"{name}.", count, chance)
        lot |= {f"<{name}.again@b.example>": letter(f"{name}.again", chance)}
        path = tmp_path / "lot.json"
        path.write_text(json.dumps([raw.decode() for raw in lot.values()]))
        house.finish("store", path=str(path))
        handed.update(lot)

    def between() -> None:
        if series.killed % EACH == 0:
            hand_over(f"lot{series.killed}", 30)
        if series.killed % (3 * EACH) == 0:
            house.finish("start_job", word=f"word{series.killed}")

    def start() -> Fork:
        return house.fork("worker" if chance.random() < 1 / 3 else "worker_without_jobs")

    hand_over("first", 250)
    house.finish("work_off")
    series = Series(house, chance, start, at_once=2)
    series.run(kills, between=between)
    house.finish("work_off")
    told = house.check(handed)
    say(series, told["ledger"]["messages"])
    assert series.in_the_midst > (kills / 4 if kills >= 100 else 0)
    assert series.at["job"] > 0 or kills < 100
    assert told["ledger"]["messages"]["quarantined"] < len(handed) / 20
    for word, ended, wanted, looked_at, tagged, events, different, done in told["runs"]:
        assert ended, word
        assert wanted == looked_at, word
        assert tagged == events == different == done == wanted, word
