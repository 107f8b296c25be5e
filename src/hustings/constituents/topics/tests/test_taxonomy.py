"""The taxonomy: the starter, changes and their history, merges and splits that carry history over."""

import json
from datetime import UTC, datetime

import pytest

from hustings.constituents.topics.actions import joining, reading
from hustings.constituents.topics.actions import taxonomy as actions
from hustings.constituents.topics.actions.reading import Reading, ToKeep
from hustings.constituents.topics.engine import natures
from hustings.constituents.topics.models import Area, Change, Label, Read, Topic
from hustings.constituents.topics.queries import taxonomy
from hustings.constituents.topics.registry import _sources, text_source
from hustings.constituents.topics.rules import NATURES, Refused, phrases_of
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
        actions.save_topic(actor=june, topic=topic("guns"), is_voting=True, now=NOW)
    with pytest.raises(Refused):
        joining.merge_topics(actor=june, topic=topic("guns"), into=topic("climate"), now=NOW)
    assert (topic("guns").is_voting, taxonomy.version()) == (False, 1)


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
    joining.undo_merge(actor=lead, merge=second, now=NOW)
    joining.undo_merge(actor=lead, merge=second, now=NOW)
    assert topic("energy").canonical is None
    assert topic("energy").words == words
    assert read_of("Climate change is here.") == ("climate",)
    assert list(Change.objects.order_by("number").values_list("kind", flat=True)) == [
        "began", "merged", "merged", "merge_undone", "merge_undone",
    ]  # fmt: skip


def test_a_split_reads_the_letters_of_before_anew_but_for_those_a_person_spoke_on(starter: None, lead: User) -> None:
    texts = {1: ("The opioid crisis took my son; he had an overdose.", "en"), 2: ("Depression and anxiety.", "en"),
             3: ("Fentanyl and opioids, an overdose.", "en")}  # fmt: skip
    source = text_source(lambda ids: {pk: texts[pk] for pk in ids if pk in texts})
    try:
        reading.keep([ToKeep(pk, pk, NOW, "en", Reading(topics=("mental-health",))) for pk in texts])
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
    found = dict(Read.objects.values_list("inquiry_id", "topics"))
    assert found == {1: ["addiction"], 2: ["mental-health"], 3: ["mental-health"]}
    assert [one.slug for one in taxonomy.split_off(row)] == ["addiction"]


def test_what_is_filed_by_a_word_is_found_by_its_topic(starter: None, lead: User) -> None:
    joining.merge_topics(actor=lead, topic=topic("early-voting"), into=topic("mail-ballot"), now=NOW)
    assert taxonomy.named("votación anticipada") == topic("mail-ballot")
    assert taxonomy.named("guns") == topic("guns")
    assert taxonomy.named("zeppelin") is None
    assert taxonomy.spellings(["mail-ballot"]) == [
        "Early voting", "Votación anticipada", "Votar por correo", "Voting by mail", "early-voting", "mail-ballot",
    ]  # fmt: skip
    assert taxonomy.matching("Where is my absentee ballot?", "en")[0] == "mail-ballot"


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


def test_natures_of_phrases_are_all_known_to_the_house() -> None:
    assert set(natures.NATURES) < {slug for slug, _label in NATURES}
