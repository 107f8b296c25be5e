"""What happens to tasks by itself: somebody leaves, a day comes, a rule acts, a person is erased."""

from datetime import UTC, date, datetime, timedelta

from hustings.foundation.access.actions.users import end_access
from hustings.foundation.automation.models import Notice
from hustings.foundation.automation.tests.ruling import rule_on, work
from hustings.foundation.retention.registry import registry, related, subject_of_person
from hustings.foundation.tasks.actions.changing import change_task, finish_task
from hustings.foundation.tasks.actions.giving import give_task
from hustings.foundation.tasks.actions.going import remind
from hustings.foundation.tasks.models import Status, Task
from hustings.service.desk.actions.life import tag
from hustings.service.desk.tests.cast import NOW, make_inquiry, make_person, make_user


def given(actor, title="Call the county", **facts):
    return give_task(actor=actor, title=title, now=NOW, **facts)


def told(user, text):
    return Notice.objects.filter(user=user, text=text).count()


def test_who_leaves_gives_back_what_was_to_be_done(cast):
    ours = given(cast.dana, assignee=cast.june)
    teams = given(cast.dana, team=cast.voters)
    change_task(actor=cast.june, task=teams, assignee=cast.june, team=cast.voters, now=NOW)
    own = given(cast.june)
    done = finish_task(actor=cast.june, task=given(cast.dana, assignee=cast.june), now=NOW)
    end_access(actor=cast.dana, user=cast.june, now=NOW + timedelta(hours=1))
    for task in (ours, teams, own, done):
        task.refresh_from_db()
    assert (ours.assignee, ours.status) == (cast.dana, Status.OPEN)
    assert (teams.assignee, teams.team) == (None, cast.voters)
    assert (own.assignee, own.status) == (None, Status.OPEN)
    assert done.assignee == cast.june
    assert (told(cast.dana, "You were given a task."), told(cast.theo, "Your team was given a task.")) == (1, 1)


def test_a_word_on_the_day_it_is_due_and_once(cast):
    far = make_user("Hana Kealoha", cast.voters, time_zone="Pacific/Honolulu")
    given(cast.dana, assignee=cast.june, due_on=date(2028, 10, 20))
    given(cast.dana, assignee=far, due_on=date(2028, 10, 20))
    given(cast.dana, assignee=cast.june, due_on=date(2028, 10, 21))
    given(cast.dana, assignee=cast.june, due_on=date(2028, 9, 1))  # long ago
    finish_task(actor=cast.june, task=given(cast.dana, assignee=cast.june, due_on=date(2028, 10, 20)), now=NOW)
    words = "This is due today."
    assert remind(now=datetime(2028, 10, 20, 11, 59, tzinfo=UTC)) == 0  # a minute to eight in New York
    assert remind(now=datetime(2028, 10, 20, 12, 1, tzinfo=UTC)) == 1
    assert remind(now=datetime(2028, 10, 20, 12, 2, tzinfo=UTC)) == 0
    assert (told(cast.june, words), told(far, words)) == (1, 0)
    assert remind(now=datetime(2028, 10, 20, 18, 1, tzinfo=UTC)) == 1
    assert (told(cast.june, words), told(far, words)) == (1, 1)
    first = Task.objects.get(assignee=cast.june, due_on=date(2028, 10, 20), status=Status.OPEN)
    change_task(actor=cast.dana, task=first, due_on=date(2028, 10, 22), now=NOW)  # another day: another word
    assert remind(now=datetime(2028, 10, 22, 13, tzinfo=UTC)) == 2


def test_a_rule_gives_a_task_about_what_led_to_it(cast):
    act = {
        "verb": "make:task",
        "values": {"title": "Look at {{ subject }}", "due_on": "+2", "team": str(cast.voters.uid)},
    }
    trigger = {"kind": "changed", "fields": ["tags"]}
    rule_on(cast.dana, "inquiry", act, trigger=trigger, now=NOW)
    talk = make_inquiry(cast.help)
    tag(actor=cast.june, inquiry=talk, add=["ballots"], remove=[], now=NOW)
    assert work(NOW) > 0
    task = Task.objects.get()
    assert (task.title, task.due_on, task.team) == (f"Look at {talk.subject}", date(2028, 10, 21), cast.voters)
    assert (task.assignee, task.made_by) == (None, cast.dana)
    assert (task.record_type, task.record_id) == ("inquiry", talk.pk)


def test_rules_hear_of_tasks_and_end_them(cast):
    act = {"verb": "set:status", "values": {"value": "dropped"}}
    rule_on(cast.dana, "task", act, now=NOW)
    task = given(cast.dana, title="Too late", assignee=cast.june)
    assert work(NOW) > 0
    task.refresh_from_db()
    assert (task.status, task.ended_by) == (Status.DROPPED, cast.dana)


def test_the_words_go_with_the_person_they_are_about(cast):
    person = make_person()
    talk = make_inquiry(cast.help, person=person)
    about = [
        given(cast.dana, title="Ruth's ballot", words="Call Ruth", about=f"person/{person.uid}"),
        given(cast.dana, title="Ruth's letter", about=f"inquiry/{talk.uid}"),
    ]
    other = given(cast.dana, title="Nothing of hers", words="At all", about=f"person/{make_person('Al Cox').uid}")
    subject = subject_of_person(person.pk)
    part = registry.parts["tasks.words"]
    rows = part.rows().filter(part.of(subject))
    assert set(rows) == set(about)
    assert part.erase([row.pk for row in rows], NOW) == []
    assert set(Task.objects.values_list("title", "words")) == {("", ""), ("Nothing of hers", "At all")}
    assert not part.rows().filter(part.of(related(subject))).exists()
    other.refresh_from_db()
    assert other.status == Status.OPEN
