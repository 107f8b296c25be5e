"""Models learn from what people said, are compared on what they never saw, go live only if not worse, and come back."""

from datetime import UTC, datetime, timedelta

import pytest

from hustings.constituents.topics.actions import labels, training
from hustings.constituents.topics.actions.reading import read
from hustings.constituents.topics.actions.taxonomy import ensure_taxonomy
from hustings.constituents.topics.engine import Settings
from hustings.constituents.topics.models import Kind, Label, State, Tenure, Version
from hustings.constituents.topics.queries import versions
from hustings.constituents.topics.queries.labels import count, examples, is_held_out
from hustings.constituents.topics.registry import _sources, text_source
from hustings.constituents.topics.rules import Refused
from hustings.foundation.access.models import AuditEntry, Role, User

pytestmark = pytest.mark.django_db
NOW = datetime(2028, 10, 19, 13, tzinfo=UTC)
ENDED = NOW + timedelta(minutes=7)  # training takes its time
Texts = dict[int, tuple[str, str]]
QUICK = Settings(hidden=16, members=1, members_held_out=1, folds=2, fewest_steps=80, epochs=3, fewest_texts=1)
SAID = {"guns": "zeppelin turbine hangar", "climate": "sonata cello fugue", "taxes": "walrus glacier penguin"}


@pytest.fixture
def lead() -> User:
    ensure_taxonomy(now=NOW)
    return User.objects.create(email="dana@example.org", name="Dana Kessler", roles=[Role.LEAD])


@pytest.fixture
def corrected(lead: User):
    """240 letters in words that the taxonomy does not know, each with a colleague's word on it."""
    texts = {}
    for number in range(1, 241):
        slug = list(SAID)[number % 3]
        words = SAID[slug].split()
        texts[number] = (f"{words[number % 3]} and {words[(number + 1) % 3]} of day {number}", "en")
        labels.say(
            actor=lead, inquiry_id=number, message_id=number, field="topic", was=[], values=[slug],
            now=NOW + timedelta(minutes=number),
        )  # fmt: skip
    source = text_source(lambda ids: {pk: texts[pk] for pk in ids if pk in texts})
    yield texts
    _sources.remove(source)


def trained(lead: User) -> Version:
    version = training.ask_training(actor=lead, kind=Kind.TOPIC, now=NOW)
    training.train_version(version=version, clock=lambda: ENDED, settings=QUICK)
    version.refresh_from_db()
    return version


def test_the_newest_word_on_a_letter_holds_and_one_taken_back_teaches_nothing(lead: User) -> None:
    source = text_source(lambda ids: dict.fromkeys(ids, ("a letter", "en")))
    try:
        first = labels.say(actor=lead, inquiry_id=5, message_id=5, field="topic", was=[], values=["guns"], now=NOW)
        second = labels.say(
            actor=lead, inquiry_id=5, message_id=5, field="topic", was=["guns"], values=["climate"], now=NOW
        )
        assert [one.labels for one in examples(Kind.TOPIC)] == [("climate",)]
        labels.take_back(label_ids=[second.pk], now=NOW)
        assert [one.labels for one in examples(Kind.TOPIC)] == [("guns",)]
        labels.take_back(label_ids=[first.pk], now=NOW)
        assert (examples(Kind.TOPIC), count(Kind.TOPIC)) == ([], 0)
    finally:
        _sources.remove(source)


def test_a_topic_that_is_none_is_refused(lead: User) -> None:
    for wrong in (["zeppelins"], ["guns"] * 6):
        with pytest.raises(Refused):
            labels.say(actor=lead, inquiry_id=5, message_id=5, field="topic", was=[], values=wrong, now=NOW)
    with pytest.raises(Refused):
        labels.say(actor=lead, inquiry_id=5, message_id=5, field="nature", was=[], values=["rude"], now=NOW)
    assert not Label.objects.exists()


def test_too_few_labels_make_no_model_and_say_so(lead: User) -> None:
    version = trained(lead)
    assert (version.state, version.sha256, version.ended_at) == (State.FAILED, "", ENDED)
    assert version.problem == "There are 0 letters that people have spoken on; a model needs about 180."
    assert versions.tenure(Kind.TOPIC) is None


@pytest.mark.slow
def test_a_better_model_goes_live_by_itself_and_back_in_one_step(lead: User, corrected: Texts) -> None:
    texts = ["zeppelin and turbine of day 20", "cello and fugue of day 21"]
    assert [one.topics for one in read(texts, languages=["en", "en"])] == [(), ()]
    version = trained(lead)
    assert (version.state, version.is_not_worse, version.ended_at) == (State.TRAINED, True, ENDED)
    report = version.report
    held = sum(is_held_out(text) for text, _language in corrected.values())
    assert (report["n"], 30 <= held <= 90) == (held, True)  # about a fifth was never learnt from
    assert report["live"]["micro_f1"] == 0.0
    assert report["new"]["micro_f1"] > 0.95
    assert {each["label"] for each in report["classes"]} == set(SAID)
    assert report["drift"]["older"]["n"] + report["drift"]["newest"]["n"] == held
    assert 0 <= report["drift"]["shift"] <= 0.3
    said = read(texts, languages=["en", "en"])
    assert [(one.topics, one.model) for one in said] == [(("guns",), version.pk), (("climate",), version.pk)]
    # What the model does not know is still read by words.
    assert read(["Where is my absentee ballot?"], languages=["en"])[0].topics == ("mail-ballot",)
    assert training.go_back(actor=lead, kind=Kind.TOPIC, now=NOW) is None
    assert [one.topics for one in read(texts, languages=["en", "en"])] == [(), ()]
    training.go_live(actor=lead, kind=Kind.TOPIC, version=version, now=NOW)
    assert read(texts, languages=["en", "en"])[0].topics == ("guns",)
    told = [(one.because, one.until is None) for one in Tenure.objects.order_by("id")]
    assert told == [("better", False), ("back", False), ("word", True)]


def test_copies_of_one_text_are_on_one_side(lead: User) -> None:
    source = text_source(lambda ids: {pk: (f"Protect Árbol Creek!{' ' * pk}", "en") for pk in ids})
    try:
        for number in range(10):
            labels.say(
                actor=lead, inquiry_id=number, message_id=number, field="topic", was=[], values=["climate"], now=NOW
            )
        assert len({one.is_held_out for one in examples(Kind.TOPIC)}) == 1
    finally:
        _sources.remove(source)
    assert is_held_out("Protect Árbol Creek!") == is_held_out("protect arbol creek")
    share = sum(is_held_out(f"letter {number} of many") for number in range(2000)) / 2000
    assert 0.17 < share < 0.23


def test_training_that_goes_wrong_is_told_and_another_can_be_asked_for(
    lead: User, corrected: Texts, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_given: object) -> bytes:
        raise OSError("no space left on device")

    monkeypatch.setattr(training, "train_apart", broken)
    version = trained(lead)
    assert (version.state, version.ended_at) == (State.FAILED, ENDED)
    assert version.problem.startswith("Something went wrong; the log says what.")
    assert "no space left on device" in caplog.text
    assert training.ask_training(actor=lead, kind=Kind.TOPIC, now=NOW).number == 2


def test_a_model_that_cannot_be_read_is_left_out_and_letters_are_read_by_words(
    lead: User, caplog: pytest.LogCaptureFixture
) -> None:
    gone = Version.objects.create(
        kind=Kind.TOPIC, number=1, state=State.TRAINED, asked_at=NOW, asked_by=lead, sha256="0" * 64, size=1
    )
    training.go_live(actor=lead, kind=Kind.TOPIC, version=gone, now=NOW)
    for _again in range(3):
        said = read(["Where is my absentee ballot?"], languages=["en"])[0]
        assert (said.topics, said.model) == (("mail-ballot",), 0)
    assert caplog.text.count("cannot be read") == 1  # it is not tried anew for every batch
    assert training.readers.readable(gone) is None


def test_every_change_of_what_decides_is_in_the_trail(lead: User) -> None:
    version = Version.objects.create(kind=Kind.TOPIC, number=3, asked_at=NOW, asked_by=lead)
    same = {"micro_f1": 0.8, "accuracy": 0.7, "accuracy_when_sure": 0.9}
    report = {"n": 1, "new": same, "live": same}
    training.settle(version=version, sha256="0" * 64, size=1, report=report, now=NOW)
    training.go_back(actor=lead, kind=Kind.TOPIC, now=NOW)
    told = AuditEntry.objects.filter(action="topics.live").order_by("id").values_list("actor_id", "detail")
    assert list(told) == [
        (lead.pk, {"kind": "topic", "number": 3}),
        (lead.pk, {"kind": "topic", "number": 0}),
    ]


def test_a_worse_one_waits_for_a_persons_word(lead: User) -> None:
    good = {"micro_f1": 0.8, "accuracy": 0.7, "accuracy_when_sure": 0.9}
    for new, expected in (
        ({**good, "micro_f1": 0.79}, False),
        ({**good, "micro_f1": 0.8}, True),
        ({**good, "accuracy_when_sure": 0.87}, False),
        ({**good, "accuracy_when_sure": 0.89}, True),
    ):
        assert training.is_not_worse(Kind.TOPIC, {"new": new, "live": good}) is expected
    version = Version.objects.create(kind=Kind.TOPIC, number=1, asked_at=NOW, asked_by=lead)
    worse = {"n": 1, "new": {**good, "micro_f1": 0.1}, "live": good}
    training.settle(version=version, sha256="0" * 64, size=1, report=worse, now=NOW)
    version.refresh_from_db()
    assert (version.state, version.is_not_worse) == (State.TRAINED, False)
    assert versions.tenure(Kind.TOPIC) is None


def test_only_leads_train_and_choose_and_one_run_at_a_time(lead: User) -> None:
    june = User.objects.create(email="june@example.org", name="June Oduya")
    with pytest.raises(Refused):
        training.ask_training(actor=june, kind=Kind.TOPIC, now=NOW)
    with pytest.raises(Refused):
        training.go_back(actor=lead, kind=Kind.TOPIC, now=NOW)
    version = training.ask_training(actor=lead, kind=Kind.TOPIC, now=NOW)
    with pytest.raises(Refused):
        training.ask_training(actor=lead, kind=Kind.TOPIC, now=NOW)
    with pytest.raises(Refused):
        training.go_live(actor=lead, kind=Kind.TOPIC, version=version, now=NOW)
    assert (Version.objects.count(), Tenure.objects.count()) == (1, 0)
