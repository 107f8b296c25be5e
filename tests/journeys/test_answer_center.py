"""The Answer Center as the public has it: with and without script, on a phone and wide, in two languages, by keyboard
alone, light enough, and without a cookie or anyone else's code."""

import re

import pytest
from playwright.sync_api import Page, expect

from .house import House
from .people import People
from .test_accessible import faults

BALLOT = "/help/register-to-vote/"


@pytest.mark.parametrize("width", [390, 1440])
def test_found_read_and_answered_without_script(house: House, people: People, width: int) -> None:
    page = people.come(width=width, height=844, java_script_enabled=False)
    page.goto("/help/")
    page.get_by_role("searchbox").fill("how do I regster to vote")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("register")
    page.get_by_role("link", name="How do I register to vote?").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How do I register to vote?")
    page.get_by_label("Show the answer for").select_option("AZ")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".for")).to_contain_text("Answer for Arizona")
    assert page.url.endswith("?state=AZ")
    page.get_by_label("Partly", exact=True).check()
    page.get_by_label("It is hard to follow").check()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("It is counted")
    assert page.context.cookies() == []


def test_questions_come_as_one_types_and_what_was_read_is_remembered_here(house: House, people: People) -> None:
    page = people.come(width=390, height=844)
    page.goto(BALLOT)
    page.goto("/help/")
    seen = page.locator("[data-seen-list]")
    expect(seen.get_by_role("link", name="How do I register to vote?")).to_be_visible()
    field = page.get_by_role("searchbox")
    field.press_sequentially("mail ballot", delay=15)
    box = page.locator(".hero .maybe")
    expect(box.get_by_role("link").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    seen.get_by_role("button", name="Clear the list").click()
    expect(seen).to_be_hidden()
    assert page.context.cookies() == []


def test_in_spanish_by_the_address(house: House, people: People) -> None:
    page = people.come(locale="en-US", java_script_enabled=False)
    page.goto("/help/register-to-vote/")
    page.get_by_role("banner").get_by_role("link", name="Español").click()
    assert page.url.endswith("/es/ayuda/register-to-vote/")
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.get_by_text("¿Respondió esto a su pregunta?")).to_be_visible()
    page.get_by_role("link", name="Pregúntenos").first.click()
    expect(page.locator("html")).to_have_attribute("lang", "es")


@pytest.mark.parametrize("width", [390, 1440])
def test_where_to_vote_and_asking_in_spanish_without_script(house: House, people: People, width: int) -> None:
    page = people.come(width=width, height=844, java_script_enabled=False)
    page.goto("/es/ayuda/lugar-de-votacion/")
    page.get_by_role("textbox").nth(0).fill("")
    page.get_by_role("main").get_by_role("button").last.click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_role("banner").get_by_role("link", name="Pregúntenos").click()
    page.get_by_role("banner").get_by_role("link", name="Respuestas").click()
    assert page.url.endswith("/es/ayuda/")
    page.get_by_role("searchbox").fill("boletas por correo")
    page.get_by_role("button", name="Buscar", exact=True).click()
    expect(page.locator(".hits").get_by_role("link").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.context.cookies() == []


def test_words_that_mean_the_same_are_found_by_the_next_reader(house: House, people: People) -> None:
    marguerite = people.come("marguerite.sole")
    marguerite.goto("/answers/synonyms/")
    field = marguerite.get_by_label("What means the same")
    field.fill(f"{field.input_value()}\nregister, enlist me")
    assert faults(marguerite) == []
    marguerite.get_by_role("button", name="Save", exact=True).click()
    expect(field).to_have_value(re.compile("register, enlist me"))
    page = people.come(java_script_enabled=False)
    page.goto("/help/search/?q=enlist+me")
    expect(page.get_by_role("link", name="How do I register to vote?").first).to_be_visible()


def test_by_keyboard_alone(house: House, people: People) -> None:
    page = people.come()
    page.goto("/help/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(3):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.type") == "search":
            break
    page.keyboard.type("polling place")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("polling place")


@pytest.mark.parametrize("path", ["/help/", BALLOT])
def test_light_still_and_alone(house: House, people: People, path: str) -> None:
    """Under 150 KB, nothing moves, no other origin (every page here is watched for that), no cookie."""
    page = people.come(width=390, height=844)
    weights: list[int] = []
    page.on("requestfinished", lambda request: weights.append(request.sizes()["responseBodySize"]))
    page.add_init_script(
        "window.moved=0;new PerformanceObserver(l=>{for(const e of l.getEntries())if(!e.hadRecentInput)moved+=e.value})"
        ".observe({type:'layout-shift',buffered:true})"
    )
    page.goto(path, wait_until="networkidle")
    assert sum(weights) < 150_000
    assert page.evaluate("window.moved") < 0.02
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.context.cookies() == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_axe_finds_nothing(house: House, people: People, width: int, scheme: str) -> None:
    page: Page = people.come(width=width, height=844, color_scheme=scheme)
    for path in (
        "/help/",
        "/help/register-to-vote/",
        "/help/search/?q=ballot",
        "/help/search/?q=zeppelin",
        "/help/polling-place/",
        "/help/about/register/",
        "/es/ayuda/",
    ):
        page.goto(path)
        assert faults(page) == [], path


def test_what_people_ask_and_what_they_sought_in_vain(house: House, people: People) -> None:
    theo = people.come("theo.marsh")
    theo.goto("/insight/")
    expect(theo.get_by_role("heading", name="What people ask")).to_be_visible()
    expect(theo.get_by_role("row", name="Ohio").first).to_be_visible()
    assert faults(theo) == []
    theo.goto("/insight/searches/")
    row = theo.get_by_role("row", name="bring my dog to vote")
    row.get_by_role("button", name="Write the answer").click()
    expect(theo.get_by_role("textbox").first).to_be_visible()
    theo.goto("/insight/searches/")
    expect(theo.get_by_role("row", name="bring my dog to vote")).to_have_count(0)
