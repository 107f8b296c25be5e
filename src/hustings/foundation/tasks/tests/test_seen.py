"""Who sees which task, and what of what it is about."""

from datetime import timedelta

import pytest

from hustings.constituents.people.actions.merges import merge_people
from hustings.foundation.access.models import Role
from hustings.foundation.tasks.actions.giving import give_task
from hustings.foundation.tasks.models import Task
from hustings.foundation.tasks.queries import given_by, to_do, visible_to
from hustings.foundation.tasks.queries.about import named_of
from hustings.foundation.tasks.queries.panel import panel_for
from hustings.service.desk.models import Inquiry
from hustings.service.desk.tests.cast import NOW, make_inquiry, make_person, make_user


@pytest.fixture
def tasks(cast):
    """By a word: a volunteer's own, one of each team, one from a lead, one about a sealed letter."""
    sealed = make_inquiry(cast.help, is_sealed=True)
    talk = make_inquiry(cast.help)

    def give(actor, title, **facts):
        return give_task(actor=actor, title=title, now=NOW, **facts)

    return {
        "own": give(cast.june, "own"),
        "voters": give(cast.dana, "voters", team=cast.voters),
        "donors": give(cast.ines, "donors", team=cast.donors),
        "given": give(cast.dana, "given", assignee=cast.theo, about=f"inquiry/{talk.uid}"),
        "sealed": give(cast.vera, "sealed", about=f"inquiry/{sealed.uid}"),
        "far": give(cast.ada, "far", assignee=cast.ines, about=f"inquiry/{make_inquiry(cast.gifts).uid}"),
    }


def titles(rows):
    return sorted(row.title for row in rows)


def test_what_was_given_and_gave_and_of_ones_teams(cast, tasks):
    looker = make_user("Olive Stone", cast.voters, roles=["observer"])
    assert titles(visible_to(cast.june)) == ["given", "own", "voters"]
    assert titles(visible_to(cast.theo)) == ["given", "own", "voters"]
    assert titles(visible_to(cast.ines)) == ["donors", "far"]
    assert titles(visible_to(cast.vera)) == ["given", "own", "sealed", "voters"]
    assert titles(visible_to(cast.ada)) == [
        "donors",
        "far",
        "given",
        "own",
        "voters",
    ]  # nothing sealed
    assert titles(visible_to(looker)) == []
    assert (titles(to_do(cast.theo)), titles(given_by(cast.dana))) == (["given", "voters"], ["given", "voters"])


def test_rows_that_are_ones_own_alone(cast, tasks):
    Role.objects.create(
        slug="lone", name="Lone",
        grants={"records": {"task": {"verbs": ["see", "change"], "rows": ["assigned"], "fields": {"*": "edit"}}}},
    )  # fmt: skip
    lone = make_user("Lonnie Dale", cast.voters, roles=["lone"])
    task = give_task(actor=cast.dana, title="alone", assignee=lone, now=NOW)
    assert list(visible_to(lone)) == [task]


def test_of_what_it_is_about_no_more_than_its_reader_sees(cast, tasks):
    task = give_task(
        actor=cast.ada, title="Look", about=f"inquiry/{make_inquiry(cast.gifts).uid}", assignee=cast.june, now=NOW
    )
    assert named_of(cast.june, [task]) == {}
    assert named_of(cast.ada, [task])[task.pk].type_name == "inquiry"


def test_the_panel_of_a_record(cast, tasks):
    talk = tasks["given"]
    found = panel_for(cast.dana, "inquiry", _record(talk), NOW)
    assert [(line.task.title, line.may_end, line.may_take) for line in found["waiting"]] == [("given", True, False)]
    assert found["over"] == []
    looker = make_user("Olive Stone", cast.voters, roles=["observer"])
    assert panel_for(looker, "inquiry", _record(talk), NOW) is None


def test_people_who_are_merged_keep_what_is_to_be_done(cast):
    kept, other = make_person(), make_person("R. Abernathy")
    task = give_task(actor=cast.dana, title="Write back", about=f"person/{other.uid}", assignee=cast.june, now=NOW)
    merge_people(actor=cast.dana, person=other, into=kept, now=NOW + timedelta(hours=1))
    assert task in visible_to(cast.ada)
    found = panel_for(cast.dana, "person", kept, NOW)
    assert [line.task for line in found["waiting"]] == [task]
    assert named_of(cast.dana, Task.objects.all())[task.pk].label == "Person"


def _record(task):
    return Inquiry.objects.get(pk=task.record_id)
