"""A task is given: to a person, or to a team."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from hustings.foundation.access.models import Membership, Team, User
from hustings.foundation.access.queries import colleagues, teams_visible_to
from hustings.foundation.automation.actions.notices import give_notice
from hustings.foundation.core import bus, live
from hustings.foundation.core.guard import action
from hustings.foundation.core.records import RecordChanged

from ..models import Task
from ..queries.about import found_by, reference_of
from ..rules import LONGEST_TITLE, LONGEST_WORDS, RECORD, Refused, may_give, may_see

LONGEST_OF = {"title": LONGEST_TITLE, "words": LONGEST_WORDS}
# Columns by the field that carries each (`records`).
FIELDS = {"assignee_id": "assignee", "team_id": "team"}


@action
def give_task(
    *,
    actor: User,
    title: str,
    words: str = "",
    about: str = "",
    assignee: User | None = None,
    team: Team | None = None,
    due_on: date | None = None,
    now: datetime,
) -> Task:
    """Give it to somebody, to a team, or (to nobody named) keep it for oneself. `about` is "TYPE/UID" of a record the
    actor sees. Refused without the right to; a ValidationError names the field that cannot be. Whoever has it now is
    told."""
    if not may_give(actor):
        raise Refused(_("Your role gives no tasks. Nothing was changed."))
    if assignee is None and team is None:
        assignee = actor
    refuse_words({"title": title, "words": words})
    refuse_receiver(actor, assignee, team)
    task = Task.objects.create(
        title=title.strip(), words=words.strip(), **_about(actor, about), assignee=assignee, team=team, due_on=due_on,
        made_by=actor, made_at=now,
    )  # fmt: skip
    tell(task, dict.fromkeys(("title", "assignee_id", "team_id", "due_on")), actor=actor, now=now, is_new=True)
    tell_receiver(task, actor=actor, now=now)
    return task


def _about(actor: User, reference: str) -> dict[str, Any]:
    if not reference:
        return {}
    found = found_by(actor, reference)
    if found is None:
        raise ValidationError({"about": _("There is no such record, or you may not see it.")})
    kind, record = found
    return {"record_type": kind.name, "record_id": record.pk, "record_uid": record.uid}


def refuse_words(words: Mapping[str, str]) -> None:
    """Raise ValidationError for a task without a title, and for words too long or none that can be kept."""
    if "title" in words and not words["title"].strip():
        raise ValidationError({"title": _("Say what is to be done.")})
    for name, text in words.items():
        if len(text) > LONGEST_OF[name] or "\x00" in text:
            said = _("%(n)d characters at most, and only letters and signs.") % {"n": LONGEST_OF[name]}
            raise ValidationError({name: said})


def refuse_receiver(actor: User, assignee: User | None, team: Team | None) -> None:
    """Raise ValidationError for a person whom the actor does not see or whose roles have no tasks, and for a team that
    is not theirs."""
    if assignee is not None and assignee.pk != actor.pk and not colleagues(actor).filter(pk=assignee.pk).exists():
        raise ValidationError({"assignee": _("Nobody of this name works with you.")})
    if assignee is not None and not may_see(assignee):
        raise ValidationError({"assignee": _("%(name)s has a role without tasks.") % {"name": assignee.name}})
    if team is not None and not teams_visible_to(actor).filter(pk=team.pk).exists():
        raise ValidationError({"team": _("That is no team of yours.")})


def tell(task: Task, was: Mapping[str, Any], *, actor: User | None, now: datetime, is_new: bool = False) -> None:
    """Announce what it was before (by column), and bring what shows it up to date."""
    changes = {FIELDS.get(name, name): (plain(old), plain(getattr(task, name))) for name, old in was.items()}
    if is_new:
        changes = {name: pair for name, pair in changes.items() if pair[1] is not None}
    actor_id = actor.pk if actor else None
    bus.announce(RecordChanged(RECORD, task.pk, task.uid, changes, actor_id, now, is_new=is_new))
    concerned = (task.assignee_id, task.made_by_id, was.get("assignee_id"), actor_id)
    people = {pk for pk in concerned if pk is not None}
    # A team's, or one that was a moment ago.
    if task.team_id is not None and (task.assignee_id is None or "assignee_id" in was):
        people.update(Membership.objects.filter(team_id=task.team_id).values_list("user_id", flat=True))
    topics = [f"user:{pk}" for pk in sorted(people)]
    live.publish(topics + ([f"tasks:{reference_of(task).replace('/', ':')}"] if task.record_type else []))


def plain(value: Any) -> Any:
    """A value as JSON holds it."""
    return value.isoformat() if isinstance(value, date) else getattr(value, "value", value)


def tell_receiver(task: Task, *, actor: User | None, now: datetime) -> None:
    """A word on the desk of whom it is for now, but not of who gave it."""
    if task.assignee_id is not None:
        users = [task.assignee] if task.assignee else []
        text = _("You were given a task.")
    else:
        users = list(User.objects.filter(memberships__team=task.team, is_active=True)) if task.team else []
        text = _("Your team was given a task.")
    told = [user for user in users if user != actor and may_see(user)]
    give_notice(users=told, text=text, record=RECORD, record_id=task.pk, matter=f"task:{task.pk}", now=now)
