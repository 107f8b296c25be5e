"""`hustings web`, killed while people write by the public form and volunteers take letters and answer them."""

import json
import random
from pathlib import Path

from hustings.project.bench.loopback import free_port

from .browsers import Agent, Browser, Writer
from .house import House
from .letters import as_mbox, letters
from .series import Series, say

WAITING = 600  # letters to be answered


def test_pages(house: House, chance: random.Random, kills: int, tmp_path: Path) -> None:
    """A letter whose thanks were shown is there once; what is done at the desk is whole or absent."""
    lot = letters("waits.", WAITING, chance)
    house.finish("take_file", path=as_mbox(tmp_path / "waiting.mbox", list(lot.values())), piece=100_000, workers=False)
    house.finish("sign_in", path=str(tmp_path / "sessions.json"))
    port = free_port()
    writer = Writer(port, random.Random(chance.random()))
    agents = [
        Agent(port, random.Random(chance.random()), session=session, email=email)
        for email, session in json.loads((tmp_path / "sessions.json").read_text()).items()
    ]
    people: list[Browser] = [writer, *agents]
    for one in people:
        one.start()
    series = Series(house, chance, lambda: house.fork("web", port=port))
    series.run(kills, met=lambda: min(len(writer.thanked), *(len(agent.sent) for agent in agents)) > kills / 40)
    for one in people:
        one.over.set()
    last = house.fork("web", port=port)  # for those who still wait for their answer
    for one in people:
        one.join(120)
        assert not one.is_alive()
    house.kill(last)
    house.finish("work_off")
    told = house.check(lot.keys() | writer.thanked)
    sent = {token for agent in agents for token in agent.sent}
    tried = {token for agent in agents for token in agent.tried}
    cut_short = sum(one.cut_short for one in people)
    say(
        series,
        f"{len(writer.thanked)} thanked, {len(told['replies'])} replies, {len(sent)} said so, {cut_short} cut short",
    )
    assert [fault for one in people for fault in one.odd] == []
    assert told["ledger"]["messages"]["duplicates"] == 0
    assert told["desk"] == {}
    assert sent <= set(told["replies"]) <= tried
    taken = {(uid, email) for uid, email in told["taken"]}
    assert {(uid, agent.email) for agent in agents for uid in agent.given} <= taken
    assert series.in_the_midst > (kills / 4 if kills >= 100 else 0)
    assert min(len(writer.thanked), len(sent)) > kills / 40
    assert cut_short > (kills / 4 if kills >= 100 else 0)
