"""What becomes of a task: changed, taken, done, dropped, opened again."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from hustings.foundation.access.models import User
from hustings.foundation.core.guard import action

from ..models import Status, Task
from ..queries import visible_to
from ..rules import Refused, Stale, may_change
from .giving import refuse_receiver, refuse_words, tell, tell_receiver

FACTS = ("title", "words", "assignee", "team", "due_on")


@action
def change_task(*, actor: User, task: Task, now: datetime, **facts: Any) -> Task:
    """Write what is asked now: `facts` of title, words, assignee, team and due_on. Refused without the right to; a
    ValidationError names the field that cannot be. Who has it from now on is told."""
    row = _lock(actor, task)
    refuse_words({name: facts[name] for name in ("title", "words") if name in facts})
    assignee, team = facts.get("assignee", row.assignee), facts.get("team", row.team)
    if (assignee, team) != (row.assignee, row.team):
        refuse_receiver(actor, assignee if assignee != row.assignee else None, team if team != row.team else None)
        if assignee is None and team is None:
            facts["assignee"] = actor
    new = {_column(name): _value(name, facts[name]) for name in FACTS if name in facts}
    return _write(row, new, actor, now)


@action
def take_task(*, actor: User, task: Task, now: datetime) -> Task:
    """One's own from now on. Stale when somebody of the team was there before."""
    row = _lock(actor, task)
    if row.assignee_id == actor.pk:
        return row
    if row.assignee_id is not None:
        raise Stale(_("Somebody took it a moment ago. Nothing was changed."))
    if row.status != Status.OPEN:
        raise Stale(_("It is over already. Nothing was changed."))
    return _write(row, {"assignee_id": actor.pk}, actor, now)


@action
def finish_task(*, actor: User, task: Task, now: datetime) -> Task:
    """It is done. What was free is from then on theirs who did it."""
    return _end(actor, task, Status.DONE, now)


@action
def drop_task(*, actor: User, task: Task, now: datetime) -> Task:
    """Nobody needs it any more."""
    return _end(actor, task, Status.DROPPED, now)


@action
def reopen_task(*, actor: User, task: Task, now: datetime) -> Task:
    """It is to be done after all."""
    row = _lock(actor, task)
    if row.status == Status.OPEN:
        return row
    return _write(row, {"status": Status.OPEN, "ended_at": None, "ended_by_id": None}, actor, now)


def _end(actor: User, task: Task, status: Status, now: datetime) -> Task:
    row = _lock(actor, task)
    if row.status == status:
        return row
    new: dict[str, Any] = {"status": status, "ended_at": now, "ended_by_id": actor.pk}
    if status == Status.DONE and row.assignee_id is None:
        new["assignee_id"] = actor.pk
    return _write(row, new, actor, now)


def _lock(actor: User, task: Task) -> Task:
    row = visible_to(actor).filter(pk=task.pk).select_for_update(of=("self",)).first()
    if row is None:
        raise Refused(_("You do not see this task any more. Nothing was changed."))
    if not may_change(actor):
        raise Refused(_("Your role does not change tasks. Nothing was changed."))
    return row


def _column(name: str) -> str:
    return f"{name}_id" if name in ("assignee", "team") else name


def _value(name: str, value: Any) -> Any:
    if name in ("assignee", "team"):
        return value.pk if value else None
    return value.strip() if isinstance(value, str) else value


def _write(row: Task, new: dict[str, Any], actor: User, now: datetime) -> Task:
    was = {name: getattr(row, name) for name in new if getattr(row, name) != new[name]}
    if not was:
        return row
    for name in was:
        setattr(row, name, new[name])
    row.save(update_fields=list(was))
    told = {name: old for name, old in was.items() if not name.startswith("ended_")}
    tell(row, told, actor=actor, now=now)
    if "assignee_id" in was or ("team_id" in was and row.assignee_id is None):
        tell_receiver(row, actor=actor, now=now)
    return row
