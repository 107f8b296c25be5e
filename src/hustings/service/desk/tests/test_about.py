"""What an inquiry is about: corrected, undone, filtered, ruled by, and told to programs."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from hustings.constituents.people.models import Vip
from hustings.constituents.topics.actions import reading
from hustings.constituents.topics.actions.reading import Reading, ToKeep
from hustings.constituents.topics.actions.taxonomy import ensure_taxonomy
from hustings.constituents.topics.announcements import ReadAnew
from hustings.constituents.topics.models import Label, Read, Topic, TopicMerge
from hustings.foundation.core import bus
from hustings.service.desk.actions.about import correct
from hustings.service.desk.actions.life import undo
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


def about(**facts: Any) -> dict[str, Any]:
    return {"topics": ["border"], "nature": "question", "urgency": 1, "stance": "against", **facts}


def test_a_correction_is_the_inquirys_own_and_a_lesson(cast: Cast, read: Inquiry) -> None:
    event = correct(actor=cast.june, inquiry=read, now=NOW, **about())
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
    correct(actor=cast.june, inquiry=read, now=NOW, topics=["border"])
    correct(actor=cast.june, inquiry=read, now=NOW, nature="press")
    read.refresh_from_db()
    assert (read.topics, read.nature) == (["border"], "press")
    assert sorted(Label.objects.values_list("field", flat=True)) == ["nature", "topic"]


def test_to_let_it_stand_is_a_lesson_too(cast: Cast, read: Inquiry) -> None:
    same = about(topics=["guns"], nature="opinion", urgency=0, stance="")
    assert correct(actor=cast.june, inquiry=read, now=NOW, **same) is None
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
    assert counted["topic"] == [("guns", 1), ("border", 1)] or counted["topic"] == [("border", 1), ("guns", 1)]
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


def test_letters_read_anew_change_but_for_those_a_colleague_spoke_on(cast: Cast, read: Inquiry) -> None:
    spoken = make_inquiry(cast.help, topics=["guns"])
    Label.objects.create(inquiry_id=spoken.pk, message_id=1, field="topic", values=["guns"], at=NOW)
    for row in (read, spoken):
        Read.objects.update_or_create(
            inquiry_id=row.pk, defaults={"message_id": 1, "at": NOW, "topics": ["school-safety"]}
        )
    bus.announce(ReadAnew([read.pk, spoken.pk]))
    read.refresh_from_db()
    spoken.refresh_from_db()
    assert (read.topics, spoken.topics) == (["school-safety"], ["guns"])


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
