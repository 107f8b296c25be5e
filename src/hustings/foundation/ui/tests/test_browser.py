"""What the browser does with the pages: keys, drafts, undo, live updates; and that they are accessible."""

import re
import time

import pytest

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
# Every rule is asked; of those that are kept, axe tells nothing, which halves its time.
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"], "resultTypes": ["violations"]}
# What a scheme of colours changes; all else is as it was in the one before.
COLOURS = {**AXE, "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
# What comes up by and by is looked at when it is there: half of a colour has half of its contrast.
STILL = """() => Promise.all(document.getAnimations().filter(each => each.effect.getComputedTiming().endTime < 1000)
    .map(each => each.finished.catch(() => null))).then(() => null)"""
PAGES = ["/", "/?open=thread", "/page/", "/public/", "/plain/", "/ui/", "/behave/", "/error/404/", "/error/403_csrf/"]


@pytest.fixture(autouse=True)
def clean(served):
    served.switch("reset=1&broken=0")


def seen(served) -> dict:
    return served.switch("")


def faults(page, options=AXE) -> list[str]:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe.Axe().axe_script)
    page.evaluate(STILL)
    found = page.evaluate("options => axe.run(options).then(all => all.violations)", options)
    return [f"{fault['id']}: {[node['target'] for node in fault['nodes']]}" for fault in found]


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
@pytest.mark.parametrize("path", PAGES)
def test_pages_are_accessible_in_light_and_dark_and_keep_to_themselves(open_page, served, path, size) -> None:
    page = open_page(path, width=size[0], height=size[1], may_fail="error" in path)
    for scheme, asked in (("light", AXE), ("dark", COLOURS)):
        page.emulate_media(color_scheme=scheme)
        assert faults(page, asked) == [], scheme
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert [url for url in page.asked if not url.startswith(served.url)] == []


@pytest.mark.parametrize("path", ["/", "/page/", "/public/", "/ui/"])
def test_at_200_percent_nothing_runs_off_the_page(open_page, path) -> None:
    page = open_page(path, width=720, height=450)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(
    "opener", ["[popovertarget=m1]", "[data-open-dialog=d1]", "[data-palette]", "[data-keys-help]"]
)
def test_what_opens_is_accessible_too(open_page, opener) -> None:
    page = open_page("/ui/")
    page.click(opener)
    expect(page.locator("[popover]:popover-open, dialog[open]").first).to_be_visible()
    assert faults(page) == []


def test_colours_forced_by_the_system_and_motion_reduced(open_page) -> None:
    page = open_page("/", forced_colors="active", reduced_motion="reduce")
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    assert page.locator(".dots i").first.evaluate("e => getComputedStyle(e).animationName") == "none"
    shown = "getComputedStyle(document.querySelector('.row.late .fuse'), '::after').backgroundColor"
    assert page.evaluate(shown) == page.evaluate("getComputedStyle(document.querySelector('#tt')).color")


def test_the_public_page_needs_no_script(open_page) -> None:
    page = open_page("/public/", java_script_enabled=False)
    expect(page.get_by_role("heading", name="Ask us anything")).to_be_visible()
    expect(page.get_by_role("link", name="Your state is missing")).to_have_attribute("href", "#bad_state")
    expect(page.get_by_role("link", name="Español")).to_have_attribute("href", re.compile(r"^/ui/language/es/"))


def test_the_error_summary_has_the_focus(open_page) -> None:
    page = open_page("/public/")
    expect(page.locator("[data-error-summary]")).to_be_focused()


def test_ctrl_k_finds_and_goes(open_page, served) -> None:
    page = open_page("/")
    page.keyboard.press("Control+k")
    page.keyboard.type("balloti")
    expect(page.get_by_role("option", name="Tessa Ballotine")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.wait_for_url("**/page/?tessa")


def test_the_palette_offers_only_what_this_page_can_do_and_shows_the_key(open_page) -> None:
    page = open_page("/behave/")
    page.keyboard.press("Control+k")
    page.keyboard.type("letter")
    option = page.get_by_role("option", name="Snooze the ballot letter")
    expect(option.locator("kbd")).to_have_text("H")
    expect(page.get_by_role("option", name="Seal the ballot letter")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.locator("#d")).to_be_visible()


def test_a_visitor_finds_nothing_in_the_palette(chromium, served) -> None:
    context = chromium.new_context()
    answer = context.request.get(f"{served.url}/ui/palette/?q=ballot", max_redirects=0)
    assert answer.status == 302
    context.close()


def test_a_form_sent_without_its_token_is_refused_in_words(chromium, served) -> None:
    context = chromium.new_context()
    answer = context.request.post(f"{served.url}/act/", form={"ids": "x"})
    assert answer.status == 403
    assert "Please send it once more" in answer.text()
    assert seen(served)["acts"] == []
    context.close()


def test_rows_by_keys_alone(open_page, served) -> None:
    page = open_page("/behave/")
    for key in "jxjx":
        page.keyboard.press(key)
    expect(page.locator("[data-chosen]")).to_have_text("2 chosen")
    page.keyboard.press("e")
    expect(page.locator("#row-one")).to_have_count(0)
    expect(page.locator("#row-three")).to_be_visible()
    assert seen(served)["acts"] == [["one", "two", "done"]]
    expect(page.locator(".toast")).to_contain_text("Closed")
    page.keyboard.press("z")
    expect(page.locator(".toast").last).to_contain_text("Put back")
    assert seen(served)["undone"] == [1]


def test_the_row_comes_back_and_says_why_when_the_server_says_no(open_page) -> None:
    page = open_page("/behave/", may_fail=True)
    page.click("#refused button")
    expect(page.locator(".toast.problem")).to_contain_text("Somebody else closed it. Your note is kept.")
    expect(page.locator(".toast.problem")).to_have_count(1)
    expect(page.locator("#refused")).to_be_visible()


def test_no_key_works_in_a_field_or_over_a_dialog(open_page) -> None:
    page = open_page("/behave/")
    page.locator("#text").press_sequentially("hej ?")
    expect(page.locator("#d")).to_be_hidden()
    expect(page.locator("#text")).to_have_value("hej ?")
    page.locator("#snooze").focus()
    page.keyboard.press("h")
    expect(page.locator("#d")).to_be_visible()
    page.locator("#d [data-close]").focus()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_hidden()


def test_single_keys_can_be_switched_off(open_page) -> None:
    page = open_page("/behave/")
    page.evaluate("document.body.dataset.keys = 'off'")
    page.keyboard.press("h")
    expect(page.locator("#d")).to_be_hidden()
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_visible()


def test_a_draft_is_saved_as_one_types(open_page, served) -> None:
    page = open_page("/behave/")
    page.locator("#text").press_sequentially("Dear Ruth")
    expect(page.locator("[data-draft-status]")).to_have_text("Saved")
    assert seen(served)["drafts"][-1] == "Dear Ruth"
    assert page.evaluate("localStorage.length") == 0


def test_a_draft_the_server_could_not_take_is_kept_and_comes_back(open_page, served) -> None:
    served.switch("broken=1")
    page = open_page("/behave/", may_fail=True)
    page.locator("#text").press_sequentially("Dear Ruth")
    expect(page.locator("[data-draft-status]")).to_have_text("Not saved, kept here")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(served.url + "/plain/")
    served.switch("broken=0")
    page.goto(served.url + "/behave/")
    expect(page.locator("#text")).to_have_value("Dear Ruth")
    expect(page.locator("[data-draft-status]")).to_have_text("Saved")
    assert seen(served)["drafts"][-1] == "Dear Ruth"


def test_a_closed_tab_still_sends_its_last_words(open_page, served) -> None:
    page = open_page("/behave/")
    page.locator("#text").fill("Last words")
    page.close(run_before_unload=True)
    poll(lambda: "Last words" in seen(served)["drafts"])


def test_writing_is_told_and_so_is_its_end(open_page, served) -> None:
    page = open_page("/behave/")
    page.locator("#text").press_sequentially("Dear")
    page.locator("#snooze").focus()
    # A page left before may still be saying good-bye.
    poll(lambda: [state for state in seen(served)["here"] if state != "gone"] == ["reading", "writing", "reading"])


def test_a_change_arrives_without_reload_and_eight_tabs_share_one_stream(open_page, served, chromium) -> None:
    page = open_page("/behave/")
    others = [page.context.new_page() for _ in range(7)]
    for other in others:
        other.goto(served.url + "/behave/")
    poll(lambda: seen(served)["streams"] == 1)
    page.bring_to_front()
    expect(page.locator("#count b")).to_have_text("0")
    page.context.request.post(
        f"{served.url}/act/", form={"ids": "x", "csrfmiddlewaretoken": token(page)}, headers=csrf(page)
    )
    served.switch("topic=queue:99")
    page.wait_for_timeout(300)
    expect(page.locator("#count b")).to_have_text("0")
    served.switch("topic=queue:12")
    expect(page.locator("#count b")).to_have_text("1")
    expect(page.locator("h1")).to_have_text("Behaviour")


def test_a_part_that_is_told_often_is_fetched_seldom_and_the_last_news_is_not_left_out(open_page, served) -> None:
    page = open_page("/behave/")
    expect(page.locator("body[data-stream=on]")).to_have_count(1)
    page.evaluate(
        "document.addEventListener('live', ({target, timeStamp}) => "
        "target.id === 'seldom' && (window.fetched ??= []).push(timeStamp), true)"
    )
    served.switch("topic=queue:14")
    poll(lambda: page.evaluate("window.fetched?.length") == 1)
    for _ in range(5):
        page.context.request.post(f"{served.url}/act/", form={"ids": "x"}, headers=csrf(page))
        served.switch("topic=queue:14")
    expect(page.locator("#seldom b")).to_have_text("5")
    first, second = page.evaluate("window.fetched")
    assert second - first >= 2000


def test_a_part_with_words_that_could_not_be_saved_is_fetched_once_they_are(open_page, served) -> None:
    served.switch("broken=1")
    page = open_page("/behave/", may_fail=True)
    expect(page.locator("body[data-stream=on]")).to_have_count(1)
    page.evaluate(
        "document.querySelector('draft-saver').parentElement.setAttribute('data-live', 'queue:12');"
        "document.addEventListener('live', ({target}) => "
        "target.querySelector?.('draft-saver') && (window.fetched = (window.fetched ?? 0) + 1), true)"
    )
    page.locator("#text").press_sequentially("Dear Ruth")
    page.locator("#text").blur()
    expect(page.locator("[data-draft-status]")).to_have_text("Not saved, kept here")
    page.context.request.post(f"{served.url}/act/", form={"ids": "x"}, headers=csrf(page))
    served.switch("topic=queue:12")
    expect(page.locator("#count b")).to_have_text("1")
    assert page.evaluate("window.fetched") is None
    served.switch("broken=0")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("[data-draft-status]")).to_have_text("Saved")
    poll(lambda: page.evaluate("window.fetched") == 1)


def test_a_list_that_fetches_itself_keeps_what_was_chosen_and_the_readers_place(open_page, served) -> None:
    page = open_page("/behave/")
    expect(page.locator("body[data-stream=on]")).to_have_count(1)
    for key in "jxj":
        page.keyboard.press(key)
    page.evaluate("document.getElementById('letters').dataset.old = '1'")
    served.switch("topic=queue:13")
    expect(page.locator("#letters[data-old]")).to_have_count(0)
    expect(page.locator("#row-one .row-x")).to_be_checked()
    expect(page.locator("[data-chosen]")).to_have_text("1 chosen")
    expect(page.locator("#row-two .row")).to_be_focused()


def test_words_kept_here_do_not_overwrite_newer_ones_of_the_server(open_page, served) -> None:
    page = open_page("/behave/")
    kept = '{"values": [["text", "Mine"]], "version": "1", "at": 1}'
    page.evaluate("kept => localStorage.setItem('draft:1:inquiry:1', kept)", kept)
    page.reload()
    expect(page.locator("#text")).to_have_value("")
    page.get_by_role("button", name="Bring them back").click()
    expect(page.locator("#text")).to_have_value("Mine")
    expect(page.locator("[data-draft-status]")).to_have_text("Saved")


def test_times_stay_true_without_reload(open_page) -> None:
    page = open_page("/behave/")
    expect(page.locator("#due time")).to_have_text("52 min left")
    page.evaluate(
        """() => {
            const one = document.querySelector('#due rel-time');
            one.setAttribute('datetime', new Date(Date.now() - 18 * 60000).toISOString());
            one.refresh(new Date());
        }"""
    )
    expect(page.locator("#due time")).to_have_text("18 min over")


def test_the_theme_chosen_is_drawn_by_the_server_at_once(open_page, served) -> None:
    page = open_page("/", scheme="light")
    page.click("[data-theme-switch]")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    html = page.context.request.get(served.url + "/page/").text()
    assert '<html lang="en" data-theme="dark">' in html
    page.click("[data-theme-switch]")
    assert page.evaluate("document.documentElement.dataset.theme") is None


def test_menus_by_arrow_keys(open_page) -> None:
    page = open_page("/")
    page.click("[popovertarget=more]")
    expect(page.get_by_role("menuitem", name="Merge with another")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("menuitem", name="Split off a message")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#more")).to_be_hidden()


def test_on_a_phone_the_rail_and_the_side_open_without_script(open_page) -> None:
    page = open_page("/?open=thread", width=390, height=844, java_script_enabled=False)
    expect(page.locator("#side")).to_be_hidden()
    page.click("[popovertarget=side]")
    expect(page.locator("#side")).to_be_visible()
    page = open_page("/", width=390, height=844, java_script_enabled=False)
    page.click(".tabs [popovertarget=rail]")
    expect(page.locator("#rail")).to_be_visible()


def token(page) -> str:
    return page.locator("meta[name=csrf]").get_attribute("content")


def csrf(page) -> dict[str, str]:
    return {"X-CSRFToken": token(page), "Referer": page.url}


def poll(condition) -> None:
    """Wait for what another process is about to have seen."""
    ends = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < ends, "it never came"
        time.sleep(0.05)
