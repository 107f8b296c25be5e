import pytest
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from hustings.foundation.channels.actions.accounts import make_mailbox
from hustings.service.campaigns.actions import reading
from hustings.service.campaigns.actions.combining import join
from hustings.service.campaigns.actions.counting import recount
from hustings.service.campaigns.actions.reading import read_again
from hustings.service.campaigns.engine.sentences import shared_text
from hustings.service.campaigns.models import Change, Count, Group, Member, Shape, Sheaf
from hustings.service.campaigns.queries import groups
from hustings.service.campaigns.registry import registry
from hustings.service.campaigns.tasks import read_groups_again
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


def test_groups_that_join_are_counted_as_a_recount_counts_them():
    third = (
        "Build the night bus back to our street. Nurses and cooks walk home from the last train along the canal in "
        "the dark, and two of them were hit this winter at the corner where the lamp has been out since the flood."
    )
    for text, writers in ((TEXT, range(3)), (OTHER, range(2, 5)), (third, range(1, 6))):
        send(*(letter(n, text=text, added=f"Does number {n} count?" if n == 2 else "") for n in writers))
    first, second, last = Group.objects.order_by("pk")
    assert [(group.letters, group.people) for group in (first, second, last)] == [(3, 3), (3, 3), (5, 5)]
    pairs = [(last.pk, second.pk), (second.pk, first.pk), (last.pk, first.pk), (last.pk, 10**9)]
    with transaction.atomic():
        made = join(pairs, actor=None, now=NOW)
    assert [change.detail for change in made] == [
        {"group": last.pk, "name": last.name, "with": []},
        {"group": second.pk, "name": second.name, "with": [last.pk]},
    ]
    assert [change.group_id for change in Change.objects.filter(kind="combined").order_by("pk")] == [
        second.pk, first.pk,
    ]  # fmt: skip
    assert set(Group.objects.filter(combined_into=first)) == {second, last}
    counted = ("letters", "people", "lifted", "first_at", "last_at")
    told = Group.objects.values_list(*counted).get(pk=first.pk)
    assert told[:2] == (11, 6)
    with transaction.atomic():
        recount([first.pk])
    assert Group.objects.values_list(*counted).get(pk=first.pk) == told
    waiting = ProcrastinateJob.objects.filter(task_name="campaigns.read_again", status="todo").order_by("id")
    assert waiting.last().args == {"group_ids": [first.pk]}  # from three letters past six at once
    asked = waiting.count()
    with transaction.atomic():
        assert join(pairs, actor=None, now=NOW) == []
    assert waiting.count() == asked


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
    read_again(group_ids=[group.pk], now=NOW)
    group.refresh_from_db()
    assert [one["share"] for one in group.sentences] == [1.0, 1.0, 1.0, 1.0, 0.5, 1.0, 1.0]
    assert group.looked_at == 8
    assert not Member.objects.exclude(added="").exists()


def test_campaigns_that_cannot_be_read_together_are_tried_one_by_one(monkeypatch):
    send(*(letter(n) for n in range(3)), *(letter(n, text=OTHER) for n in range(3)))
    ids = list(Group.objects.order_by("pk").values_list("pk", flat=True))
    Group.objects.update(looked_at=0)

    def broken(letters):
        if "pipeline" in letters[0]:
            raise ValueError("no such text")
        return shared_text(letters)

    monkeypatch.setattr(reading, "shared_text", broken)
    read_groups_again(ids)
    assert set(Group.objects.values_list("looked_at", flat=True)) == {0}  # none of them half read
    waiting = ProcrastinateJob.objects.filter(task_name="campaigns.read_again", status="todo").order_by("id")
    assert [job.args["group_ids"] for job in waiting] == [[pk] for pk in ids]
    read_groups_again(ids[:1])
    assert list(Group.objects.order_by("pk").values_list("looked_at", flat=True)) == [3, 0]
    with pytest.raises(ValueError, match="no such text"):
        read_groups_again(ids[1:])


def test_reading_again_asks_for_an_alarm_and_a_nature_as_the_first_reading_did(monkeypatch):
    paint = "Bridges can wait another year for paint."
    monkeypatch.setattr(registry, "reading", lambda texts, _languages: ["question" * (REMARK in one) for one in texts])
    send(letter(0), letter(1), letter(2, added=REMARK), letter(3, added=paint))
    group = Group.objects.get()
    assert list(Member.objects.order_by("pk").values_list("reason", flat=True)) == ["", "", "question", ""]
    Member.objects.exclude(added="").update(added="Something that an earlier reading had.")
    monkeypatch.setattr(registry, "alarm", lambda text, _language: "crisis" * ("paint" in text))
    read_again(group_ids=[group.pk], now=NOW)
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
    read_again(group_ids=[group.pk], now=NOW)
    group.refresh_from_db()
    assert (text_of(group), group.wordings) == (TEXT.replace("\n\n", " "), [])
    assert not Member.objects.exclude(added="").exists()


def test_one_writer_who_sends_their_own_words_twice_is_one_writer():
    own = "My nearest clinic is in Alder Creek, where Tim and I were married, and in February it is further than that."
    ours = "My nearest clinic is forty minutes away, and in February it is further than that."
    alder = TEXT.replace(ours, own)
    send(letter(0), letter(1, text=alder), letter(1, text=alder, added="I write again."))
    group = Group.objects.get()
    read_again(group_ids=[group.pk], now=NOW)
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
