"""What all tests share: the browser, quick passwords. Their database is hustings.foundation.core.tests.database."""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings

from hustings.foundation.core.tests.database import TEMPLATE
from hustings.foundation.ui.tests import chromium


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """Each worker's database begins as a copy of the migrated one."""
    settings.DATABASES["default"].setdefault("TEST", {})["TEMPLATE"] = TEMPLATE


# How long an example takes is the machine's doing: a crowded one fails nobody's property.
hypothesis.settings.register_profile("house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("house")


def pytest_configure() -> None:
    # The product's own hasher is slow on purpose, and no test is about that.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]
    # How long a page may take to show what is expected, on a crowded machine: what never comes fails all the same.
    with suppress(ImportError):
        from playwright.sync_api import expect  # noqa: PLC0415  (it need not be there for tests without a browser)

        expect.set_options(timeout=30_000)


# Each takes a minute or more: begun last, one worker would wait for the other.
LONGEST = (
    "security/test_canary.py",
    "security/test_codes.py",
    "ui/tests/test_browser.py",
    "security/test_api_records.py",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever the order, the longest files are begun first. (A sort keeps the order of the rest.)"""

    def place(item: pytest.Item) -> int:
        return next((n for n, name in enumerate(LONGEST) if item.path.match(name)), len(LONGEST))

    items.sort(key=place)


def pytest_collection_finish() -> None:
    """Thousands of tests stay as they are to the end: nobody looks through them for garbage again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    arguments = {**browser_type_launch_args, "args": chromium.ARGUMENTS}
    if path := chromium.executable():
        arguments["executable_path"] = path
    return arguments


@pytest.fixture(scope="session")
def launch_browser(launch_browser: Callable[..., Any]) -> Callable[..., Any]:
    """Skips with the reason where there is no browser at all."""

    def launch(**arguments: Any) -> Any:
        try:
            return launch_browser(**arguments)
        except Exception as error:
            if "Executable doesn't exist" in str(error):
                pytest.skip("no browser: install Debian's chromium or run `playwright install chromium`")
            raise

    return launch


@pytest.fixture(scope="session", autouse=True)
def counts_wait() -> Iterator[None]:
    """Counts are written when a test says so: a thread that writes them every two seconds would write into whichever
    test is under way, and hold the database at the end."""
    from hustings.constituents.insight.actions.counting import Buffer  # noqa: PLC0415  (models need the apps)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Buffer, "start", lambda _self: None)
        yield


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real mail and other data beside the checkout, or a skip with the reason."""
    told = os.environ.get("HUSTINGS_TEST_DATA")
    folder = Path(told) if told else Path(__file__).resolve().parent.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no test data in {folder}: set HUSTINGS_TEST_DATA")
    return folder
