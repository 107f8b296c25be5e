"""The counts of the rail: their SQL is made once for the same rights, and never where a right is missing."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hustings.foundation.access.grants import Reading, grants_of
from hustings.foundation.access.models import Role, Team, User
from hustings.foundation.access.queries.counting import counted
from hustings.foundation.core.guard import reading_as


class Asked:
    """How often the query set was made."""

    def __init__(self, rows):
        self.rows, self.times = rows, 0

    def __call__(self):
        self.times += 1
        return self.rows()


@pytest.fixture
def lead(cast):
    """With grants that nothing was asked under."""
    grants_of(cast["lead"]).asked.clear()
    grants_of(cast["volunteer"]).asked.clear()
    return cast["lead"]


def test_it_is_made_once_and_counts_what_is_there_now(lead):
    teams = Asked(lambda: Team.objects.filter(name__startswith="V").order_by("name"))
    with reading_as(Reading(grants_of(lead))):
        assert counted(lead, "test.teams", teams) == 1
        Team.objects.create(name="Vans")
        with CaptureQueriesContext(connection) as questions:
            assert counted(lead, "test.teams", teams) == 2
    assert (teams.times, len(questions)) == (1, 1)


def test_another_question_and_other_rights_make_their_own(lead, cast):
    teams = Asked(Team.objects.all)
    for user, key in ((lead, "a"), (lead, "b"), (cast["volunteer"], "a"), (cast["stranger"], "a")):
        with reading_as(Reading(grants_of(user))):
            assert counted(user, key, teams) == 2
    assert teams.times == 3  # two volunteers have the same rights


def test_nothing_is_kept_where_nobody_or_another_reads(lead, cast):
    teams = Asked(Team.objects.all)
    for _ in range(2):
        assert counted(lead, "a", teams) == 2
        with reading_as(Reading(grants_of(cast["volunteer"]))):
            assert counted(lead, "a", teams) == 2
    assert (teams.times, grants_of(lead).asked) == (4, {})


def test_what_can_find_nothing_asks_nothing(lead):
    with reading_as(Reading(grants_of(lead))), CaptureQueriesContext(connection) as questions:
        assert counted(lead, "none", lambda: Team.objects.filter(pk__in=[])) == 0
    assert len(questions) == 0


def test_a_role_that_was_changed_makes_it_anew(cast):
    """So whatever refuses the reader refuses them, though it was asked before."""
    role = Role.objects.create(slug="desk", name="Desk", grants={"records": {"user": {"verbs": ["see"]}}})
    people = Asked(User.objects.all)
    for version in (1, 1, 2):
        role.version = version
        role.save()
        user = User.objects.get(pk=cast["volunteer"].pk)
        user.roles = ["desk"]
        with reading_as(Reading(grants_of(user))):
            assert counted(user, "people", people) == 4
    assert people.times == 2
