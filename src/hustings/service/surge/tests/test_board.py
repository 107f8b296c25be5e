"""The board: its numbers are the counts', its page draws them, and only those who may see it do."""

import json
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hustings.constituents.insight.actions.letters import count_letters
from hustings.constituents.topics.actions.taxonomy import ensure_taxonomy
from hustings.constituents.topics.models import Topic
from hustings.foundation.core import clock
from hustings.service.desk.actions.answering import record_answer, take_back_answer
from hustings.service.desk.actions.counting import count_made
from hustings.service.desk.actions.life import close
from hustings.service.desk.models import Presence
from hustings.service.desk.tests.cast import NOW, make_inquiry, make_user
from hustings.service.incidents.actions.reporting import report
from hustings.service.surge.actions.freezing import begin_freeze
from hustings.service.surge.actions.switching import begin_surge
from hustings.service.surge.actions.watching import refresh_rising
from hustings.service.surge.models import CallIn, FrozenChange, GiveWay, Rising, Sample, Surge
from hustings.service.surge.queries.numbers import numbers, outlook
from hustings.service.surge.views import kept

from .test_surge import MINUTE, matter


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def test_the_numbers_are_those_of_the_letters(cast):
    rows = [
        make_inquiry(cast.help, opened_at=NOW - timedelta(minutes=20), topics=["mail-ballot"]),
        make_inquiry(cast.help, opened_at=NOW - timedelta(minutes=10), state_code="PA", due=-timedelta(hours=1)),
        make_inquiry(cast.gifts, opened_at=NOW - timedelta(minutes=45), nature="thanks", state_code="PA"),
    ]
    count_made(rows)
    record_answer(inquiry=rows[0], actor=cast.june, close=True, now=NOW - MINUTE * 2)
    report(actor=cast.june, kind="line", state_code="OH", at=NOW, now=NOW)
    Presence.objects.create(inquiry=rows[1], user=cast.june, at=NOW)
    found = numbers(NOW)
    seen = found.outlook
    assert (seen.waiting, seen.people, found.late, found.incidents) == (2, 1, 1, 1)
    assert (seen.coming, seen.left) == (pytest.approx(2 / 30), pytest.approx(1 / 30))
    assert found.waits.median == pytest.approx(18, rel=0.05)
    assert {one.key: (one.name, one.waiting, one.came, one.went) for one in found.matters} == {
        ("", ""): ("Not sorted yet", 1, 1, 0),
        ("", "thanks"): ("Thanks", 1, 1, 0),
    }
    assert {code: (tile.waiting, tile.incidents) for code, tile in found.tiles.items()} == {"PA": (2, 0), "OH": (0, 1)}


def test_a_merged_topic_is_one_line_of_the_board(cast):
    ensure_taxonomy(now=NOW)
    Topic.objects.filter(slug="early-voting").update(canonical=Topic.objects.get(slug="mail-ballot"))
    rows = [make_inquiry(cast.help, opened_at=NOW - MINUTE, topics=[slug]) for slug in ("early-voting", "mail-ballot")]
    count_made(rows)
    for row in rows:
        Presence.objects.create(inquiry=row, user=cast.june, at=NOW)
    found = numbers(NOW).matters
    assert [(one.key, one.waiting, one.came, one.people) for one in found] == [(("mail-ballot", ""), 2, 2, 2)]


def test_the_forecast_says_when_and_when_never(cast):
    count_letters([matter(cast.help.pk, NOW - timedelta(hours=3)) for _letter in range(30)])
    assert outlook(NOW).forecast.clears is None
    rows = [make_inquiry(cast.help, opened_at=NOW - timedelta(hours=3)) for _letter in range(3)]
    count_made(rows)
    Presence.objects.create(inquiry=rows[0], user=cast.june, at=NOW)
    for row in rows:
        record_answer(inquiry=row, actor=cast.june, close=True, now=NOW - MINUTE * 5)
    seen = outlook(NOW)
    assert (seen.left, seen.each) == (pytest.approx(0.1), pytest.approx(0.1))
    assert seen.forecast.clears == pytest.approx(300)
    Presence.objects.create(inquiry=rows[0], user=cast.theo, at=NOW)
    for ago in range(1, 31):
        Sample.objects.create(minute=NOW - MINUTE * ago, waiting=30, people=1)
    assert outlook(NOW).forecast.clears == pytest.approx(150)  # two are on now, one was


def test_what_leaves_by_the_thousand_says_nothing_of_how_fast_people_are(cast):
    """Two are answered by hand; fifty by one reply to many, three closed without an answer, one taken back."""
    rows = [make_inquiry(cast.help, opened_at=NOW - timedelta(hours=3)) for _letter in range(80)]
    count_made(rows)
    at, ago = {"actor": cast.june, "close": True}, NOW - MINUTE * 5
    for row in rows[:2]:
        record_answer(inquiry=row, now=ago, **at)
    for row in rows[2:52]:
        record_answer(inquiry=row, of_many=True, now=ago, **at)
    for row in rows[52:55]:
        close(actor=cast.june, inquiry=row, now=ago)
    record_answer(inquiry=rows[55], now=ago, **at)
    take_back_answer(inquiry=rows[55], actor=cast.june, answered_at=ago, now=NOW)
    Presence.objects.create(inquiry=rows[60], user=cast.june, at=NOW)
    seen = outlook(NOW)
    assert (seen.waiting, seen.left) == (25, pytest.approx(55 / 30))
    assert seen.each == pytest.approx(2 / 30)
    assert seen.forecast.clears == pytest.approx(25 * 15)


def test_a_topic_gives_way_by_its_letters_and_only_where_all_of_them_do(cast):
    """The order names the nature; the line of the board is the topic's."""
    rows = [make_inquiry(cast.help, topics=["mail-ballot"], nature="thanks", due=-timedelta(hours=1))]
    rows += [make_inquiry(cast.help, topics=["climate"], nature=nature) for nature in ("thanks", "question")]
    GiveWay.objects.filter(never=True).delete()
    count_made(rows)
    begin_surge(actor=cast.dana, because="", now=NOW)
    found = numbers(NOW)
    assert {one.key[0]: one.gives_way for one in found.matters} == {"mail-ballot": True, "climate": False}
    assert found.late == 0


def test_programs_and_the_table_get_every_line_and_the_page_nine(cast):
    now = clock.now()
    count_letters([matter(cast.help.pk, now - MINUTE, topic=f"topic-{n:02}") for n in range(12)])
    client = client_of(cast.dana)
    told = json.loads(client.get("/election-day/board.json").content)
    assert len(told["by_topic"]) == 12

    def shown(address):
        return re.findall(r"Topic \d\d", client.get(address).content.decode())

    assert [len(shown(address)) for address in ("/election-day/", "/election-day/?tables=1")] == [9, 12]


def test_the_board_says_how_much_was_changed_all_the_same(cast):
    freeze = begin_freeze(actor=cast.ada, kinds=["roles"], keepers=[cast.dana], now=NOW)
    for _turn in range(2):
        FrozenChange.objects.create(freeze=freeze, at=NOW, kind="roles", action="user.made")
    assert "2 changes let through" in client_of(cast.dana).get("/election-day/").content.decode()


def test_what_rises_is_found_in_its_county(cast):
    counties = (("PA", "42049"), ("OH", "39049"), ("TX", "48201"))

    def usual(at):
        for state, county in counties:
            for topic in ("polling-place", "mail-ballot"):
                yield from [matter(cast.help.pk, at, state_code=state, county_fips=county, topic=topic)] * 3

    for day in range(15):
        count_letters(list(usual(NOW - timedelta(days=day, minutes=10))))
    erie = matter(cast.help.pk, NOW - MINUTE * 4, state_code="PA", county_fips="42049", topic="polling-place")
    count_letters([erie] * 30)
    assert refresh_rising(now=NOW) == 1
    (cell,) = Rising.objects.get().cells
    assert [cell[name] for name in ("topic", "state_code", "county_fips", "count")] == [
        *("polling-place", "PA", "42049", 33)
    ]


def test_the_page_and_the_json_say_the_same(cast):
    now = clock.now()
    count_letters([matter(cast.help.pk, now - MINUTE * 5, state_code="OH") for _letter in range(12)])
    client = client_of(cast.dana)
    page = client.get("/election-day/?tables=1").content.decode()
    told = json.loads(client.get("/election-day/board.json").content)
    assert told["waiting"] == 12
    assert told["by_state"]["OH"]["waiting"] == 12
    assert "<b>12</b> waiting." in page
    assert "it does not clear" in page
    assert 'data-live="surge incidents:all"' in page
    assert client.get("/election-day/", headers={"HX-Request": "true"}).content.decode().startswith("<div")


def test_more_letters_ask_no_more_questions(cast):
    client, now = client_of(cast.dana), clock.now()

    def asked():
        kept.forget()
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/election-day/").status_code == 200
        return len(queries)

    asked()  # what a process reads once
    count_letters([matter(cast.help.pk, now - MINUTE) for _letter in range(10)])
    few = asked()
    count_letters([matter(cast.help.pk, now - MINUTE, state_code="OH") for _letter in range(1000)])
    assert asked() <= few + 2  # what is kept for some seconds may be asked again, and no more


def test_only_those_who_lead_or_protect_voters_see_it(cast):
    polly = make_user("Polly Vance", roles=["voter-protection"])
    assert client_of(polly).get("/election-day/").status_code == 200
    for path in ("/election-day/", "/election-day/board.json", "/election-day/freeze/"):
        assert client_of(cast.june).get(path).status_code == 403
    assert client_of(polly).post("/election-day/switch/").status_code == 403
    assert client_of(cast.june).post("/election-day/call/", {"team": str(cast.voters.uid)}).status_code == 403
    assert (Surge.objects.count(), CallIn.objects.count()) == (0, 0)


def test_switched_from_the_page(cast):
    client = client_of(cast.dana)
    on, off = {"to": "on", "because": "the polls opened"}, {"to": "off", "because": "calm"}
    assert '<input type="hidden" name="to" value="on">' in client.get("/election-day/").content.decode()
    assert client.post("/election-day/switch/", on).status_code == 302
    shown = client.get("/election-day/").content.decode()
    assert "the polls opened" in shown
    assert '<input type="hidden" name="to" value="off">' in shown
    client.post("/election-day/switch/", on)  # two who lead click at once: neither takes it back
    assert Surge.objects.filter(ended_at=None).count() == Surge.objects.count() == 1
    assert client.post("/election-day/switch/", {"to": "other"}).status_code == 422
    client.post("/election-day/switch/", off)
    client.post("/election-day/switch/", off)
    assert "Surge mode is off" in client.get("/election-day/").content.decode()
    assert (Surge.objects.filter(ended_at=None).count(), Surge.objects.count()) == (0, 1)
