"""`hustings worker`, killed while it erases people: before or after any one of its statements."""

import hashlib
import json
import random
import signal
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from .house import House
from .series import say


def _letter(number: int) -> bytes:
    letter = EmailMessage()
    letter["From"] = f"Zqerased{number} Zqname <zqerased{number}@b.example>"
    letter["To"] = "help@c.example"
    letter["Subject"] = f"Zqerased{number} asks"
    letter["Date"] = "Thu, 01 Oct 2026 12:00:00 +0000"
    letter["Message-ID"] = f"<zqerased{number}@b.example>"
    letter.set_content(f"Where do I vote early in my county, asks Zqerased{number}?")
    letter.add_attachment(_file(number), maintype="text", subtype="plain", filename=f"zqerased{number}.txt")
    return letter.as_bytes()


def _file(number: int) -> bytes:
    return f"a file of Zqerased{number}".encode()


def _told(house: House) -> dict[str, Any]:
    path = house.folder / "erasures.json"
    house.finish("tell_erasures", path=str(path), words="zqerased[0-9]+")
    return dict(json.loads(path.read_text()))


def test_erasing(house: House, chance: random.Random, kills: int, tmp_path: Path) -> None:
    """As many are erased as there are kills, each by a worker that is killed once. Number 0 is erased by one that is
    killed at no statement of its own, after it has told how many there are; the last one not at all."""
    killed = kills
    lot, counted = tmp_path / "lot.json", tmp_path / "counted"
    lot.write_text(json.dumps([_letter(number).decode() for number in range(killed + 2)]))
    house.finish("store", path=str(lot))
    house.finish("work_off")
    before = house.told()["ledger"]
    house.finish("begin_erasures", emails=["zqerased0@b.example"])
    assert house.reap(house.fork("erasing_worker", at=0, before=False, counted=str(counted))) == -signal.SIGKILL
    statements = int(counted.read_text())
    moments = []
    for number in range(1, killed + 1):
        house.finish("begin_erasures", emails=[f"zqerased{number}@b.example"])
        moments.append((chance.randint(1, statements), chance.random() < 0.5))
        fork = house.fork("erasing_worker", at=moments[-1][0], before=moments[-1][1])
        assert house.reap(fork) == -signal.SIGKILL, house.said()
    house.finish("work_off")
    told = _told(house)
    say(killed, "killed at", moments, "of", statements, "statements;", told["stones"][0])
    _is_whole(told, killed)
    assert told["ledger"]["messages"] == before["messages"]
    assert told["ledger"]["inquiries"]["opened"] == before["inquiries"]["opened"]


def _is_whole(told: dict[str, Any], killed: int) -> None:
    last = f"zqerased{killed + 1}"
    assert {word.lower() for words in told["found"].values() for word in words} == {last}
    assert told["ledger"]["balances"]
    assert told["erasures"] == ["done"] * (killed + 1)
    assert len(told["stones"]) == told["listed"] == told["audited"] == killed + 1
    # Nothing was counted twice or not at all, however often a step was begun again.
    assert all(counts == told["stones"][0] for counts in told["stones"])
    assert told["stones"][0]["correspondence.words"] == told["stones"][0]["correspondence.files"] == 1
    assert told["waiting"] == sorted(hashlib.sha256(_file(number)).hexdigest() for number in range(killed + 1))
    assert told["stored"] == []
