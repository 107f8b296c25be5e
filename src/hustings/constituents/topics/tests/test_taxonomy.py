"""The taxonomy: the starter, changes and their history, merges and splits that carry history over."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from hustings.constituents.topics import urls
from hustings.constituents.topics.actions import joining, reading
from hustings.constituents.topics.actions import taxonomy as actions
from hustings.constituents.topics.actions.reading import Reading, ToKeep
from hustings.constituents.topics.engine import natures
from hustings.constituents.topics.models import Area, Change, Label, Read, Topic
from hustings.constituents.topics.queries import taxonomy
from hustings.constituents.topics.registry import _sources, text_source
from hustings.constituents.topics.rules import NATURES, RESERVED, Refused, nature_after, phrases_of
from hustings.foundation.access.models import Role, User

pytestmark = pytest.mark.django_db
NOW = datetime(2028, 10, 19, 13, tzinfo=UTC)


@pytest.fixture
def lead() -> User:
    return User.objects.create(email="dana@example.org", name="Dana Kessler", roles=[Role.LEAD])


@pytest.fixture
def starter() -> None:
    actions.ensure_taxonomy(now=NOW)


def topic(slug: str) -> Topic:
    return Topic.objects.get(slug=slug)


def read_of(text: str, language: str = "en") -> tuple[str, ...]:
    return reading.read([text], languages=[language])[0].topics


def test_the_starter_is_loaded_once_in_two_languages(starter: None, lead: User) -> None:
    assert (Area.objects.count(), Topic.objects.count()) == (12, 69)
    for one in Topic.objects.all():
        assert set(one.names) == set(one.words) == set(one.examples) == {"en", "es"}, one.slug
        for words in one.words.values():
            assert phrases_of(",".join(words)) == [word.lower() for word in words]
    actions.retire(actor=lead, topic=topic("guns"), now=NOW)
    actions.ensure_taxonomy(now=NOW)
    assert not topic("guns").is_read
    assert taxonomy.version() == 2


@pytest.mark.parametrize(
    ("text", "language", "slug"),
    [
        ("I asked for my mail ballot three weeks ago and it has not come.", "en", "mail-ballot"),
        ("¿Dónde puedo votar el martes?", "es", "polling-place"),
        ("My insulin costs more than my rent.", "en", "drug-prices"),
        ("Deportaron a mi esposo el lunes.", "es", "deportation"),
    ],
)
def test_letters_are_read_by_its_words(starter: None, text: str, language: str, slug: str) -> None:
    assert slug in read_of(text, language)


def test_what_was_changed_is_read_from_the_next_letter_on_and_told(starter: None, lead: User) -> None:
    assert read_of("about the zeppelin") == ()
    row = topic("climate")
    words = {**row.words, "en": [*row.words["en"], "zeppelin"]}
    actions.save_topic(actor=lead, topic=row, words=words, now=NOW)
    assert read_of("about the zeppelin") == ("climate",)
    change = Change.objects.get(number=2)
    assert (change.kind, change.by, change.topic) == ("changed", lead, row)
    assert sorted(change.detail["became"]) == ["words"]
    actions.save_topic(actor=lead, topic=row, words=words, now=NOW)
    assert taxonomy.version() == 2  # nothing changed, no version


def test_a_volunteer_changes_nothing(starter: None) -> None:
    june = User.objects.create(email="june@example.org", name="June Oduya")
    with pytest.raises(Refused):
        actions.save_topic(actor=june, topic=topic("guns"), queue_hint="security", now=NOW)
    with pytest.raises(Refused):
        joining.merge_topics(actor=june, topic=topic("guns"), into=topic("climate"), now=NOW)
    assert (topic("guns").queue_hint, taxonomy.version()) == ("policy", 1)


def test_a_merge_moves_no_rows_and_undoing_restores_both(starter: None, lead: User) -> None:
    words = topic("energy").words
    first = joining.merge_topics(actor=lead, topic=topic("climate"), into=topic("energy"), now=NOW)
    second = joining.merge_topics(actor=lead, topic=topic("energy"), into=topic("clean-water"), now=NOW)
    # Always flattened: who reads takes one step.
    assert topic("climate").canonical == topic("energy").canonical == topic("clean-water")
    assert read_of("Climate change is here.") == ("clean-water",)
    assert taxonomy.members(["clean-water"]) == ["clean-water", "climate", "energy"]
    assert taxonomy.names(["climate"]) == {"climate": "Water, air and pollution"}
    with pytest.raises(Refused):
        joining.merge_topics(actor=lead, topic=topic("climate"), into=topic("clean-water"), now=NOW)
    joining.undo_merge(actor=lead, merge=first, now=NOW)
    assert topic("climate").canonical is None
    assert topic("energy").canonical == topic("clean-water")
    # Its words left the whole chain with it.
    assert read_of("Climate change is here.") == ("climate",)
    assert read_of("Fracking and pipelines.") == ("clean-water",)
    joining.undo_merge(actor=lead, merge=second, now=NOW)
    joining.undo_merge(actor=lead, merge=second, now=NOW)
    assert topic("energy").canonical is None
    assert topic("energy").words == words
    assert read_of("Climate change is here.") == ("climate",)
    assert list(Change.objects.order_by("number").values_list("kind", flat=True)) == [
        "began", "merged", "merged", "merge_undone", "merge_undone",
    ]  # fmt: skip


def test_a_split_reads_the_letters_of_before_anew_but_for_those_a_person_spoke_on(starter: None, lead: User) -> None:
    texts = {1: ("The opioid crisis took my son; he had an overdose. Gun control!", "en"),
             2: ("Depression and anxiety.", "en"), 3: ("Fentanyl and opioids, an overdose.", "en")}  # fmt: skip
    source = text_source(lambda ids: {pk: texts[pk] for pk in ids if pk in texts})
    try:
        said = Reading(topics=("border", "mental-health", "taxes"), suggested=("climate",), model=5)
        reading.keep([ToKeep(pk, pk, NOW, "en", said) for pk in texts])
        Label.objects.create(inquiry_id=3, message_id=3, field="topic", values=["mental-health"], at=NOW, by=lead)
        row = topic("mental-health")
        made = joining.split_topic(
            actor=lead, topic=row, names={"en": "Addiction"}, words={"en": ["opioid*", "overdose*", "fentanyl"]},
            examples={}, now=NOW,
        )  # fmt: skip
        assert (made.slug, made.split_from, made.area) == ("addiction", row, row.area)
        assert "opioid*" not in topic("mental-health").words["en"]
        assert reading.read_anew(topic=topic("mental-health"), before=0, now=NOW) == 1
    finally:
        _sources.remove(source)
    # Only what was split changes, and only where the letter speaks of a part: "guns" is no part.
    found = {row.inquiry_id: (row.topics, row.suggested, row.topic_version) for row in Read.objects.all()}
    as_it_was = (["border", "mental-health", "taxes"], ["climate"], 5)
    assert found == {1: (["border", "addiction", "taxes"], ["climate"], 0), 2: as_it_was, 3: as_it_was}
    assert [one.slug for one in taxonomy.split_off(row)] == ["addiction"]


def test_a_part_that_was_split_off_again_is_a_part(starter: None, lead: User) -> None:
    names = {"en": "Addiction"}, {"en": "Opioids"}
    one = joining.split_topic(
        actor=lead, topic=topic("mental-health"), names=names[0], words={"en": ["opioid*", "overdose*"]}, examples={},
        now=NOW,
    )  # fmt: skip
    two = joining.split_topic(
        actor=lead, topic=one, names=names[1], words={"en": ["opioid*"]}, examples={}, now=NOW
    )  # fmt: skip
    joining.merge_topics(actor=lead, topic=two, into=topic("drug-prices"), now=NOW)
    assert taxonomy.parts_of(["mental-health"]) == {"mental-health", "addiction", "opioids", "drug-prices"}


def test_a_merged_topic_is_asked_for_and_shown_as_the_other_in_one_question(
    starter: None, lead: User, django_assert_num_queries: Any
) -> None:
    joining.merge_topics(actor=lead, topic=topic("early-voting"), into=topic("mail-ballot"), now=NOW)
    actions.retire(actor=lead, topic=topic("mail-ballot"), now=NOW)
    with django_assert_num_queries(1):
        whole = taxonomy.tops()
        assert taxonomy.members(["mail-ballot"], whole) == ["early-voting", "mail-ballot"]
        assert taxonomy.members(["early-voting", "zeppelins"], whole) == ["early-voting", "mail-ballot", "zeppelins"]
        assert taxonomy.as_read(["guns", "early-voting", "mail-ballot"], whole) == ["guns", "mail-ballot"]
        assert taxonomy.members([], whole) == []
    assert taxonomy.members(["mail-ballot"]) == ["early-voting", "mail-ballot"]


def test_a_topic_is_never_called_as_a_page_is(starter: None, lead: User) -> None:
    pages = {str(one.pattern).partition("/")[0] for one in urls.urlpatterns} - {"", "<slug:slug>"}
    assert pages == RESERVED
    client = Client()
    client.force_login(lead)
    area = Area.objects.get(slug="voting")
    for name in sorted(pages):
        made = actions.save_topic(actor=lead, topic=None, area=area, names={"en": name}, now=NOW)
        assert made.slug == f"{name}-2"
        assert f'value="{name}"' in client.get(reverse("topics:topic", args=[made.slug])).content.decode()
    made = joining.split_topic(
        actor=lead, topic=topic("mental-health"), names={"en": "Models"}, words={"en": ["opioid*"]}, examples={},
        now=NOW,
    )  # fmt: skip
    assert made.slug == "models-3"


def test_thresholds_are_read_one_by_one(starter: None, lead: User) -> None:
    text = f"We met at the fair and talked of the weather. {'It was a good day for all of us there. ' * 8}"
    assert read_of(f"{text} Gun control.") == ("guns",)
    actions.save_topic(actor=lead, topic=topic("guns"), suggest_from=0.4, now=NOW)
    assert read_of(f"{text} Gun control.") == ("guns",)
    actions.save_topic(actor=lead, topic=topic("guns"), apply_from=0.95, suggest_from=None, now=NOW)
    said = reading.read([f"{text} Gun control."], languages=["en"])[0]
    assert (said.topics, said.suggested) == ((), ("guns",))


def test_phrases_are_refused_with_what_is_wrong() -> None:
    assert phrases_of("Mail Ballot,  immigra*\nmail ballot") == ["mail ballot", "immigra*"]
    for wrong in ("a*b", "*", "x" * 61):
        with pytest.raises(ValueError, match=r"star|long"):
            phrases_of(wrong)


def test_a_reading_is_kept_as_it_was_said(starter: None) -> None:
    said = Reading(("guns",), ("border",), "", 1, "for", 0, "opinion", 0)
    reading.keep([ToKeep(7, 9, NOW, "en", said)])
    row = Read.objects.get(inquiry_id=7)
    kept = (row.message_id, row.topics, row.suggested, row.nature, row.maybe, row.urgency, row.stance, row.language)
    assert kept == (9, ["guns"], ["border"], "", "opinion", 1, "for", "en")
    reading.forget([7])
    assert not Read.objects.exists()


def test_danger_goes_before_words() -> None:
    said = Reading(nature="thanks")
    assert reading.with_danger(said, threat=True, crisis=True) == Reading(nature="threat", urgency=2)
    assert reading.with_danger(said, threat=False, crisis=True) == Reading(nature="crisis", urgency=2)
    assert reading.with_danger(said, threat=False, crisis=False) is said


def test_the_starter_is_what_its_file_says() -> None:
    areas = json.loads(actions.STARTER.read_text(encoding="utf-8"))
    slugs = [one["slug"] for area in areas for one in area["topics"]]
    assert len(slugs) == len(set(slugs)) == 69


@pytest.mark.parametrize(
    ("was", "now", "after"),
    [
        ("thanks", "question", "question"),
        ("opinion", "", ""),
        ("thanks", "opinion", "thanks"),
        ("question", "thanks", "question"),
        ("question", "complaint", "question"),
        ("question", "crisis", "crisis"),
        ("question", "election_incident", "election_incident"),
        ("threat", "election_incident", "threat"),
        ("", "question", ""),
    ],
)
def test_what_a_conversation_wants_once_a_letter_more_has_come(was: str, now: str, after: str) -> None:
    assert nature_after(was, now) == after


def test_natures_of_phrases_are_all_known_to_the_house() -> None:
    assert set(natures.NATURES) < {slug for slug, _label in NATURES}
