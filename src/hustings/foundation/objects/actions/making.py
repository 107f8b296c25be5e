"""Records of objects: made, changed, moved, given, deleted."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from hustings.foundation.access.models import User
from hustings.foundation.core import bus
from hustings.foundation.core.guard import action
from hustings.foundation.retention.actions.objects import let_go
from hustings.foundation.retention.actions.refusing import refuse_rows

from ..announcements import FormSent
from ..kinds import files_in, words_of
from ..models import CustomRecord, ObjectType
from ..queries.rows import all_rows, visible_to
from ..queries.shape import shape
from ..rules import OWNER, RECORDS_PART, STAGE, may, may_fill
from .bearing import clean_values, differences, keep_files, merged, swap_files, tell


class Outdated(ValidationError):
    """Somebody changed the record since it was looked at."""


@action
def make_record(*, actor: User | None, kind: ObjectType, values: Mapping[str, Any], now: datetime) -> CustomRecord:
    """A new one from values by field, `stage` and `owner` (a user's id, uid or the user) among them. Raises
    PermissionDenied, and ValidationError by field; nothing is made then. `actor` None is the house."""
    if not may(actor, kind.record, "add"):
        raise PermissionDenied
    given = dict(values)
    stage, owner = _stage_of(actor, kind, given), _owner_of(actor, kind, given)
    fields = shape().fields_of(kind.record)
    mine = [one.slug for one in fields if may_fill(actor, kind.record, one.slug)]
    found = clean_values(actor=actor, fields=fields, given=given, kept={}, asked=mine)
    return _insert(kind, merged({}, keep_files(found)), stage=stage, owner=owner, actor=actor, now=now)


@action
def send_form(*, kind: ObjectType, values: Mapping[str, Any], token: UUID, now: datetime) -> CustomRecord:
    """Somebody from outside sends the object's public form: only fields that stand on it are taken. The same token
    again gives the record that was made."""
    if not kind.is_public or kind.withdrawn_at is not None:
        raise PermissionDenied
    known = CustomRecord.objects.filter(token=token).first()
    if known is not None:
        return known
    fields = [one for one in shape().fields_of(kind.record) if one.on_form]
    found = clean_values(actor=None, fields=fields, given=values, kept={})
    values = merged({}, keep_files(found))
    record = _insert(kind, values, stage=_first(kind), owner=None, actor=None, now=now, token=token)
    bus.announce(FormSent(kind.record, record.pk))
    return record


def _insert(
    kind: ObjectType,
    values: dict[str, Any],
    *,
    stage: str,
    owner: User | None,
    actor: User | None,
    now: datetime,
    token: UUID | None = None,
) -> CustomRecord:
    record = CustomRecord.objects.create(
        object=kind,
        values=values,
        stage=stage,
        owner=owner,
        words=words_of(shape().fields_of(kind.record), values),
        token=token,
        made_by_id=actor.pk if actor else None,
        changed_at=now,
    )
    changes: dict[str, tuple[Any, Any]] = {name: (None, value) for name, value in values.items()}
    changes |= {STAGE: (None, stage)} if stage else {}
    changes |= {OWNER: (None, owner.pk)} if owner else {}
    tell(record, changes, actor=actor, now=now, is_new=True)
    return record


@action
def change_record(
    *,
    actor: User | None,
    record: CustomRecord,
    values: Mapping[str, Any],
    version: int | None = None,
    now: datetime,
) -> dict[str, tuple[Any, Any]]:
    """Give fields other values (`stage` and `owner` too); the others stay. `version` is what the person looked at:
    Outdated when there is a newer one. Raises PermissionDenied, and ValidationError by field; nothing is changed
    then. Answers what changed."""
    kind, row = _locked(actor, record, "change")
    if version is not None and version != row.version:
        raise Outdated(_("Somebody changed this while you wrote. Look at theirs, then keep yours again."))
    given = dict(values)
    kept = {**row.values, STAGE: row.stage or None, OWNER: row.owner_id}
    own: dict[str, Any] = {}
    if STAGE in given:
        own[STAGE] = _stage_of(actor, kind, given) or None
    if OWNER in given:
        person = _owner_of(actor, kind, given)
        own[OWNER] = person.pk if person else None
    fields = shape().fields_of(kind.record)
    found = clean_values(actor=actor, fields=fields, given=given, kept=row.values, asked=list(given))
    if not differences(kept, found | own):
        return {}
    found = swap_files(row.values, found, actor=actor, held_as=(RECORDS_PART, row.pk), now=now)
    changes = differences(kept, found | own)
    row.values = merged(row.values, found)
    row.stage, row.owner_id = own.get(STAGE, row.stage) or "", own.get(OWNER, row.owner_id)
    row.words = words_of(fields, row.values)
    _keep(row, changes, actor=actor, now=now)
    return changes


def _keep(row: CustomRecord, changes: dict[str, tuple[Any, Any]], *, actor: User | None, now: datetime) -> None:
    row.changed_at, row.version = now, row.version + 1
    row.save(update_fields=["values", "stage", "owner", "words", "changed_at", "version"])
    tell(row, changes, actor=actor, now=now)


@action
def take_next(*, actor: User, kind: ObjectType, now: datetime) -> CustomRecord | None:
    """The oldest that nobody has and that is not finished becomes this person's; never the same for two. None when
    there is none that they may see."""
    if not may(actor, kind.record, "change") or not may_fill(actor, kind.record, OWNER):
        raise PermissionDenied
    waiting = visible_to(actor, kind).filter(owner=None).select_for_update(skip_locked=True, of=("self",))
    if len(kind.stages) > 1:
        waiting = waiting.exclude(stage=kind.stages[-1][0])
    row = waiting.order_by("id").first()
    if row is None:
        return None
    row.owner = actor
    _keep(row, {OWNER: (None, actor.pk)}, actor=actor, now=now)
    return row


@action
def delete_record(*, actor: User | None, record: CustomRecord, now: datetime) -> None:
    """It is gone, with its values. Raises PermissionDenied, and records.Held when it must stay."""
    _kind, row = _locked(actor, record, "delete")
    refuse_rows(actor, RECORDS_PART, [row.pk])
    changes: dict[str, tuple[Any, Any]] = {name: (value, None) for name, value in row.values.items()}
    tell(row, changes, actor=actor, now=now, is_deleted=True)
    row.delete()
    let_go(files_in(row.values), now=now)


def _locked(actor: User | None, record: CustomRecord, verb: str) -> tuple[ObjectType, CustomRecord]:
    """The row, ours until the end of the transaction, if this person sees it and may do that."""
    kind = shape().objects[record.object_id]
    if kind.withdrawn_at is not None or not may(actor, kind.record, verb):
        raise PermissionDenied
    rows = all_rows(kind) if actor is None else visible_to(actor, kind)
    row = rows.select_for_update(of=("self",)).filter(pk=record.pk).first()
    if row is None:
        raise PermissionDenied
    return kind, row


def _first(kind: ObjectType) -> str:
    return kind.stages[0][0] if kind.stages else ""


def _stage_of(actor: User | None, kind: ObjectType, given: dict[str, Any]) -> str:
    """Taken out of what is given, by slug or label; the first where none is named."""
    if STAGE not in given:
        return _first(kind)
    wanted = given.pop(STAGE)
    if not may_fill(actor, kind.record, STAGE) or not kind.stages:
        raise ValidationError({STAGE: [_("There is no field %(name)s that you may fill in") % {"name": STAGE}]})
    for slug, label in kind.stages:
        if wanted == slug or str(wanted).casefold() == label.casefold():
            return str(slug)
    names = ", ".join(label for _slug, label in kind.stages)
    raise ValidationError({STAGE: [_("Choose one of: %(choices)s") % {"choices": names}]})


def _owner_of(actor: User | None, kind: ObjectType, given: dict[str, Any]) -> User | None:
    wanted = given.pop(OWNER, None)
    if wanted in (None, ""):
        return None
    if not may_fill(actor, kind.record, OWNER):
        raise ValidationError({OWNER: [_("There is no field %(name)s that you may fill in") % {"name": OWNER}]})
    person = _active(wanted)
    if person is None:
        raise ValidationError({OWNER: [_("Nobody who works here is called that")]})
    return person


def _active(wanted: Any) -> User | None:
    people = User.objects.filter(is_active=True)
    if isinstance(wanted, User):
        return wanted if wanted.is_active else None
    if isinstance(wanted, int) and not isinstance(wanted, bool):
        return people.filter(pk=wanted).first()
    if "@" in str(wanted):
        return people.filter(email=str(wanted).strip().lower()).first()
    try:
        return people.filter(uid=UUID(str(wanted))).first()
    except ValueError:
        return None
