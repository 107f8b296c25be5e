import pytest

from hustings.foundation.access.models import Membership, Team, User

pytestmark = pytest.mark.django_db


def test_any_of_finds_what_in_finds_with_one_parameter() -> None:
    people = [User.objects.create(email=f"{number}@adair.example", name=f"Nr {number}") for number in range(4)]
    some = [people[0].pk, people[2].pk, 10**12]
    rows = User.objects.filter(pk__any_of=some)
    assert set(rows) == set(User.objects.filter(pk__in=some)) == {people[0], people[2]}
    statement, parameters = rows.query.sql_with_params()
    assert parameters == (some,)
    assert "= any(%s::bigint[])" in statement


def test_any_of_follows_keys_and_takes_words() -> None:
    one, other = Team.objects.create(name="Voter help"), Team.objects.create(name="Press")
    june = User.objects.create(email="june@adair.example", name="June")
    mine = Membership.objects.create(user=june, team=one)
    Membership.objects.create(user=june, team=other)
    assert list(Membership.objects.filter(team_id__any_of=[one.pk])) == [mine]
    assert list(Membership.objects.filter(team__name__any_of=["Voter help", 'x"},{y'])) == [mine]
    assert list(Membership.objects.exclude(team__any_of=[other.pk])) == [mine]


def test_any_of_nothing_is_nothing() -> None:
    User.objects.create(email="june@adair.example", name="June")
    assert not User.objects.filter(pk__any_of=[]).exists()
    assert User.objects.exclude(pk__any_of=[]).count() == 1
