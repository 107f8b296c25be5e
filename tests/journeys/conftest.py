"""One whole Hustings as its users have it, and people with browsers in front of it.

All journeys of one worker share it (the first that asks starts it), so each speaks of letters of its own and none asks
what else is there. What a page logs as an error, asks of another origin, or the server answers with 5xx, fails the
journey.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from .house import House
from .people import People

HERE = Path(__file__).parent


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest go first, one on each of two workers, which take a half each: begun last, everyone would wait."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)
    long = [item for item in items if item.path.name == "test_accessible.py"]
    others = [item for item in items if item not in long]
    half = len(others) // 2
    items[:] = [*long[:1], *others[:half], *long[1:], *others[half:]]


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory, launch_browser: Callable[..., Any]) -> Iterator[House]:
    """Database, web, worker and mail of the sample campaign with few letters. Needs a browser, so asks for it first."""
    running = House(tmp_path_factory.mktemp("journeys"))
    try:
        running.wait_until_ready()
        yield running
    finally:
        left = running.stop()
    assert left == {}, f"still running after it was stopped: {left}"


@pytest.fixture
def people(house: House, browser: Any) -> Iterator[People]:
    """Browsers, each somebody's own."""
    crowd = People(house, browser)
    yield crowd
    faults = crowd.leave()
    assert not faults, "\n".join(faults)
