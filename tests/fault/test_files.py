"""`hustings intake`, killed while it takes in files; and the processes that it starts to read them."""

import contextlib
import random
import time
from pathlib import Path

import psutil

from .house import Fork, House
from .letters import as_mbox, letters
from .series import Series, say

PIECE = 6000  # bytes: some dozen letters in each transaction


def test_intake_of_files(house: House, chance: random.Random, kills: int, tmp_path: Path) -> None:
    """Two of them share one file, as when somebody starts it a second time."""
    handed: set[str] = set()
    paths: list[str] = []

    def another_file() -> None:
        lot = letters(f"file{len(paths)}.", 200, chance)
        twice = chance.sample(list(lot.values()), 10)
        handed.update(lot)
        paths.append(as_mbox(tmp_path / f"{len(paths)}.mbox", [*lot.values(), *twice]))

    def start() -> Fork:
        # Sooner or later all of a file is taken in, or each of its letters is read alone since others were killed.
        if series.killed + series.ended >= 12 * len(paths):
            another_file()
        return house.fork("take_file", path=paths[-1], piece=PIECE, workers=False)

    series = Series(house, chance, start, at_once=2)
    series.run(kills)
    for path in paths:
        house.finish("take_file", path=path, piece=PIECE, workers=False)
    told = house.check(handed)
    say(series, told["ledger"]["messages"])
    assert series.in_the_midst > (kills / 4 if kills >= 100 else 0)
    assert told["ledger"]["messages"]["quarantined"] < len(handed) / 20


def test_the_processes_that_intake_starts(house: House, chance: random.Random, kills: int, tmp_path: Path) -> None:
    """Who started them goes on by itself."""
    handed: set[str] = set()
    killed = goes = 0

    def hit() -> int:
        """Pieces of files that were begun again."""
        return sum(1 for tries, _done in house.told()["pieces"] if tries > 1)

    # On a slow machine many are killed before they have begun with a piece: then some more are killed.
    while killed < kills or (killed < 10 * kills and hit() <= kills / 10):
        goes += 1
        lot = letters(f"pool{goes}.", 1500, chance)
        handed |= lot.keys()
        path = as_mbox(tmp_path / f"pool{goes}.mbox", list(lot.values()))
        fork = house.fork("take_file", path=path, piece=3 * PIECE, workers=True)
        killed += _kill_children(psutil.Process(fork.pid), chance, most=min(50, max(10, kills - killed)))
        assert house.reap(fork) == 0, house.said()
    told = house.check(handed)
    say(killed, "killed;", hit(), "pieces of files were begun again", told["ledger"]["messages"])
    assert hit() > kills / 10
    assert told["ledger"]["messages"]["quarantined"] < len(handed) / 20


def _kill_children(parent: psutil.Process, chance: random.Random, *, most: int) -> int:
    killed = 0
    with contextlib.suppress(psutil.NoSuchProcess):
        while killed < most and parent.status() != psutil.STATUS_ZOMBIE:
            time.sleep(chance.uniform(0.0, 0.12))
            if children := parent.children():
                chance.choice(children).kill()
                killed += 1
    return killed
