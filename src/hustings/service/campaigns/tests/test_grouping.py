import pytest
from django.db import transaction

from hustings.foundation.channels.actions.accounts import make_mailbox
from hustings.service.campaigns.actions.reading import read_again
from hustings.service.campaigns.models import Change, Count, Group, Member, Shape, Sheaf
from hustings.service.campaigns.queries import groups
from hustings.service.correspondence.tests.mail import HELP, NOW
from hustings.service.desk.models import Inquiry

from .letters import OTHER, TEXT, letter, send

pytestmark = pytest.mark.django_db


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


def test_a_threat_never_joins_and_a_crisis_that_is_added_is_lifted():
    send(letter(0), letter(1), letter(2, added="I am going to kill you."), letter(3, added="I want to kill myself."))
    assert Inquiry.objects.get(is_sealed=True).person.name == "Cleo Park"
    assert list(Member.objects.exclude(added="").values_list("reason", flat=True)) == ["crisis"]
    assert Group.objects.get().letters == 3


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


def test_the_shape_is_kept_while_it_learns_and_the_change_is_written_once():
    send(letter(0), letter(1), letter(2))
    shape = Shape.objects.get()
    assert (shape.learned, len(bytes(shape.pairs)) // 4) == (3, len(bytes(shape.counts)) // 2)
    assert shape.tightness > 0.9
    assert Change.objects.get().kind == "made"
