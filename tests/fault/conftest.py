"""Processes are killed by kill -9 at random moments while they work, by a seed that is printed.

At least KILLS of each kind. HUSTINGS_FAULT_KILLS asks for another number of each, HUSTINGS_FAULT_SEED for other
moments.
"""

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from hustings.project.bench.receiving import Receiver

from .house import House

SEED = int(os.environ.get("HUSTINGS_FAULT_SEED", "20281107"))
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.fault)
            item.add_marker(pytest.mark.slow)


@pytest.fixture
def kills() -> int:
    """How many of a kind."""
    return int(os.environ.get("HUSTINGS_FAULT_KILLS", "200"))


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> random.Random:
    print(f"seed {SEED}")  # noqa: T201 (shown where the test fails)
    return random.Random(f"{SEED} {request.node.name}")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = House(tmp_path_factory.mktemp("fault"))
    try:
        yield made
    finally:
        made.stop()


@pytest.fixture
def receiver(tmp_path: Path, chance: random.Random) -> Iterator[Receiver]:
    running = Receiver(tmp_path, str(chance.random()))
    yield running
    running.stop()
