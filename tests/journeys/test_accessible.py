"""Every page that can be reached by one click from where the navigation leads, for everyone who may see it: axe finds
nothing, wide in light and dark, and nothing is wider than the window. So on a phone, but axe is asked there about what
the navigation leads to, or `ALSO` names, and not about what is one click further. Nobody keeps a list: what is in the
navigation, and what is linked from there, is looked at on the day it is made."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from .house import House
from .people import People

# Every rule is asked; of those that are kept, axe tells nothing, which halves its time.
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"], "resultTypes": ["violations"]}
# What a scheme of colours changes; all else is as it was in the one before.
COLOURS = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    "resultTypes": ["violations"],
}
# Who sees least comes first: what others see in the same way is looked at once.
PEOPLE = ("", "june.oduya", "theo.marsh", "marguerite.sole")
# What no link of the navigation leads to.
ALSO = {
    "": ("/ask/", "/ask/thanks/", "/sign-in/", "/answers/"),
    "june.oduya": ("/?view=all&q=ballot", "/desk/filters/", "/people/", "/settings/", "/feed/preferences/"),
    "theo.marsh": ("/letters/release/", "/letters/sealed/"),
    "marguerite.sole": ("/?view=all",),
}
# A file, another way to say the same page, or a page that does something when it is asked for.
NO_PAGE = re.compile(r"\.(csv|json|eml|txt|pdf|xml)$|/(export|raw|file|html|sign-out|logout)/|^/(live|api|static|u)/")
UID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
# Names of records where others have a uid.
NAMED = re.compile(r"^/(help|es/ayuda|settings/roles)/[^/]+/$")
QUEUE = re.compile(r"(?<=view=queue:)[^&]+")
# What comes up by and by is looked at when it is there: half of a colour has half of its contrast.
STILL = """() => Promise.all(document.getAnimations().filter(each => each.effect.getComputedTiming().endTime < 1000)
    .map(each => each.finished.catch(() => null))).then(() => null)"""
# What can be done with a letter stands in its head, and not below what is beside it.
WITHIN = """() => [...document.querySelectorAll(".th-h")].every(head => [...head.querySelectorAll(".acts > *")].every(
    each => each.getBoundingClientRect().right <= head.getBoundingClientRect().right + 1))"""
LINKS = "links => links.map(link => link.getAttribute('href'))"


def faults(page: Page, options: dict[str, Any] = AXE) -> list[str]:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe.Axe().axe_script)
    page.evaluate(STILL)
    found = page.evaluate("options => axe.run(options).then(all => all.violations)", options)
    return [f"{fault['id']}: {[node['target'] for node in fault['nodes']][:4]}" for fault in found]


def pattern(address: str) -> str:
    """Pages of one kind are one: whatever record, role or queue they show. A view of the desk is a page of its own."""
    parts = urlsplit(address)
    path = re.sub(r"(?<=/)\d+(?=/)", "#", UID.sub("*", parts.path))
    path = NAMED.sub(r"/\1/*/", path)
    return f"{path}?{QUEUE.sub('*', parts.query)}" if path == "/" else path


def linked(page: Page, within: str) -> list[str]:
    """Addresses of ours that stand there."""
    found = page.locator(f"{within} a[href^='/']").evaluate_all(LINKS)
    return [each.partition("#")[0] for each in found if not NO_PAGE.search(urlsplit(each).path)]


def pages(page: Page, who: str, seen: dict[str, bool]) -> Iterator[tuple[str, bool]]:
    """Goes to each page in turn and gives its address and whether it is near, that is, the navigation leads there or
    `ALSO` names it: those first, then those linked from them. What was `seen` as near is not gone to again, nor what is
    one click further now as before."""
    page.goto("/" if who else ALSO[who][0])
    starts = [*(linked(page, "#rail") if who else []), *ALSO[who]]
    further: list[str] = []
    for addresses in (starts, further):
        is_near = addresses is starts
        for address in addresses:
            if seen.get(pattern(address)) or (not is_near and pattern(address) in seen):
                continue
            seen[pattern(address)] = is_near
            answer = page.goto(address)
            assert answer is not None
            assert answer.status == 200, address
            expect(page.locator("main, [role=main]").first).to_be_visible()
            if is_near:
                further += [each for each in linked(page, "main") if urlsplit(each).path != "/"]
            yield address, is_near


@pytest.mark.parametrize(
    ("size", "schemes"),
    [((1440, 900), ("light", "dark")), ((390, 844), ("light",))],
    ids=["wide", "phone"],
)
def test_pages_are_accessible(house: House, people: People, size: tuple[int, int], schemes: tuple[str, ...]) -> None:
    wrong: list[str] = []
    seen: dict[str, bool] = {}
    for who in PEOPLE:
        page = people.come(who, width=size[0], height=size[1])
        for address, is_near in pages(page, who, seen):
            for scheme in schemes if is_near or len(schemes) > 1 else ():
                page.emulate_media(color_scheme=scheme)
                asked = AXE if scheme == schemes[0] else COLOURS
                wrong += [f"{address} {scheme}: {fault}" for fault in faults(page, asked)]
            if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
                wrong.append(f"{address}: wider than the window")
            if not page.evaluate(WITHIN):
                wrong.append(f"{address}: acts stand outside of the letter's head")
    assert len(seen) > 50
    assert {
        "/settings/roles/",
        "/settings/look/",
        "/settings/audit/",
        "/alerts/",
        "/settings/rules/",
        "/feed/",
    } <= seen.keys()
    assert not wrong, "\n".join(wrong)
