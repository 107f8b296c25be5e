import csv
import io
import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hustings.constituents.people.models import Identifier, IdentifierKind
from hustings.foundation.access.models import AuditEntry, User
from hustings.foundation.core.clock import now
from hustings.service.desk.actions.answering import record_answer
from hustings.service.desk.actions.notes import write_note
from hustings.service.desk.models import Inquiry, SavedView
from hustings.service.desk.queries.lists import PAGE, burnt, facets, page_of, soon
from hustings.service.desk.queries.rail import own_counts, queue_lines
from hustings.service.desk.queries.search import words_of
from hustings.service.desk.queries.states import ListState, state_from
from hustings.service.desk.registry import registry
from hustings.service.desk.tests.cast import NOW, Cast, make_inquiry, make_person

PART = {"HX-Request": "true"}


def listed(user: User, **state: str) -> set[Inquiry]:
    return set(page_of(user, ListState(**state), NOW).rows)


def test_each_view_holds_its_own(cast: Cast) -> None:
    mine = make_inquiry(cast.help, assignee=cast.june)
    waiting = make_inquiry(cast.help)
    other = make_inquiry(cast.gifts)
    asleep = make_inquiry(cast.help, assignee=cast.june, status="snoozed", snoozed_until=NOW + timedelta(days=1))
    done = make_inquiry(cast.help, status="closed", closed_at=NOW)
    make_inquiry(cast.help, status="merged", merged_into=waiting)
    write_note(actor=cast.theo, inquiry=waiting, text="@June have a look", now=NOW)
    record_answer(inquiry=done, actor=cast.june, close=False, now=NOW)
    views = {
        "mine": {mine},
        "unassigned": {waiting},
        "queue:voter-help": {mine, waiting},
        "queue:donations": set(),
        f"team:{cast.voters.pk}": {mine, waiting},
        "open": {mine, waiting},
        "snoozed": {asleep},
        "mentions": {waiting},
        "sent": {done},
        "closed": {done},
        "all": {mine, waiting, asleep, done},
    }
    assert {view: listed(cast.june, view=view) for view in views} == views
    assert listed(cast.ines, view="all") == {other}
    counts = own_counts(cast.june)
    assert (counts.mine, counts.snoozed, counts.unassigned, counts.mentions) == (1, 1, 1, 1)
    assert [(line.queue, line.count) for line in queue_lines(cast.june)] == [(cast.help, 2)]


def test_filters_and_orders(cast: Cast) -> None:
    ohio = make_inquiry(cast.help, due=timedelta(hours=2), tags=["Ballot"], last_message_at=NOW - timedelta(hours=9))
    late = make_inquiry(cast.help, due=-timedelta(hours=1), state_code="GA", language="es", stage="answer")
    high = make_inquiry(
        cast.help, due=timedelta(hours=9), priority=1, assignee=cast.theo, opened_at=NOW - timedelta(days=9)
    )
    rows = page_of(cast.june, ListState(view="open"), NOW).rows
    assert rows == [high, late, ohio]
    assert page_of(cast.june, ListState(view="open", order="newest"), NOW).rows[-1] == ohio
    assert listed(cast.june, view="open", state="OH") == {ohio, high}
    assert listed(cast.june, view="open", tag="Ballot") == {ohio}
    assert listed(cast.june, view="open", lang="es") == {late}
    assert listed(cast.june, view="open", late="1") == {late}
    assert listed(cast.june, view="open", stage="answer") == {late}
    assert listed(cast.june, view="open", team=str(cast.voters.pk)) == {high, late, ohio}
    assert listed(cast.june, view="open", team=str(cast.donors.pk)) == set()
    assert listed(cast.june, view="open", who=str(cast.theo.pk)) == {high}
    assert listed(cast.june, view="open", who="none") == {ohio, late}
    assert listed(cast.june, view="open", before="2028-10-12") == {high}
    assert listed(cast.june, view="open", after="2028-10-12") == {ohio, late}
    found = facets(cast.june, ListState(view="open"), NOW)
    assert found["state"] == [("OH", 2), ("GA", 1)]
    assert found["tag"] == [("Ballot", 1)]


def test_the_fuse(cast: Cast) -> None:
    row = make_inquiry(cast.help, due=timedelta(hours=4))  # opened four hours ago
    assert (burnt(row, NOW), soon(row, NOW)) == (50, "")
    assert soon(row, NOW + timedelta(hours=3, minutes=1)) == "warn"
    assert soon(row, NOW + timedelta(hours=5)) == "late"
    assert burnt(row, NOW + timedelta(hours=5)) == 100
    row.status = "closed"
    assert (burnt(row, NOW), soon(row, NOW)) == (0, "")


@pytest.mark.parametrize("order", ["urgent", "newest"])
def test_pages_follow_without_gap_or_double(cast: Cast, order: str) -> None:
    person = make_person()
    made = [
        make_inquiry(
            cast.help, person=person, due=timedelta(minutes=n // 3), last_message_at=NOW - timedelta(minutes=n // 3)
        )
        for n in range(2 * PAGE + 7)
    ]
    state, seen, pages = ListState(view="open", order=order), [], 0
    while True:
        page = page_of(cast.june, state, NOW)
        seen += page.rows
        pages += 1
        if not page.next:
            break
        state = ListState(view="open", order=order, page=page.next)
    assert (pages, len(seen), set(seen)) == (3, len(made), set(made))
    assert page_of(cast.june, ListState(view="open", page="nonsense"), NOW).rows == seen[:PAGE] or order == "newest"


def test_search_takes_words_apart() -> None:
    words = words_of('tag:ballots in:"Columbus, OH" from:ruth after:2028-10-01 polling place odd:key')
    assert (words.tag, words.place, words.person, words.after) == ("ballots", "Columbus, OH", "ruth", "2028-10-01")
    assert words.free == "polling place odd:key"


def test_search_finds_people_tags_and_what_rooms_above_find(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    clement = make_person("Clement Abernathy", state_code="GA")
    Identifier.objects.create(person=clement, kind=IdentifierKind.EMAIL, value="clem@example.org")
    by_name = make_inquiry(cast.help, person=clement, status="closed")
    tagged = make_inquiry(cast.help, person=make_person("Walt Nygaard"), tags=["Clement"])
    worded = make_inquiry(cast.help, person=make_person("Priya Raman"))
    hidden = make_inquiry(cast.gifts, person=clement)
    find = Inquiry.objects.filter(pk=worded.pk).values_list("id", flat=True)
    monkeypatch.setattr(registry, "search_sources", [lambda user, words: find])
    assert listed(cast.june, view="all", q="clement") == {by_name, tagged, worded}
    assert hidden in listed(cast.ada, view="all", q="clement")
    assert by_name in listed(cast.june, view="all", q="clem@example.org")
    assert listed(cast.june, view="all", q="from:abernathy") == {by_name}
    assert listed(cast.june, view="all", q="tag:clement") == {tagged}
    assert listed(cast.june, view="all", q="before:2001-01-01") == set()


@pytest.mark.parametrize(
    ("query", "same"),
    [
        ({"view": "nowhere"}, ""),
        ({"view": "queue:"}, ""),
        ({"q": "ballot"}, "view=all&q=ballot"),
        (
            {"view": "open", "state": "oh", "order": "sideways", "late": "yes", "after": "2028-99-99"},
            "view=open&state=OH",
        ),
    ],
)
def test_an_address_that_makes_no_sense_still_shows_a_list(query: dict[str, str], same: str) -> None:
    assert state_from(query).query == same


@pytest.fixture
def june(cast: Cast, client: Client) -> Client:
    client.force_login(cast.june)
    return client


def test_the_list_as_page_part_json_and_csv(cast: Cast, june: Client) -> None:
    row = make_inquiry(
        cast.help, assignee=cast.june, person=make_person("=cmd()"), due=now() - NOW + timedelta(hours=1)
    )
    make_inquiry(cast.gifts, subject="A secret of others")
    assert june.get("/").headers["Location"] == "/?view=mine"
    page = june.get("/?view=mine")
    assert page.status_code == 200
    assert row.subject in page.content.decode()
    part = june.get("/desk/rows/?view=mine", headers={"HX-Request": "true"}).content.decode()
    assert f'id="row-{row.uid}"' in part
    assert "<html" not in part
    data = json.loads(june.get("/?view=all&format=json").content)
    assert [line["uid"] for line in data["inquiries"]] == [str(row.uid)]
    assert (data["count"], data["next"]) == (1, None)
    text = b"".join(june.get("/?view=all&format=csv").streaming_content).decode()  # type: ignore[attr-defined]
    lines = list(csv.DictReader(io.StringIO(text)))
    assert [(line["uid"], line["person"]) for line in lines] == [(str(row.uid), "'=cmd()")]
    assert [entry.action for entry in AuditEntry.objects.all()] == ["inquiries.exported"] * 2


def test_queries_do_not_grow_with_the_rows(cast: Cast, june: Client) -> None:
    counts = []
    june.get("/?view=mine")  # what is compiled once for all requests is there
    for _n in (1, 2):
        for _m in range(1 if not counts else 2):
            make_inquiry(cast.help, assignee=cast.june, tags=["a"], has_attachment=True)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert june.get("/?view=mine").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] < 40


@pytest.mark.parametrize(
    "view", ["mine", "unassigned", "mentions", "snoozed", "sent", "closed", "all", "queue:voter-help"]
)
def test_an_empty_list_says_what_is_next(cast: Cast, june: Client, view: str) -> None:
    page = june.get(f"/?view={view}")
    assert page.status_code == 200
    assert 'class="empty' in page.content.decode()


def test_a_lead_sees_the_desk_as_a_team_and_a_volunteer_only_their_own(cast: Cast) -> None:
    ours, theirs = make_inquiry(cast.help), make_inquiry(cast.gifts, assignee=cast.ines)
    done = make_inquiry(cast.gifts, status="closed", closed_at=NOW)
    team = str(cast.donors.pk)
    assert listed(cast.ada, view="open", team=team) == {theirs}
    assert listed(cast.ada, view="closed", team=team) == {done}
    assert listed(cast.ada, view="open") == {ours, theirs}
    assert listed(cast.dana, view="open", team=team) == set()  # another team's lead
    assert listed(cast.june, view="all", team=team) == set()
    assert state_from({"view": "open", "team": team}).query == f"view=open&team={team}"
    assert state_from({"view": "open", "team": "donors"}).query == "view=open"
    page = Client()
    page.force_login(cast.ada)
    shown = page.get("/desk/filters/", {"view": "open", "team": team}).content.decode()
    assert f'<option value="{team}" selected>Donations</option>' in shown
    assert "Donations" in page.get("/", {"view": "open", "team": team}).content.decode().partition('class="chips"')[2]
    page.post("/desk/views/", {"name": "Gifts", "query": f"view=open&team={team}"})
    assert SavedView.objects.get().query == f"view=open&team={team}"
    page.force_login(cast.june)
    assert 'id="f-team"' not in page.get("/desk/filters/?view=open").content.decode()


def test_filters_and_saved_views(cast: Cast, june: Client) -> None:
    make_inquiry(cast.help, assignee=cast.june, tags=["Ballot"])
    assert "Ballot" in june.get("/desk/filters/?view=mine").content.decode()
    kept = june.post("/desk/views/", {"name": "Ohio", "query": "view=open&state=OH&page=xyz"})
    assert kept.headers["Location"] == "/?view=open&state=OH"
    assert "Ohio" in june.get("/?view=mine").content.decode()
    shared = june.post("/desk/views/", {"name": "All", "query": "view=open", "team": cast.voters.pk}, headers=PART)
    assert shared.status_code == 422  # only leads give a team a view
    assert list(SavedView.objects.values_list("name", "team")) == [("Ohio", None)]
    uid = SavedView.objects.get().uid
    stranger = Client()
    stranger.force_login(cast.theo)
    assert stranger.post(f"/desk/views/{uid}/remove/").status_code == 404
    assert SavedView.objects.count() == 1
    june.post(f"/desk/views/{uid}/remove/")
    assert SavedView.objects.count() == 0


def test_a_line_shows_what_it_has_and_escapes_what_was_written(cast: Cast, client: Client) -> None:
    person = make_person(name='<b>Ruth</b> "R"', city="Columbus", state_code="OH")
    row = make_inquiry(
        cast.help, person=person, assignee=cast.theo, subject="<script>1</script>", snippet="a & b", language="es",
        urgency=2, has_attachment=True, is_crisis=False,
    )  # fmt: skip
    client.force_login(cast.june)
    page = client.get("/", {"view": "open", "state": "OH"}).content.decode()
    line = page[page.index(f'<li id="row-{row.uid}">') :].partition("</li>")[0]
    assert f'href="/i/{row.uid}/?view=open&amp;state=OH" hx-get="/i/{row.uid}/?view=open&amp;state=OH"' in line
    assert 'aria-label="Choose the conversation with &lt;b&gt;Ruth&lt;/b&gt; &quot;R&quot;"' in line
    assert "<strong>&lt;b&gt;Ruth&lt;/b&gt; &quot;R&quot;</strong><span>Columbus, OH</span>" in line
    assert '<span class="sub">&lt;script&gt;1&lt;/script&gt;</span><span class="say" lang="es">a &amp; b</span>' in line
    marks = ("Today", "With a file", "Not in English", "Sealed", "Done")
    assert [words for words in marks if f">{words}<" in line] == ["Today", "With a file", "Not in English"]
    assert f'title="{cast.theo.name}"' in line
    assert "aria-current" not in line
    beside = client.get(f"/i/{row.uid}/", {"view": "open"}).content.decode()
    assert 'hx-push-url="true" aria-current="true"><span class="ch">' in beside


def test_a_line_of_what_is_done_says_when_they_wrote(cast: Cast, client: Client) -> None:
    row = make_inquiry(cast.help, status="closed", closed_at=NOW, subject="", last_message_at=NOW)
    client.force_login(cast.june)
    page = client.get("/", {"view": "closed"}).content.decode()
    line = page[page.index(f'<li id="row-{row.uid}">') :].partition("</li>")[0]
    assert '<span class="sub">No subject</span>' in line
    assert f'<span class="left"><rel-time data-mode="short" datetime="{NOW.isoformat()}">' in line
    assert '<span class="vh">Done</span>' in line


def test_a_list_is_drawn_whatever_its_address_says(cast: Cast, client: Client) -> None:
    row = make_inquiry(cast.help, assignee=cast.june)
    client.force_login(cast.june)
    asked = {"view": "mine", "q": "", "at": "", "tag": "00000000-0000-0000-0000-000000000000"}
    assert client.get("/", asked).status_code == 200
    type(row).objects.filter(pk=row.pk).update(tags=[asked["tag"]])
    page = client.get("/", asked).content.decode()
    assert f'hx-get="/i/{row.uid}/?' in page
    assert f"tag={asked['tag']}" in page.partition(f'id="open-{row.uid}"')[2].partition(">")[0]
