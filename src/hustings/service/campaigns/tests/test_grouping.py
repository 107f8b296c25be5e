import pytest
from django.db import transaction

from hustings.foundation.channels.actions.accounts import make_mailbox
from hustings.service.campaigns.actions.reading import read_again
from hustings.service.campaigns.models import Change, Count, Group, Member, Shape, Sheaf
from hustings.service.campaigns.queries import groups
from hustings.service.campaigns.registry import registry
from hustings.service.correspondence.tests.mail import HELP, NOW
from hustings.service.desk.models import Inquiry

from .letters import OTHER, TEXT, letter, send

pytestmark = pytest.mark.django_db
REMARK = "Clinics matter more than bridges."


@pytest.fixture(autouse=True)
def campaign():
    make_mailbox(address=HELP, name="Campaign", language="en", is_default=True)


def text_of(group: Group) -> str:
    return " ".join(one["text"] for one in group.sentences)


def test_letters_that_share_their_text_are_one_group_whatever_batch_they_come_in():
    send(letter(0), letter(1))
    send(letter(2))
    send(letter(3, text=OTHER))
    send(letter(4))
    group = Group.objects.get()
    assert (group.letters, group.people, group.lifted) == (4, 4, 0)
    assert group.name == "Our clinics"  # the subject they share
    assert text_of(group) == TEXT.replace("\n\n", " ")
    assert [one["share"] for one in group.sentences] == [1.0] * 6
    assert list(Member.objects.values_list("added", "reason").distinct()) == [("", "")]
    assert Inquiry.objects.count() == 5  # each letter has its own conversation
    assert sum(Count.objects.values_list("letters", flat=True)) == 4
    assert len(groups.open_inquiry_ids(group)) == 4


def test_a_single_letter_of_an_earlier_batch_joins_when_its_like_comes():
    send(letter(0))
    assert not Group.objects.exists()
    send(letter(1, text=OTHER))
    send(letter(2))
    group = Group.objects.get()
    assert sorted(Member.objects.values_list("inquiry__person__name", flat=True)) == ["Ann Lee", "Cleo Park"]
    assert (group.letters, group.people) == (2, 2)


def test_one_person_who_writes_twice_is_no_campaign():
    send(letter(0), letter(0, added="And this is the second time that I write."))
    assert not Group.objects.exists()


def test_what_a_writer_adds_is_kept_as_written_and_lifts_the_letter_out():
    question = "Does the promise cover the two that are only open on Mondays?"
    story = "My granddaughter was born in the cab of a grain truck."
    remark = "Clinics matter more than bridges."
    send(letter(0), letter(1), letter(2, added=question), letter(3, added=story), letter(4, added=remark))
    assert list(Member.objects.exclude(added="").order_by("pk").values_list("added", "reason")) == [
        (question, "question"),
        (story, "story"),
        (remark, ""),
    ]
    group = Group.objects.get()
    assert (group.letters, group.lifted) == (5, 2)
    assert len(groups.open_inquiry_ids(group)) == 3


def test_neither_a_threat_nor_someone_in_crisis_joins_whether_it_came_before_or_after():
    send(letter(3, added="I want to kill myself."))
    send(letter(0), letter(1), letter(2, added="I am going to kill you."), letter(4, added="I want to kill myself."))
    assert Inquiry.objects.get(is_sealed=True).person.name == "Cleo Park"
    assert Inquiry.objects.filter(is_crisis=True).count() == 2
    assert sorted(Member.objects.values_list("inquiry__person__name", flat=True)) == ["Ann Lee", "Bob Ray"]
    assert Group.objects.get().letters == 2


def test_an_alarm_in_what_was_added_alone_lifts_the_letter_out(monkeypatch):
    monkeypatch.setattr(registry, "alarm", lambda text, language: "crisis" if "bridges" in text else "")
    send(letter(0), letter(1, added=REMARK))
    assert list(Member.objects.order_by("pk").values_list("reason", flat=True)) == ["", "crisis"]


def test_what_was_rolled_back_is_forgotten_by_the_process():
    with transaction.atomic():
        send(letter(0), letter(1))
        transaction.set_rollback(True)
    assert not Group.objects.exists()
    assert not Sheaf.objects.exists()
    send(letter(2))
    assert not Group.objects.exists()
    send(letter(3))
    assert Group.objects.get().letters == 2


def test_reading_again_takes_the_second_version_up_and_gives_those_letters_back():
    more = "We remember who came to see us and who did not."
    send(*(letter(n) for n in range(4)))
    send(*(letter(n, added=more) for n in range(4, 8)))
    group = Group.objects.get()
    assert Member.objects.filter(added=more).count() == 4
    read_again(group_id=group.pk, now=NOW)
    group.refresh_from_db()
    assert [one["share"] for one in group.sentences] == [1.0, 1.0, 1.0, 1.0, 0.5, 1.0, 1.0]
    assert group.looked_at == 8
    assert not Member.objects.exclude(added="").exists()


def test_reading_again_asks_for_an_alarm_and_a_nature_as_the_first_reading_did(monkeypatch):
    paint = "Bridges can wait another year for paint."
    monkeypatch.setattr(registry, "reading", lambda texts, _languages: ["question" * (REMARK in one) for one in texts])
    send(letter(0), letter(1), letter(2, added=REMARK), letter(3, added=paint))
    group = Group.objects.get()
    assert list(Member.objects.order_by("pk").values_list("reason", flat=True)) == ["", "", "question", ""]
    Member.objects.exclude(added="").update(added="Something that an earlier reading had.")
    monkeypatch.setattr(registry, "alarm", lambda text, _language: "crisis" * ("paint" in text))
    read_again(group_id=group.pk, now=NOW)
    found = list(Member.objects.order_by("pk").values_list("added", "reason"))
    assert found == [("", ""), ("", ""), (REMARK, "question"), (paint, "crisis")]
    group.refresh_from_db()
    assert group.lifted == 2


def test_what_only_one_writer_said_in_these_words_is_no_campaigns_text():
    own = "My nearest clinic is in Alder Creek, where Tim and I were married, and in February it is further than that."
    ours = "My nearest clinic is forty minutes away, and in February it is further than that."
    assert ours in TEXT
    send(letter(0), letter(1, text=TEXT.replace(ours, own)))
    group = Group.objects.get()
    assert text_of(group) == TEXT.replace(f" {ours}", "").replace("\n\n", " ")
    assert len(group.wordings) == 1  # letters to come are compared with it
    send(letter(2), letter(3))
    read_again(group_id=group.pk, now=NOW)
    group.refresh_from_db()
    assert (text_of(group), group.wordings) == (TEXT.replace("\n\n", " "), [])
    assert not Member.objects.exclude(added="").exists()


def test_one_writer_who_sends_their_own_words_twice_is_one_writer():
    own = "My nearest clinic is in Alder Creek, where Tim and I were married, and in February it is further than that."
    ours = "My nearest clinic is forty minutes away, and in February it is further than that."
    alder = TEXT.replace(ours, own)
    send(letter(0), letter(1, text=alder), letter(1, text=alder, added="I write again."))
    group = Group.objects.get()
    read_again(group_id=group.pk, now=NOW)
    group.refresh_from_db()
    assert (group.looked_at, "Alder Creek" in text_of(group)) == (2, False)


def test_letters_without_a_sentence_in_common_have_no_name_from_one_of_them():
    words = TEXT.replace(". ", "; ").split()
    first = " ".join("ann" if place % 9 == 4 else word for place, word in enumerate(words))
    second = " ".join("bob" if place % 9 == 7 else word for place, word in enumerate(words))
    send(
        letter(0, text=first).replace(b"Our clinics", b"I am Ann"),
        letter(1, text=second).replace(b"Our clinics", b"I am Bob"),
    )
    group = Group.objects.get()
    assert (group.sentences, group.name) == ([], "…")
    assert group.wordings != []


def test_the_shape_is_kept_while_it_learns_and_the_change_is_written_once():
    send(letter(0), letter(1), letter(2))
    shape = Shape.objects.get()
    assert (shape.learned, len(bytes(shape.pairs)) // 4) == (3, len(bytes(shape.counts)) // 2)
    assert shape.tightness > 0.9
    assert Change.objects.get().kind == "made"
