"""Surge mode: what it changes, that it all goes back, and the rule that switches it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hustings.constituents.insight.actions.letters import Matter, count_letters
from hustings.constituents.topics.actions.taxonomy import ensure_taxonomy
from hustings.constituents.topics.models import Topic
from hustings.foundation.access.models import AuditEntry, Membership
from hustings.foundation.automation.models import Notice
from hustings.foundation.channels.actions.accounts import make_mailbox
from hustings.foundation.channels.models import Outgoing
from hustings.service.correspondence.registry import acknowledgement_in, answers_in
from hustings.service.desk.actions.counting import count_made
from hustings.service.desk.actions.taking import take_next
from hustings.service.desk.models import Inquiry, Presence, Queue, QueueRule
from hustings.service.desk.queries.routing import router
from hustings.service.desk.tests.cast import NOW, make_inquiry, make_user
from hustings.service.surge.actions import calling, planning, switching, watching
from hustings.service.surge.forms import steps_initial
from hustings.service.surge.models import CallIn, GiveWay, Plan, Sample, Surge
from hustings.service.surge.queries.standing import order, steps_at, surge_now
from hustings.service.surge.rules import Refused

MINUTE = timedelta(minutes=1)


def state():
    """What a surge may change, as others see it."""
    queues = dict(Queue.objects.order_by("pk").values_list("slug", "is_open"))
    where = dict(Inquiry.objects.order_by("pk").values_list("pk", "queue__slug"))
    return queues, where, acknowledgement_in("es"), acknowledgement_in("en"), answers_in("en")


@pytest.fixture
def extra(cast):
    queue = Queue.objects.create(name="Extra", slug="extra", team=cast.voters, is_open=False, position=1)
    QueueRule.objects.create(position=1, queue=queue, words=["ballot"])
    return queue


@pytest.fixture
def planned(cast, extra):
    said = {"en": "Many write today.", "es": "Hoy escribe mucha gente."}
    return planning.save_plan(
        actor=cast.ada, now=NOW, queues=[extra.pk], acknowledgements=said, teams=[cast.donors.pk, cast.voters.pk]
    )


def test_everything_it_changes_goes_back_and_is_in_the_trail(cast, extra, planned):
    make_inquiry(cast.help)
    before = state()
    surge = switching.begin_surge(actor=cast.dana, because="the polls opened", now=NOW)
    assert router().route([], "my ballot", "OH", "en").queue_id == extra.pk
    assert acknowledgement_in("es") == "Hoy escribe mucha gente."
    assert acknowledgement_in("fr") == "Many write today."
    late = make_inquiry(extra, subject="My mail ballot")
    count_made([late])
    switching.end_surge(actor=cast.dana, because="calm", now=NOW + MINUTE)
    late.refresh_from_db()
    assert late.queue == cast.help
    Inquiry.objects.filter(pk=late.pk).delete()
    assert state() == before
    assert surge_now() is None
    trail = list(AuditEntry.objects.filter(record_uid=surge.uid).order_by("id").values_list("action", "actor_id"))
    assert trail == [("surge.begun", cast.dana.pk), ("surge.ended", cast.dana.pk)]
    assert AuditEntry.objects.get(action="surge.begun").detail["queues"] == [extra.pk]
    assert AuditEntry.objects.get(action="surge.ended").detail["sent_on"] == 1


@pytest.mark.parametrize("needed", ["is_default", "is_crisis"])
def test_it_ends_also_where_its_queue_is_needed_at_all_times_by_then(cast, extra, planned, needed):
    switching.begin_surge(actor=cast.dana, because="", now=NOW)
    Queue.objects.filter(**{needed: True}).update(**{needed: False})
    Queue.objects.filter(pk=extra.pk).update(**{needed: True})
    waiting = make_inquiry(extra)
    switching.end_surge(actor=cast.dana, because="calm", now=NOW + MINUTE)
    assert surge_now() is None
    assert Queue.objects.get(pk=extra.pk).is_open
    assert Inquiry.objects.get(pk=waiting.pk).queue_id == extra.pk
    assert AuditEntry.objects.get(action="surge.ended").detail["left_open"] == [extra.pk]


def test_on_twice_is_on_once_and_volunteers_do_not_switch_it(cast, planned):
    first = switching.begin_surge(actor=cast.dana, because="", now=NOW)
    assert switching.begin_surge(actor=cast.ada, because="", now=NOW) == first
    with pytest.raises(Refused):
        switching.end_surge(actor=cast.june, because="", now=NOW)
    assert Surge.objects.filter(ended_at=None).count() == 1
    assert switching.end_surge(actor=cast.dana, because="", now=NOW) == first
    assert switching.end_surge(actor=cast.dana, because="", now=NOW) is None


def test_thanks_wait_and_how_to_vote_never_does(cast, planned):
    due = {"due_at": NOW - timedelta(hours=9)}
    thanks = make_inquiry(cast.help, nature="thanks", **due)
    both = make_inquiry(cast.help, nature="thanks", topics=["polling-place"], due_at=NOW + timedelta(hours=1))
    asked = make_inquiry(cast.help, nature="question", due_at=NOW + timedelta(hours=9))
    switching.begin_surge(actor=cast.dana, because="", now=NOW)
    assert [take_next(actor=cast.june, now=NOW) for _turn in range(4)] == [both, asked, thanks, None]


def test_what_was_merged_into_a_topic_that_never_gives_way_never_does(cast, planned):
    ensure_taxonomy(now=NOW)
    Topic.objects.filter(slug="taxes").update(canonical=Topic.objects.get(slug="polling-place"))
    due = {"due_at": NOW - timedelta(hours=9)}
    thanks = make_inquiry(cast.help, nature="thanks", **due)
    merged = make_inquiry(cast.help, nature="thanks", topics=["taxes"], due_at=NOW + timedelta(hours=1))
    switching.begin_surge(actor=cast.dana, because="", now=NOW)
    assert [take_next(actor=cast.june, now=NOW) for _turn in range(2)] == [merged, thanks]
    assert [order().has_way(topic, "thanks", 1) for topic in ("taxes", "guns")] == [False, True]


def test_without_a_surge_the_most_urgent_comes_first(cast):
    thanks = make_inquiry(cast.help, nature="thanks", due_at=NOW - timedelta(hours=9))
    asked = make_inquiry(cast.help, nature="question")
    assert [take_next(actor=cast.june, now=NOW) for _turn in range(2)] == [thanks, asked]


def test_the_next_step_gives_way_at_its_number_and_not_flutteringly(cast, planned):
    switching.begin_surge(actor=cast.dana, because="", now=NOW)
    numbers = [(100, 1), (8000, 2), (7000, 2), (6401, 2), (6399, 1), (7999, 1), (8000, 2)]
    assert [switching.set_steps(waiting=waiting, now=NOW) for waiting, _steps in numbers] == [n for _w, n in numbers]
    assert AuditEntry.objects.filter(action="surge.gave_way").count() == 3
    assert steps_at(order(), 0, 0) == 1


def test_the_order_is_refused_whole_for_a_step_that_names_nothing(cast):
    before = list(GiveWay.objects.values_list("name", flat=True))
    steps = [{"name": "Stories", "natures": ["story"]}, {"name": "Nothing", "natures": [], "topics": []}]
    with pytest.raises(Refused, match="Step 2"):
        planning.save_order(actor=cast.ada, steps=steps, now=NOW)
    assert list(GiveWay.objects.values_list("name", flat=True)) == before
    planning.save_order(actor=cast.ada, steps=steps[:1], now=NOW)
    assert list(GiveWay.objects.values_list("name", flat=True)) == ["Stories"]
    with pytest.raises(Refused):
        planning.save_plan(actor=cast.ada, now=NOW, waiting_on=100, waiting_off=100)


def test_the_rule_switches_it_and_a_persons_word_holds(cast, planned):
    planning.save_plan(actor=cast.ada, now=NOW, by_rule=True, arrivals_on=60, arrivals_off=30, minutes_on=5)
    at = NOW

    def minute(arrivals):
        nonlocal at
        at += MINUTE
        return watching.apply_rule(waiting=0, arrivals=arrivals, now=at)

    assert [bool(minute(70)) for _turn in range(6)] == [False] * 5 + [True]
    assert surge_now().began_by is None
    assert "over 60 a minute" in surge_now().because
    switching.end_surge(actor=cast.dana, because="I say so", now=at)
    assert not any(minute(70) for _turn in range(20))
    assert minute(10) is None
    assert [bool(minute(70)) for _turn in range(6)][-1] is True
    assert [bool(minute(10)) for _turn in range(31)][-1] is False
    assert Surge.objects.count() == 2
    assert Surge.objects.order_by("-pk")[0].ended_by is None


def test_a_team_is_told_once_and_those_who_are_on_are_not(cast, planned):
    make_mailbox(address="help@campaign.example", name="Campaign", language="en", is_default=True)
    Presence.objects.create(inquiry=make_inquiry(cast.gifts), user=cast.ines, at=NOW)
    gone = make_user("Gone Away", cast.donors, is_active=False)
    made = calling.call_in(actor=cast.dana, team=cast.donors, because="", now=NOW)
    assert made.told == 1
    assert [notice.user for notice in Notice.objects.all()] == [cast.sam]
    assert [mail.envelope_to for mail in Outgoing.objects.all()] == [cast.sam.email]
    with pytest.raises(Refused):
        calling.call_in(actor=cast.dana, team=cast.donors, because="", now=NOW + MINUTE)
    with pytest.raises(Refused):
        calling.call_in(actor=cast.june, team=cast.voters, because="", now=NOW)
    assert CallIn.objects.count() == 1
    assert not Notice.objects.filter(user=gone).exists()


def test_the_rule_calls_the_teams_in_order_while_it_does_not_clear(cast, planned):
    planning.save_plan(actor=cast.ada, now=NOW, calls_by_rule=True)
    count_letters([matter(cast.help.pk, NOW - MINUTE * 5) for _letter in range(20)])
    assert watching.call_by_rule(now=NOW) is None  # no surge
    switching.begin_surge(actor=cast.dana, because="", now=NOW)
    assert watching.call_by_rule(now=NOW).team == cast.donors
    assert watching.call_by_rule(now=NOW + MINUTE) is None
    assert watching.call_by_rule(now=NOW + MINUTE * 21).team == cast.voters
    assert watching.call_by_rule(now=NOW + MINUTE * 42) is None


def matter(queue_id, at, **more):
    return Matter(queue_id, at, at + timedelta(hours=4), at, True, None, None, **more)


def test_a_look_keeps_how_it_stood_and_can_be_done_again(cast, planned):
    count_letters([matter(cast.help.pk, NOW - MINUTE * 5) for _letter in range(7)])
    for _turn in range(2):
        watching.watch(now=NOW)
    assert list(Sample.objects.values_list("minute", "waiting", "people")) == [(NOW, 7, 0)]
    assert watching.arrivals_a_minute(NOW) == 0.7


def test_the_plans_page_keeps_what_is_written(cast, extra):
    client = Client()
    client.force_login(cast.ada)
    values = {
        "which": "plan", "arrivals_on": 80, "arrivals_off": 20, "waiting_on": 500, "waiting_off": 100, "minutes_on": 2,
        "minutes_off": 20, "queues": [extra.pk], "acknowledgement_es": "Gracias.", "teams": [cast.voters.pk],
        "clear_within": 3, "by_rule": "on",
    }  # fmt: skip
    assert client.post("/election-day/plan/", values).status_code == 302
    kept = Plan.objects.get()
    assert (kept.arrivals_on, kept.queues, kept.acknowledgements, kept.by_rule) == (
        80, [extra.pk], {"es": "Gracias."}, True,
    )  # fmt: skip
    bad = client.post("/election-day/plan/", {**values, "arrivals_off": 90, "acknowledgement_es": "Hi {{nobody}}"})
    assert bad.status_code == 422
    assert Plan.objects.get().arrivals_off == 20
    steps = {"which": "order", "step-TOTAL_FORMS": 2, "step-INITIAL_FORMS": 1, "step-0-name": "Thanks",
             "step-0-natures": ["thanks", "opinion"], "step-1-name": ""}  # fmt: skip
    assert client.post("/election-day/plan/", steps).status_code == 302
    assert list(GiveWay.objects.values_list("name", "natures")) == [("Thanks", ["thanks", "opinion"])]
    Membership.objects.create(user=cast.ada, team=cast.voters)
    client.force_login(cast.dana)
    assert client.get("/election-day/plan/").status_code == 403


def order_as_shown():
    """What the page sends back when nothing is changed."""
    shown = {f"step-{n}-{name}": value for n, one in enumerate(steps_initial()) for name, value in one.items() if value}
    count = len(steps_initial())
    return {"which": "order", "step-TOTAL_FORMS": count + 2, "step-INITIAL_FORMS": count, **shown}


@pytest.mark.parametrize(
    "wrong",
    [{"natures": ["thanks", "opinoin"]}, {"topics": ["mail-balot"]}, {"natures": "x" * 30}, {"from_waiting": 2**31}],
)
def test_what_the_order_names_is_known_or_refused_whole(cast, wrong):
    before = list(GiveWay.objects.values_list("name", "natures", "topics", "from_waiting", "never"))
    client = Client()
    client.force_login(cast.ada)
    bad = {f"step-0-{name}": value for name, value in wrong.items()}
    assert client.post("/election-day/plan/", {**order_as_shown(), **bad}).status_code == 422
    assert list(GiveWay.objects.values_list("name", "natures", "topics", "from_waiting", "never")) == before
    assert client.post("/election-day/plan/", order_as_shown()).status_code == 302
    assert list(GiveWay.objects.values_list("name", "natures", "topics", "from_waiting", "never")) == before
    plan = {"which": "plan", "arrivals_on": 2**31, "arrivals_off": 1, "waiting_on": 2**31, "waiting_off": 1}
    assert client.post("/election-day/plan/", plan).status_code == 422


def test_who_may_keep_a_freeze_is_asked_at_once_however_many_work_here(cast):
    client = Client()
    client.force_login(cast.ada)

    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/election-day/freeze/").status_code == 200
        return len(queries)

    asked()
    few = asked()
    for n in range(10):
        make_user(f"Lead{n} Person", cast.voters, roles=["lead"])
    assert asked() == few
