"""A task is given, taken, done, dropped: who may, who is told, and what is refused whole."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from hustings.foundation.access.models import Team
from hustings.foundation.automation.models import Notice
from hustings.foundation.core import bus, live
from hustings.foundation.core.records import RecordChanged
from hustings.foundation.tasks.actions.changing import change_task, drop_task, finish_task, reopen_task, take_task
from hustings.foundation.tasks.actions.giving import give_task
from hustings.foundation.tasks.models import Status, Task
from hustings.foundation.tasks.queries import open_count
from hustings.foundation.tasks.rules import Refused, Stale
from hustings.service.desk.tests.cast import NOW, make_inquiry, make_user

DAY = date(2028, 10, 21)


def given(actor, title="Call the county", **facts):
    return give_task(actor=actor, title=title, now=NOW, **facts)


def told(user):
    return list(Notice.objects.filter(user=user).values_list("text", "record", "record_id"))


@pytest.fixture
def said(monkeypatch):
    found = []
    monkeypatch.setitem(bus._inside, RecordChanged, [*bus._inside[RecordChanged], found.append])
    return found


def test_to_a_colleague_about_a_letter(cast, monkeypatch, django_capture_on_commit_callbacks):
    topics = []
    monkeypatch.setattr(live, "publish", lambda told, **how: topics.extend([told] if isinstance(told, str) else told))
    talk = make_inquiry(cast.help)
    task = given(cast.dana, words=" Ask for the clerk. ", about=f"inquiry/{talk.uid}", assignee=cast.june, due_on=DAY)
    assert (task.title, task.words, task.due_on, task.status) == (
        *("Call the county", "Ask for the clerk.", DAY, Status.OPEN),
    )
    assert (task.record_type, task.record_id, task.record_uid) == ("inquiry", talk.pk, talk.uid)
    assert (task.assignee, task.team, task.made_by, task.made_at) == (cast.june, None, cast.dana, NOW)
    assert told(cast.june) == [("You were given a task.", "task", task.pk)]
    assert told(cast.dana) == []
    assert {f"user:{cast.june.pk}", f"user:{cast.dana.pk}", f"tasks:inquiry:{talk.uid}"} <= set(topics)
    assert (open_count(cast.june), open_count(cast.dana)) == (1, None)


def test_to_oneself_when_nobody_is_named(cast):
    task = given(cast.june)
    assert (task.assignee, task.record_type, told(cast.june)) == (cast.june, "", [])


def test_to_a_team_of_which_one_takes_it(cast):
    task = given(cast.dana, team=cast.voters)
    people = (cast.june, cast.theo, cast.vera)
    assert [told(one) for one in people] == [[("Your team was given a task.", "task", task.pk)]] * 3
    assert (told(cast.dana), told(cast.ines)) == ([], [])
    assert [open_count(one) for one in (*people, cast.dana, cast.ines)] == [1, 1, 1, 1, None]
    taken = take_task(actor=cast.june, task=task, now=NOW)
    assert (taken.assignee, taken.team) == (cast.june, cast.voters)
    with pytest.raises(Stale):
        take_task(actor=cast.theo, task=task, now=NOW)
    assert Task.objects.get().assignee == cast.june
    assert take_task(actor=cast.june, task=task, now=NOW).assignee == cast.june
    assert [open_count(one) for one in (cast.june, cast.theo)] == [1, None]


def test_done_dropped_and_opened_again(cast):
    task = given(cast.dana, team=cast.voters)
    done = finish_task(actor=cast.june, task=task, now=NOW + timedelta(hours=1))
    assert (done.status, done.ended_by, done.ended_at) == (Status.DONE, cast.june, NOW + timedelta(hours=1))
    assert done.assignee == cast.june  # whoever did it
    with pytest.raises(Stale):
        take_task(actor=cast.theo, task=given(cast.dana, assignee=cast.june), now=NOW)
    opened = reopen_task(actor=cast.dana, task=task, now=NOW)
    assert (opened.status, opened.ended_by, opened.ended_at) == (Status.OPEN, None, None)
    dropped = drop_task(actor=cast.dana, task=task, now=NOW)
    assert (dropped.status, dropped.ended_by, dropped.assignee) == (Status.DROPPED, cast.dana, cast.june)


def test_changes_are_announced_and_whoever_has_it_now_is_told(cast, said):
    task = given(cast.dana, assignee=cast.june)
    change_task(actor=cast.dana, task=task, assignee=cast.theo, team=None, due_on=DAY, title="Call both", now=NOW)
    finish_task(actor=cast.theo, task=task, now=NOW)
    finish_task(actor=cast.theo, task=task, now=NOW)  # no news
    assert [(one.record, one.is_new, dict(one.changes), one.actor_id) for one in said] == [
        ("task", True, {"title": (None, "Call the county"), "assignee": (None, cast.june.pk)}, cast.dana.pk),
        (
            *("task", False),
            {
                "title": ("Call the county", "Call both"),
                "assignee": (cast.june.pk, cast.theo.pk),
                "due_on": (None, DAY.isoformat()),
            },
            cast.dana.pk,
        ),
        ("task", False, {"status": ("open", "done")}, cast.theo.pk),
    ]
    assert told(cast.theo) == [("You were given a task.", "task", task.pk)]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"words": "x" * 4001}, "words"),
        ({"words": "a\x00b"}, "words"),
        ({"about": "inquiry/018f0000-0000-7000-8000-000000000000"}, "about"),
        ({"about": "inquiry/no-uid"}, "about"),
        ({"about": "nonsense"}, "about"),
    ],
)
def test_what_cannot_be_is_refused_whole(cast, facts, field):
    with pytest.raises(ValidationError) as problem:
        given(cast.dana, **facts)
    assert list(problem.value.message_dict) == [field]
    assert (Task.objects.count(), Notice.objects.count()) == (0, 0)


def test_about_a_record_one_does_not_see_it_is_not_given(cast):
    talk = make_inquiry(cast.gifts)
    with pytest.raises(ValidationError):
        given(cast.june, about=f"inquiry/{talk.uid}")
    task = given(cast.ines)
    with pytest.raises(ValidationError):
        given(cast.ines, about=f"task/{task.uid}")  # a task is about no other task
    assert Task.objects.count() == 1


def test_to_strangers_and_to_roles_without_tasks_it_is_not_given(cast):
    looker = make_user("Olive Stone", cast.voters, roles=["observer"])
    for actor, facts in (
        (cast.june, {"assignee": cast.ines}),  # of another team
        (cast.dana, {"assignee": looker}),
        (cast.dana, {"team": cast.donors}),
    ):
        with pytest.raises(ValidationError):
            given(actor, **facts)
    with pytest.raises(Refused):
        given(looker)
    gone = make_user("Gus Low", cast.voters, is_active=False)
    with pytest.raises(ValidationError):
        given(cast.dana, assignee=gone)
    assert (Task.objects.count(), Notice.objects.count()) == (0, 0)


def test_a_task_one_does_not_see_is_not_changed(cast):
    task = given(cast.june)
    for act in (finish_task, drop_task, take_task, reopen_task):
        with pytest.raises(Refused):
            act(actor=cast.ines, task=task, now=NOW)
    with pytest.raises(Refused):
        change_task(actor=cast.ines, task=task, title="Mine", now=NOW)
    again = Task.objects.get()
    assert (again.title, again.status, again.assignee) == ("Call the county", Status.OPEN, cast.june)


def test_teams_that_go_leave_their_tasks(cast):
    team = Team.objects.create(name="For a day")
    task = given(cast.ada, team=team)
    team.delete()
    task.refresh_from_db()
    assert (task.team, task.assignee, task.status) == (None, None, Status.OPEN)
