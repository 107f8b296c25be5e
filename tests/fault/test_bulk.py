"""Two bulk replies that overlap, at once, while the workers that write their letters and the senders that hand them
over are killed: each person gets at most one, by what the receiving server wrote down, and none is missing without
being counted."""

import json
import random
from collections import Counter
from pathlib import Path

from hustings.project.bench.receiving import Receiver

from .house import Fork, House
from .series import Series, say

ADMINISTRATOR = "ada@c.example"
AT_REST = {"sent", "uncertain", "covered", "out"}


def test_bulk_replies(house: House, chance: random.Random, kills: int, receiver: Receiver, tmp_path: Path) -> None:
    people = 3 * max(40, min(150, kills))
    house.finish("begin_bulk", people=people, administrator=ADMINISTRATOR)

    def start() -> Fork:
        if chance.random() < 0.6:
            return house.fork("keep_leaving")
        return house.fork("keep_handing_over", smtp=receiver.url)

    series = Series(house, chance, start, at_once=3)
    series.run(kills, met=lambda: series.at["leaving"] > 0)
    house.finish("end_bulk", smtp=receiver.url)
    path = tmp_path / "told.json"
    house.finish("tell_bulk", path=str(path))
    told, taken = json.loads(path.read_text()), receiver.taken()

    states = Counter(state for _bulk, state, *_rest in told["copies"])
    whys = Counter(why for _bulk, _state, why, *_rest in told["copies"] if why)
    say(series, dict(states), dict(whys), f"{len(taken)} letters arrived")
    assert told["balances"]
    assert told["replies_without_copy"] == told["answered_without_letter"] == []
    assert {state for _id, _count, state in told["wanted"]} == {"done"}

    # The receiving server's own word: no letter twice, and no person or address with two letters.
    assert set(taken.values()) == {1}
    whose = {message: (person, address) for *_, person, address, message, _out in told["copies"] if message}
    assert taken.keys() <= whose.keys()
    for place in (0, 1):
        assert set(Counter(whose[message][place] for message in taken).values()) == {1}

    # Everyone is accounted for: sent ones have arrived, and what nobody can know is counted as uncertain.
    assert states.keys() <= AT_REST
    assert sum(states.values()) == sum(count for _id, count, _state in told["wanted"])
    assert whys.keys() <= {"other_bulk"}
    sent = {message for _b, state, _w, _p, _a, message, _o in told["copies"] if state == "sent"}
    assert sent <= taken.keys()
    reached = {person for _b, state, _w, person, *_ in told["copies"] if state in ("sent", "uncertain")}
    assert reached == {person for _b, _s, _w, person, *_ in told["copies"]}
    assert whys["other_bulk"] > 0
    assert series.at["leaving"] > (kills / 8 if kills >= 100 else 0)
