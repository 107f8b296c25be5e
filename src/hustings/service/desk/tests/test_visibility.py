import pytest

from hustings.service.desk.models import Inquiry
from hustings.service.desk.queries.inquiries import person_ids_in_hand, person_ids_of, visible_to
from hustings.service.desk.rules import may_be_given, may_see
from hustings.service.desk.tests.cast import Cast, make_inquiry


def letters(cast: Cast) -> dict[str, Inquiry]:
    return {
        "help": make_inquiry(cast.help),
        "gifts": make_inquiry(cast.gifts),
        "gifts of June": make_inquiry(cast.gifts, assignee=cast.june),
        "crisis": make_inquiry(cast.crisis, is_crisis=True),
        "crisis moved": make_inquiry(cast.help, is_crisis=True),
        "crisis queue of June": make_inquiry(cast.crisis, assignee=cast.june),
        "sealed": make_inquiry(cast.help, is_sealed=True),
        "sealed gifts": make_inquiry(cast.gifts, is_sealed=True),
        "closed": make_inquiry(cast.help, status="closed"),
    }


SEEN = {
    "june": {"help", "gifts of June", "closed"},
    "ines": {"gifts", "gifts of June"},
    "dana": {"help", "closed", "crisis", "crisis moved", "crisis queue of June"},
    "sam": {"gifts", "gifts of June", "crisis", "crisis queue of June"},
    "vera": {"help", "closed", "sealed", "sealed gifts"},
    "ada": {"help", "gifts", "gifts of June", "crisis", "crisis moved", "crisis queue of June", "closed"},
}


@pytest.mark.parametrize("name", SEEN)
def test_each_role_sees_its_own(cast: Cast, name: str) -> None:
    rows, user = letters(cast), getattr(cast, name)
    assert {label for label, row in rows.items() if row in visible_to(user)} == SEEN[name]
    # The predicate on one inquiry says the same as the rows.
    assert {label for label, row in rows.items() if may_see(user, row)} == SEEN[name]
    assert set(person_ids_of(user)) == {rows[label].person_id for label in SEEN[name]}


def test_in_hand_is_what_is_assigned_and_not_closed(cast: Cast) -> None:
    rows = letters(cast)
    seen = sorted(visible_to(cast.ada).values_list("pk", flat=True))[:2]
    assert len(seen) == 2
    assert not person_ids_in_hand(cast.ada).exists()
    for pk, status in zip(seen, ("open", "closed"), strict=True):
        Inquiry.objects.filter(pk=pk).update(assignee=cast.ada, status=status)
    Inquiry.objects.filter(pk=rows["sealed"].pk).update(assignee=cast.ada)  # hers, and yet she sees it no more
    assert set(person_ids_in_hand(cast.ada)) == {Inquiry.objects.get(pk=seen[0]).person_id}


def test_who_left_sees_nothing(cast: Cast) -> None:
    rows = letters(cast)
    cast.ada.is_active = False
    assert not visible_to(cast.ada).exists()
    assert not any(may_see(cast.ada, row) or may_be_given(cast.ada, row) for row in rows.values())
