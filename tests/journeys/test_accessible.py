"""Every main page, for everyone who may see it, in light and dark, wide and on a phone: axe finds nothing."""

import pytest
from playwright.sync_api import Page, expect

from .house import House
from .people import People

# Every rule is asked; of those that are kept, axe tells nothing, which halves its time.
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"], "resultTypes": ["violations"]}
DESK = (
    "/?view=mine",
    "/?view=unassigned",
    "/?view=queue:voter-help",
    "/?view=all",
    "/?view=all&q=ballot",
    "/desk/filters/",
)
EVERYONE = (*DESK, "/letters/release/", "/people/", "/answers/", "/settings/", "/feed/", "/feed/preferences/")
LEADS = (
    "/settings/users/",
    "/settings/queues/",
    "/letters/set-aside/",
    "/letters/uncertain/",
    "/letters/ledger/",
    "/mailbox/",
)
SECURITY = ("/letters/sealed/",)
ADMINISTRATORS = (
    "/feed/fields/",
    "/feed/fields/inquiry/",
    "/settings/users/invite/",
    "/settings/teams/",
    "/settings/queues/new/",
    "/settings/queues/rules/new/",
    "/answers/new/",
)
WHO = {
    "": ("/ask/", "/ask/thanks/", "/sign-in/"),
    "june.oduya": EVERYONE,
    # What others see in the same way is looked at once.
    "theo.marsh": ("/?view=mine", "/letters/release/", *LEADS, *SECURITY),
    "marguerite.sole": ("/?view=all", "/settings/users/", *ADMINISTRATORS),
}


def faults(page: Page) -> list[str]:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe.Axe().axe_script)
    found = page.evaluate("options => axe.run(options).then(all => all.violations)", AXE)
    return [f"{fault['id']}: {[node['target'] for node in fault['nodes']][:4]}" for fault in found]


def followed(page: Page, who: str) -> list[str]:
    """Addresses that only the pages themselves know: a conversation, a person, an article."""
    if not who:
        return []
    found = []
    for start, link in (
        ("/?view=all", "#rows a.row"),
        ("/people/", "main a[href^='/people/0']"),
        ("/answers/", "main a[href^='/answers/0']"),
    ):
        page.goto(start)
        found.append(page.locator(link).first.get_attribute("href") or "")
    return found


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)], ids=["wide", "phone"])
@pytest.mark.parametrize("who", list(WHO), ids=lambda who: who or "public")
def test_pages_are_accessible(house: House, people: People, who: str, size: tuple[int, int]) -> None:
    page = people.come(who, width=size[0], height=size[1])
    wrong = []
    for address in [*WHO[who], *followed(page, who)]:
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        expect(page.locator("main, [role=main]").first).to_be_visible()
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            wrong += [f"{address} {scheme}: {fault}" for fault in faults(page)]
        if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
            wrong.append(f"{address}: wider than the window")
    assert not wrong, "\n".join(wrong)
