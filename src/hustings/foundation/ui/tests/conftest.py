import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import pytest

from hustings.foundation.ui import assets

from .chromium import ARGUMENTS, executable

SOURCE = Path(__file__).parents[4]


@dataclass(frozen=True)
class Served:
    url: str
    session: str

    def switch(self, query: str) -> dict:
        with urlopen(f"{self.url}/switch/?{query}") as answer:
            return json.load(answer)


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    """The test pages, served by a process of their own; no network but loopback."""
    if not (assets.DIST / "manifest.json").exists():
        pytest.skip("the browser assets are not built")
    env = {**os.environ, "PYTHONPATH": str(SOURCE)}
    process = subprocess.Popen(
        [sys.executable, "-m", "hustings.foundation.ui.tests.serve"], env=env, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        yield Served(f"http://127.0.0.1:{told['port']}", told["session"])
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="module")
def chromium(served: Served) -> Iterator:
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)
        except sync_api.Error as error:
            pytest.skip(f"no Chromium here: {str(error).splitlines()[0]}")
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium, served: Served) -> Iterator:
    """open_page(path, width=1440, height=900, scheme="light", **context) -> a page; fails on any error it logs."""
    contexts, faults = [], []

    def opened(
        path: str, *, width: int = 1440, height: int = 900, scheme: str = "light", may_fail: bool = False, **more
    ):
        context = chromium.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, **more)
        context.add_cookies([{"name": "sessionid", "value": served.session, "url": served.url}])
        contexts.append(context)
        page = context.new_page()
        page.asked = []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: said.type == "error" and not may_fail and faults.append(said.text))
        page.goto(served.url + path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []
