"""One copy to an address, whoever else is written to there: exactly once per address and matter."""

import random
from contextlib import suppress

import pytest

from hustings.service.bulk.models import Claim, Copy, CopyState, Why
from hustings.service.bulk.queries import bulks
from hustings.service.bulk.rules import Refused
from hustings.service.correspondence.models import Reply
from hustings.service.correspondence.tests.replying import NOW, Cast, article, cast, person
from hustings.service.desk.models import Inquiry, Status

from .many import MINUTE, WORDS, all_leave, approved, drafted, states, wrote

pytestmark = pytest.mark.django_db
SHARED = "the.cases@b.example"


@pytest.fixture(name="us")
def _us() -> Cast:
    return cast()


def two(us: Cast) -> list[Inquiry]:
    """Two people, known by addresses of their own, who ask to be answered at one."""
    ada, bo = person("Ada Case", "ada@b.example"), person("Bo Case", "bo@b.example")
    return [wrote(us, ada, SHARED, at=NOW), wrote(us, bo, SHARED.upper(), at=NOW + MINUTE)]


def test_of_one_bulk_reply_the_second_is_answered_along_and_counted(us: Cast) -> None:
    bulk = drafted(us, two(us))
    assert [(one.state, one.why) for one in Copy.objects.order_by("pk")] == [
        (CopyState.COVERED, Why.SAME_ADDRESS), (CopyState.READY, ""),
    ]  # fmt: skip
    all_leave(approved(us, bulk))
    assert Reply.objects.get().to_address.lower() == SHARED
    assert bulks.reasons_of(bulk) == [(Why.SAME_ADDRESS, 1)]


def test_of_two_bulk_replies_the_second_says_so_when_it_is_checked(us: Cast) -> None:
    ada, bo = two(us)
    text = article(body=WORDS)
    first = approved(us, drafted(us, [ada], text=text))
    second = drafted(us, [bo], text=text)
    assert list(states(second).values()) == [Why.SAME_ADDRESS]
    all_leave(first)
    assert (Reply.objects.count(), bulks.reasons_of(second)) == (1, [(Why.SAME_ADDRESS, 1)])
    assert Inquiry.objects.get(pk=bo.pk).status == Status.OPEN  # it waits for a person


def test_of_two_that_were_checked_before_either_was_approved(us: Cast) -> None:
    ada, bo = two(us)
    other = wrote(us, person("Cy Doe", "cy@b.example"), "cy@b.example")
    text = article(body=WORDS)
    first, second = drafted(us, [ada], text=text), drafted(us, [bo, other], text=text)
    assert approved(us, first).people == 1
    assert approved(us, second).people == 1
    for bulk in (first, second):
        all_leave(bulk)
    assert sorted(Reply.objects.values_list("to_address", flat=True)) == ["cy@b.example", SHARED]
    assert list(states(second).values()) == [Why.SAME_ADDRESS, CopyState.LEAVING]


def test_another_matter_is_another_copy(us: Cast) -> None:
    ada, bo = two(us)
    for row, words in ((ada, WORDS), (bo, "Other words.")):
        all_leave(approved(us, drafted(us, [row], text=article(words[:20], body=words))))
    assert Reply.objects.count() == Claim.objects.count() == 2


@pytest.mark.parametrize("seed", range(4))
def test_whoever_writes_from_where_each_address_gets_at_most_one(us: Cast, seed: int) -> None:
    """Some people, some addresses, parts of one mailing in any order."""
    dice = random.Random(seed)
    people = [person(f"P{n} Case", f"own{n}@b.example") for n in range(5)]
    letters = [wrote(us, dice.choice(people), f"at{dice.randrange(4)}@b.example", at=NOW + n * MINUTE)
               for n in range(9)]  # fmt: skip
    text = article(body=WORDS)
    dice.shuffle(letters)
    parts = [drafted(us, part, text=text) for part in (letters[:4], letters[3:7], letters[6:])]
    for bulk in parts:
        if Copy.objects.filter(bulk=bulk, state=CopyState.READY).exists():
            with suppress(Refused):  # nobody is left to answer
                all_leave(approved(us, bulk))
    sent = list(Reply.objects.values_list("to_address", flat=True))
    assert len(sent) == len(set(sent)) >= 1
    persons = list(Copy.objects.filter(state=CopyState.LEAVING).values_list("person_id", flat=True))
    assert len(persons) == len(set(persons))
    assert not Copy.objects.filter(state=CopyState.READY, bulk__state="done").exists()
