"""What an inquiry is about: corrected, undone, filtered, ruled by, and told to programs."""

import csv
import io
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hustings.constituents.people.models import Vip
from hustings.constituents.topics.actions import reading
from hustings.constituents.topics.actions.reading import Reading, ToKeep
from hustings.constituents.topics.actions.taxonomy import ensure_taxonomy
from hustings.constituents.topics.announcements import ReadAnew
from hustings.constituents.topics.models import Label, Read, Topic, TopicMerge
from hustings.foundation.core import bus, records
from hustings.service.desk.actions.about import correct
from hustings.service.desk.actions.life import undo
from hustings.service.desk.forms import AboutForm
from hustings.service.desk.models import Inquiry, Queue, QueueRule
from hustings.service.desk.queries.lists import facets, filtered
from hustings.service.desk.queries.queues import try_rule
from hustings.service.desk.queries.routing import Router, router
from hustings.service.desk.queries.states import ListState, state_from

from .cast import NOW, Cast, make_inquiry

pytestmark = pytest.mark.django_db
GENERAL = Queue(id=1, name="General", is_default=True, position=9)
BALLOTS = Queue(id=2, name="Ballots", position=1)


@pytest.fixture
def read(cast: Cast) -> Inquiry:
    """A letter that words took for one about guns."""
    ensure_taxonomy(now=NOW)
    row = make_inquiry(cast.help, topics=["guns"], nature="opinion", urgency=0, last_message_id=7)
    reading.keep([ToKeep(row.pk, 7, NOW, "en", Reading(("guns",), ("border",), "opinion", 0, ""))])
    return row


def change_field(record: str, name: str) -> Any:
    """How rules and the API change it."""
    found = records.get(record)
    assert found is not None
    return next(field.change for field in found.fields if field.name == name)


def about(**facts: Any) -> dict[str, Any]:
    return {"topics": ["border"], "nature": "question", "urgency": 1, "stance": "against", **facts}


def test_a_correction_is_the_inquirys_own_and_a_lesson(cast: Cast, read: Inquiry) -> None:
    event = correct(actor=cast.june, inquiry=read, now=NOW, teaches=True, **about())
    read.refresh_from_db()
    assert (read.topics, read.nature, read.urgency, read.stance) == (["border"], "question", 1, "against")
    told = {row.field: (row.was, row.values, row.by, row.message_id) for row in Label.objects.all()}
    assert told == {
        "topic": (["guns"], ["border"], cast.june, 7),
        "nature": (["opinion"], ["question"], cast.june, 7),
        "urgency": (["0"], ["1"], cast.june, 7),
        "stance": ([], ["against"], cast.june, 7),
    }
    assert Read.objects.get().topics == ["guns"]  # what was read stays as it was read
    undo(actor=cast.june, event=event, now=NOW)
    read.refresh_from_db()
    assert (read.topics, read.nature, read.urgency, read.stance) == (["guns"], "opinion", 0, "")
    assert not Label.objects.filter(withdrawn_at=None).exists()


def test_one_field_alone_leaves_the_others(cast: Cast, read: Inquiry) -> None:
    correct(actor=cast.june, inquiry=read, now=NOW, teaches=True, topics=["border"])
    correct(actor=cast.june, inquiry=read, now=NOW, teaches=True, nature="press")
    read.refresh_from_db()
    assert (read.topics, read.nature) == (["border"], "press")
    assert sorted(Label.objects.values_list("field", flat=True)) == ["nature", "topic"]


def test_to_let_it_stand_is_a_lesson_too(cast: Cast, read: Inquiry) -> None:
    same = about(topics=["guns"], nature="opinion", urgency=0, stance="")
    assert correct(actor=cast.june, inquiry=read, now=NOW, teaches=True, **same) is None
    assert sorted(Label.objects.values_list("field", "values")) == [("nature", ["opinion"]), ("topic", ["guns"])]


def test_who_does_not_see_it_or_names_no_topic_of_ours_changes_nothing(cast: Cast, read: Inquiry) -> None:
    for actor, facts in ((cast.ines, about()), (cast.june, about(topics=["zeppelins"]))):
        with pytest.raises(PermissionDenied, match=r"[Nn]othing was changed"):
            correct(actor=actor, inquiry=read, now=NOW, **facts)
    read.refresh_from_db()
    assert (read.topics, Label.objects.count()) == (["guns"], 0)


def test_lists_are_narrowed_by_it_and_a_merged_topic_counts(cast: Cast, read: Inquiry) -> None:
    other = make_inquiry(cast.help, topics=["border"], nature="question", urgency=2)

    def found(**narrowed: str) -> set[int]:
        rows = filtered(cast.ada, ListState(view="open", **narrowed), NOW)
        return set(rows.values_list("pk", flat=True))

    assert found(topic="guns") == {read.pk}
    assert found(nature="question") == {other.pk}
    assert found(urgency="1") == {other.pk}
    assert found(urgency="1", topic="guns") == set()
    guns, border = Topic.objects.get(slug="guns"), Topic.objects.get(slug="border")
    TopicMerge.objects.create(topic=guns, into=border, at=NOW)
    Topic.objects.filter(pk=guns.pk).update(canonical=border)
    assert found(topic="border") == {read.pk, other.pk}
    counted = facets(cast.ada, ListState(view="open"), NOW)
    assert counted["topic"] == [("border", 2)]
    assert state_from({"urgency": "9", "topic": "guns"}).urgency == ""


@pytest.mark.parametrize(
    ("conditions", "said", "vip", "holds"),
    [
        ({"topics": ["guns"]}, Reading(topics=("guns", "border")), "", True),
        ({"topics": ["guns"]}, Reading(suggested=("guns",)), "", False),
        ({"natures": ["press", "question"]}, Reading(nature="press"), "", True),
        ({"natures": ["press"]}, Reading(nature=""), "", False),
        ({"urgency": 1}, Reading(urgency=2), "", True),
        ({"urgency": 2}, Reading(urgency=1), "", False),
        ({"vip": "any"}, Reading(), "clergy", True),
        ({"vip": "any"}, Reading(), "", False),
        ({"vip": "official"}, Reading(), "clergy", False),
        ({"topics": ["guns"], "words": ["hello"]}, Reading(topics=("guns",)), "", False),
    ],
)
def test_queue_rules_ask_for_it(conditions: dict[str, Any], said: Reading, vip: str, holds: bool) -> None:
    rule = QueueRule(queue_id=2, position=1, **conditions)
    routing = Router([GENERAL, BALLOTS], [rule]).route(["help@x.org"], "my letter", "OH", "en", said, vip)
    assert routing.queue_id == (2 if holds else 1)


def test_a_rule_for_a_topic_holds_for_what_was_merged_into_it_and_is_tried_first(cast: Cast, read: Inquiry) -> None:
    border = Topic.objects.get(slug="border")
    Topic.objects.filter(slug="guns").update(canonical=border)
    rule = QueueRule.objects.create(queue=cast.gifts, position=1, topics=["border"])
    assert router().route([], "x", "", "en", Reading(topics=("guns",))).queue_id == cast.gifts.pk
    assert try_rule(cast.ada, rule).matched == 1
    Vip.objects.create(kind="clergy", person=read.person, at=NOW)
    assert try_rule(cast.ada, QueueRule(queue=cast.gifts, position=1, vip="clergy")).matched == 1
    assert try_rule(cast.ada, QueueRule(queue=cast.gifts, position=1, vip="official")).matched == 0


def test_what_topics_rules_ask_for_is_asked_once_however_many_rules_there_are(
    cast: Cast, read: Inquiry, django_assert_num_queries: Any
) -> None:
    for place in range(4):
        QueueRule.objects.create(queue=cast.gifts, position=place, topics=["guns", "border"])
    with django_assert_num_queries(3):  # the rules, what each topic is read as, the queues
        router()
    QueueRule.objects.update(topics=[])
    with django_assert_num_queries(2):
        router()


def test_letters_read_anew_change_but_for_those_a_colleague_spoke_on(cast: Cast, read: Inquiry) -> None:
    spoken = make_inquiry(cast.help, topics=["guns"])
    Label.objects.create(inquiry_id=spoken.pk, message_id=1, field="topic", values=["guns"], at=NOW)
    by_rule = make_inquiry(cast.help, topics=["border", "guns", "taxes"])
    elsewhere = make_inquiry(cast.help, topics=["taxes"])
    rows = [read, spoken, by_rule, elsewhere]
    bus.announce(ReadAnew(["guns"], {row.pk: ["school-safety"] for row in rows}))
    found = dict(Inquiry.objects.values_list("pk", "topics"))
    assert [found[row.pk] for row in rows] == [
        ["school-safety"], ["guns"], ["border", "school-safety", "taxes"], ["taxes"],
    ]  # fmt: skip


def test_what_was_read_anew_locks_in_order_before_it_looks(cast: Cast, read: Inquiry) -> None:
    other = make_inquiry(cast.help, topics=["guns"])
    with CaptureQueriesContext(connection) as asked:
        bus.announce(ReadAnew(["guns"], {other.pk: ["school-safety"], read.pk: ["school-safety"]}))
    order = [line["sql"] for line in asked if "desk_inquiry" in line["sql"] or "topics_label" in line["sql"]]
    assert order[0].endswith('ORDER BY "desk_inquiry"."id" ASC FOR UPDATE OF "desk_inquiry"')
    assert '"topics_label"' in order[1]


def test_a_merged_topic_is_one_line_in_counts_side_pane_and_exports(cast: Cast, read: Inquiry) -> None:
    Topic.objects.filter(slug="guns").update(canonical=Topic.objects.get(slug="border"))
    Inquiry.objects.filter(pk=read.pk).update(topics=["guns", "border"])
    client = Client()
    client.force_login(cast.june)
    page = client.get(f"/i/{read.uid}/?view=open").content.decode()
    assert page.count("topic=border") == 1
    assert "topic=guns" not in page
    assert "Perhaps:" not in page
    rows = client.get("/?view=open&format=json").json()["inquiries"]
    assert [row["topics"] for row in rows] == [["border"]]
    lines = list(csv.DictReader(io.StringIO(client.get("/?view=open&format=csv").getvalue().decode("utf-8-sig"))))
    assert [line["topics"] for line in lines] == ["border"]


def test_a_rule_that_sets_it_teaches_nothing_and_hides_no_danger(cast: Cast, read: Inquiry) -> None:
    Read.objects.update(maybe="threat")
    client = Client()
    client.force_login(cast.june)
    for name, value in (("topic", ["border"]), ("nature", "press")):
        change_field("inquiry", name)(actor=cast.june, record=read, value=value, now=NOW)
    read.refresh_from_db()
    assert (read.topics, read.nature, Label.objects.count()) == (["border"], "press", 0)
    assert "Look first" in client.get(f"/i/{read.uid}/?view=open").content.decode()
    # Nor does a colleague's word on the topics: it says nothing of what the writer wants.
    correct(actor=cast.june, inquiry=read, now=NOW, teaches=True, topics=["border"])
    assert "Look first" in client.get(f"/i/{read.uid}/?view=open").content.decode()
    correct(actor=cast.june, inquiry=read, now=NOW, teaches=True, nature="complaint")
    assert "Look first" not in client.get(f"/i/{read.uid}/?view=open").content.decode()


def test_nothing_is_a_value_too(cast: Cast, read: Inquiry) -> None:
    Inquiry.objects.update(urgency=2, stance="for")
    for name in ("topic", "nature", "urgency", "stance"):
        read.refresh_from_db()
        change_field("inquiry", name)(actor=cast.june, record=read, value=None, now=NOW)
    read.refresh_from_db()
    assert (read.topics, read.nature, read.urgency, read.stance) == ([], "", 0, "")


def test_to_correct_it_offers_all_that_it_has(cast: Cast, read: Inquiry, django_assert_max_num_queries: Any) -> None:
    retired, merged = Topic.objects.get(slug="taxes"), Topic.objects.get(slug="energy")
    Topic.objects.filter(pk=retired.pk).update(retired_at=NOW)
    Topic.objects.filter(pk=merged.pk).update(canonical=retired)
    Inquiry.objects.filter(pk=read.pk).update(topics=["guns", "energy", "border", "climate", "deportation"])
    client = Client()
    client.force_login(cast.june)
    assert client.get(f"/i/{read.uid}/ask/about/").status_code == 200
    read.refresh_from_db()
    with django_assert_max_num_queries(4):
        form = AboutForm(inquiry=read)
        given = {one.name: "" if one.value() is None else one.value() for one in form}
    assert [given[name] for name in AboutForm.PLACES] == ["guns", "taxes", "border", "climate", "deportation"]
    assert client.post(f"/i/{read.uid}/about/", {**given, "nature": "press"}).status_code < 400
    read.refresh_from_db()
    assert (read.topics, read.nature) == (["guns", "taxes", "border", "climate", "deportation"], "press")
    assert Label.objects.get(field="topic").values == read.topics
    bare = AboutForm(inquiry=make_inquiry(cast.help, topics=["guns"]))
    assert [one.name for one in bare.topic_fields()] == ["first", "second", "third"]


def test_it_is_shown_and_corrected_on_the_page(cast: Cast, read: Inquiry) -> None:
    Vip.objects.create(kind="clergy", person=read.person, at=NOW)
    client = Client()
    client.force_login(cast.june)
    page = client.get(f"/i/{read.uid}/?view=open").content.decode()
    for words in ("What it is about", "Guns", "Perhaps:", "The border and asylum", "Clergy", "Read by words"):
        assert words in page, words
    assert client.get(f"/i/{read.uid}/ask/about/").status_code == 200
    given = {"first": "border", "second": "", "third": "", "nature": "press", "urgency": "2", "stance": ""}
    assert client.post(f"/i/{read.uid}/about/", {**given, "first": "zeppelins"}).status_code == 422
    assert not Label.objects.exists()
    client.post(f"/i/{read.uid}/about/", given)
    read.refresh_from_db()
    assert (read.topics, read.nature, read.urgency) == (["border"], "press", 2)
    page = client.get(f"/i/{read.uid}/?view=open").content.decode()
    assert "said what it is about: The border and asylum, Press" in page
    assert "Said by June Oduya" in page
    listed = client.get("/?view=open&topic=border").content.decode()
    assert "The border and asylum" in listed
    assert client.get("/desk/filters/?view=open").status_code == 200
    rows = client.get("/?view=open&nature=press&format=json").json()["inquiries"]
    assert [(row["topics"], row["nature"], row["urgency"]) for row in rows] == [(["border"], "press", 2)]
