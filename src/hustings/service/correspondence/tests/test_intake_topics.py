"""Letters are read as they come: what they are about is on the inquiry, kept, routed by, and first where it must be."""

import pytest

from hustings.constituents.people.models import Vip
from hustings.constituents.topics.actions import reading
from hustings.constituents.topics.actions.reading import Reading
from hustings.constituents.topics.models import Read
from hustings.constituents.topics.registry import texts_of
from hustings.foundation.access.models import Team
from hustings.foundation.channels.actions.accounts import make_mailbox
from hustings.service.desk.actions.counting import recount
from hustings.service.desk.models import Inquiry, Priority, Queue, QueueRule

from .mail import HELP, NOW, deliver, inquiry_of, mail, message_of

pytestmark = pytest.mark.django_db
BALLOT = "I asked for my mail ballot three weeks ago. What is your position, and where do I vote? I need it by Friday."


@pytest.fixture(autouse=True)
def campaign():
    make_mailbox(address=HELP, name="Campaign", language="en", is_default=True)


def queue(slug: str, **facts: object) -> Queue:
    return Queue.objects.create(name=slug, slug=slug, team=Team.objects.create(name=slug), **facts)


def test_what_it_is_about_stands_on_the_inquiry_and_what_was_read_is_kept() -> None:
    (delivery,) = deliver(mail(subject="My ballot", text=BALLOT))
    inquiry, read = inquiry_of(delivery), Read.objects.get()
    assert inquiry.topics == ["polling-place", "mail-ballot"]
    assert (inquiry.nature, inquiry.urgency, inquiry.stance) == ("question", 1, "")
    assert (read.inquiry_id, read.message_id) == (inquiry.pk, message_of(delivery).pk)
    assert (read.topics, read.nature, read.urgency, read.language) == (inquiry.topics, "question", 1, "en")
    assert (read.topic_version, read.at) == (0, inquiry.opened_at)
    assert texts_of([read.message_id]) == {read.message_id: (f"My ballot\n{BALLOT}", "en")}


def test_a_second_letter_of_a_thread_is_no_second_reading() -> None:
    deliver(mail("one", text=BALLOT))
    deliver(mail("two", text="Gun control now, please support gun control!", answers=["one"]))
    assert Inquiry.objects.count() == Read.objects.count() == 1
    assert Inquiry.objects.get().topics == ["polling-place", "mail-ballot"]


def test_a_later_letter_takes_the_conversation_out_of_those_that_wait() -> None:
    (one,) = deliver(mail("one", subject="Hi", text="Thank you for all you do. Many thanks, I am grateful for it."))
    assert (inquiry_of(one).nature, inquiry_of(one).topics) == ("thanks", [])
    deliver(mail("two", subject="Re: Hi", text=BALLOT, answers=["one"]))
    inquiry = inquiry_of(one)
    assert (inquiry.nature, inquiry.urgency, inquiry.topics) == ("question", 1, ["polling-place", "mail-ballot"])
    deliver(mail("three", text="Thank you for all you do. Many thanks, I am grateful for it.", answers=["two"]))
    assert (inquiry_of(one).nature, inquiry_of(one).urgency) == ("question", 1)
    assert recount() == {"hours": 0, "waiting": 0}


def test_an_incident_in_a_later_letter_goes_first_as_one_in_a_first_does() -> None:
    (one,) = deliver(mail("one", text=BALLOT))
    assert inquiry_of(one).priority == Priority.NORMAL
    text = "The machines are down at my polling place and we have been hours in line. They turned me away."
    deliver(mail("two", text=text, answers=["one"]))
    inquiry = inquiry_of(one)
    assert (inquiry.priority, inquiry.nature, inquiry.urgency) == (Priority.HIGH, "election_incident", 2)
    assert recount() == {"hours": 0, "waiting": 0}


@pytest.mark.parametrize(("nature", "maybe"), [("crisis", ""), ("", "crisis")])
def test_what_a_model_takes_for_a_crisis_counts_in_a_later_letter_too(
    monkeypatch: pytest.MonkeyPatch, nature: str, maybe: str
) -> None:
    (one,) = deliver(mail("one", text=BALLOT))
    crisis = queue("crisis", is_crisis=True)
    said = Reading(nature=nature, maybe=maybe, urgency=2 if nature else 0)
    monkeypatch.setattr(reading, "read", lambda texts, languages: [said] * len(texts))
    deliver(mail("two", text="The weather here is as it always was.", answers=["one"]))
    inquiry = inquiry_of(one)
    if nature:
        assert (inquiry.is_crisis, inquiry.queue, inquiry.priority) == (True, crisis, Priority.CRISIS)
        assert (inquiry.nature, inquiry.urgency) == ("crisis", 2)
    else:
        assert (inquiry.is_crisis, inquiry.priority, inquiry.nature) == (False, Priority.HIGH, "question")


def test_one_that_says_nothing_of_ours_has_no_topic() -> None:
    deliver(mail(subject="Hello", text="The sky over our town was a deep blue all day and we sat there."))
    inquiry = Inquiry.objects.get()
    assert (inquiry.topics, inquiry.nature, inquiry.urgency) == ([], "", 0)
    assert Read.objects.count() == 1


def test_rules_send_it_by_topic_and_by_vip() -> None:
    deliver(mail("first", text="Hello there, this is only to say that we exist and are well."))
    ballots, press = queue("ballots"), queue("press")
    QueueRule.objects.create(queue=press, position=1, vip="any")
    QueueRule.objects.create(queue=ballots, position=2, topics=["mail-ballot"])
    Vip.objects.create(kind="official", domain="city.example", at=NOW)
    (one,) = deliver(mail("one", text=BALLOT, sender="Bo <bo@example.net>"))
    (two,) = deliver(mail("two", text=BALLOT, sender="Mayor <mayor@mail.city.example>"))
    assert (inquiry_of(one).queue, inquiry_of(two).queue) == (ballots, press)


def test_threats_crises_and_incidents_go_first() -> None:
    texts = {
        "incident": "The machines are down at my polling place and we have been hours in line. They turned me away.",
        "threat": "I am going to kill the candidate on Friday and I have a gun. You will all die.",
        "crisis": "I want to kill myself tonight. There is no reason to live any more.",
        "plain": "What is your plan for the schools? Please tell me.",
    }
    rows = {name: inquiry_of(deliver(mail(name, text=text))[0]) for name, text in texts.items()}
    assert {name: row.priority for name, row in rows.items()} == {
        "incident": Priority.HIGH, "threat": Priority.HIGH, "crisis": Priority.CRISIS, "plain": Priority.NORMAL,
    }  # fmt: skip
    assert [(rows[name].nature, rows[name].urgency) for name in ("incident", "threat", "crisis")] == [
        ("election_incident", 2), ("threat", 2), ("crisis", 2),
    ]  # fmt: skip


def test_each_letter_of_a_batch_is_read() -> None:
    deliver(mail("first"))
    deliver(*[mail(f"m{number}", text=f"{BALLOT} {number}", sender=f"p{number}@example.org") for number in range(12)])
    assert Read.objects.count() == 13
