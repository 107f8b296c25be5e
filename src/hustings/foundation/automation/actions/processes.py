"""How things are approved, and who stands in for whom."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from hustings.foundation.access.actions import record_audit
from hustings.foundation.access.models import User
from hustings.foundation.access.queries import role_names
from hustings.foundation.core import live, records
from hustings.foundation.core.guard import action
from hustings.foundation.core.slugs import free_slug

from .. import rules as may
from ..models import Delegation, Process
from .notices import give_notice

LONGEST_AWAY = 366  # days


@action
def save_process(
    *,
    actor: User,
    process: Process | None,
    name: str,
    record: str,
    steps: Sequence[Mapping[str, Any]],
    about: str = "",
    remind_after: int = 24,
    is_on: bool = True,
    now: datetime,
) -> Process:
    """Write down how records of a type are approved. Requests that wait go on as they were asked for. Raises
    PermissionDenied and ValidationError."""
    if not may.may_write_processes(actor):
        raise PermissionDenied
    name = " ".join(name.split())
    if not name or Process.objects.filter(name__iexact=name).exclude(pk=process.pk if process else 0).exists():
        raise ValidationError(_("Give it a name of its own."))
    record_type = records.get(record)
    if record_type is None:
        raise ValidationError(_("There are no such records."))
    if process is not None and process.record != record:
        raise ValidationError(_("It stays with its kind of record. Make a new one for another."))
    if not steps:
        raise ValidationError(_("Say who approves: at least one step is needed."))
    taken = set(Process.objects.values_list("slug", flat=True))
    row = process or Process(slug=free_slug(name, taken, otherwise="approval"), record=record, made_by=actor)
    row.name, row.about, row.remind_after, row.is_on = name, about.strip(), remind_after, is_on
    row.steps = [_step(one, place, record_type) for place, one in enumerate(steps, start=1)]
    row.save()
    record_audit(actor=actor, action="process.written", record_type="process", record_uid=row.uid, now=now)
    return row


def _step(told: Mapping[str, Any], place: int, record_type: records.RecordType) -> dict[str, Any]:
    roles = sorted(set(map(str, told.get("roles", ()))))
    users = sorted({int(pk) for pk in told.get("users", ())})
    field, quorum = str(told.get("field", "")), int(told.get("quorum", 1) or 1)
    named = {"step": str(told.get("name", "")).strip() or _("Step %(n)d") % {"n": place}}
    if unknown := set(roles) - set(role_names()):
        raise ValidationError(_("There is no role %(slugs)s.") % {"slugs": ", ".join(sorted(unknown))})
    if field and not any(one.name == field and one.kind == records.USER for one in records.fields_of(record_type)):
        raise ValidationError(_("“%(field)s” names no colleague.") % {"field": field})
    if not (roles or users or field):
        raise ValidationError(_("Say who decides “%(step)s”: a role, people, or a field of the record.") % named)
    if quorum < 1 or (not roles and quorum > len(users) + bool(field)):
        raise ValidationError(_("“%(step)s” needs more people than could ever decide it.") % named)
    return {"name": named["step"], "roles": roles, "users": users, "field": field, "quorum": quorum}


@action
def delegate(*, actor: User, to: User, first_day: date, last_day: date, now: datetime) -> Delegation:
    """While the actor is away `to` decides for them: whole days, both included. Raises ValidationError."""
    if to.pk == actor.pk or not to.is_active:
        raise ValidationError(_("Choose a colleague who works here. Nothing was changed."))
    if last_day < first_day or (last_day - first_day).days > LONGEST_AWAY:
        raise ValidationError(_("The last day comes before the first, or more than a year after it."))
    row = Delegation.objects.create(user=actor, to=to, first_day=first_day, last_day=last_day)
    detail = {"to": to.pk, "first_day": first_day.isoformat(), "last_day": last_day.isoformat()}
    record_audit(
        actor=actor, action="delegation.made", record_type="delegation", record_uid=row.uid, detail=detail, now=now
    )
    give_notice(users=[to], text=_("%(who)s asked you to decide for them while they are away.") % {
        "who": actor.name}, matter=f"delegation:{row.pk}", now=now)  # fmt: skip
    return row


@action
def end_delegation(*, actor: User, delegation: Delegation, now: datetime) -> None:
    """Whoever gave it takes it back, or whoever got it hands it back; what was decided stays."""
    if actor.pk not in (delegation.user_id, delegation.to_id):
        raise PermissionDenied
    Delegation.objects.filter(pk=delegation.pk, ended_at=None).update(ended_at=now)
    record_audit(actor=actor, action="delegation.ended", record_type="delegation", record_uid=delegation.uid, now=now)
    live.publish([f"user:{delegation.user_id}", f"user:{delegation.to_id}"])
