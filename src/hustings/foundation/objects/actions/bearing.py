"""What every act on values has in common: cleaning them, and telling who listens."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from hustings.foundation.access.models import User
from hustings.foundation.core import bus, live, storage
from hustings.foundation.core.records import FILE, LINK, Held, RecordChanged
from hustings.foundation.core.texts import safe_name
from hustings.foundation.retention.actions.objects import let_go
from hustings.foundation.retention.actions.refusing import refuse_rows

from ..kinds import clean, files_in, outward
from ..models import CustomRecord, FieldType
from ..queries.links import find
from ..queries.shape import shape
from ..rules import may_fill

LARGEST_FILE = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to be kept. `type` is what its bytes say, not its sender."""

    name: str
    type: str
    content: bytes


def clean_values(
    *,
    actor: User | None,
    fields: Iterable[FieldType],
    given: Mapping[str, Any],
    kept: Mapping[str, Any],
    asked: Iterable[str] | None = None,
) -> dict[str, Any]:
    """The kept form of what is given, by field; None where it is blank, an Upload where a file is yet to be stored.
    `asked`: the required ones that must be there at the end, all when None. Raises ValidationError by field: a name
    that is no field this person may fill, a value that is none, a required one that is blank."""
    known = {one.slug: one for one in fields}
    problems: dict[str, list[str]] = {}
    found: dict[str, Any] = {}
    for name, raw in given.items():
        one = known.get(name)
        if one is None or not may_fill(actor, one.record, one.slug):
            problems[name] = [_("There is no field %(name)s that you may fill in") % {"name": name}]
            continue
        try:
            found[name] = clean_one(one, raw, actor=actor, kept=kept.get(name))
        except ValidationError as problem:
            problems[name] = problem.messages
    must = known if asked is None else {name: known[name] for name in asked if name in known}
    after = {**kept, **found}
    for name, one in must.items():
        if one.is_required and name not in problems and after.get(name) is None:
            problems[name] = [_("%(label)s is missing") % {"label": one.label}]
    if problems:
        raise ValidationError(problems)
    return found


def clean_one(one: FieldType, raw: Any, *, actor: User | None, kept: Any = None) -> Any:
    """As `kinds.clean`, with links and files. What is kept already stays good though its target is out of sight."""
    if one.kind == LINK:
        if raw in (None, "") or raw == kept:
            return raw or None
        target = find(one.to, raw, user=actor)
        if target is None:
            raise ValidationError(_("Choose a record that is there"))
        return target
    if one.kind == FILE:
        return _checked_file(raw, kept)
    return clean(one, raw)


def _checked_file(raw: Any, kept: Any) -> Any:
    # A hash from outside is never taken: whoever names one could fetch a file that is not theirs.
    if raw in (None, "") or raw == kept:
        return raw or None
    if not isinstance(raw, Upload):
        raise ValidationError(_("Choose a file"))
    if len(raw.content) > LARGEST_FILE:
        raise ValidationError(_("%(name)s is larger than 10 MB") % {"name": raw.name})
    return kept if _described(raw) == kept else raw


def _described(file: Upload) -> dict[str, Any]:
    sha256 = hashlib.sha256(file.content).hexdigest()
    return {"sha256": sha256, "name": safe_name(file.name), "type": file.type, "size": len(file.content)}


def keep_files(found: Mapping[str, Any]) -> dict[str, Any]:
    """The values with their files stored: last of all, when nothing can be refused any more."""
    kept = dict(found)
    for name, value in found.items():
        if isinstance(value, Upload):
            storage.put(value.content)
            kept[name] = _described(value)
    return kept


def swap_files(
    kept: Mapping[str, Any],
    found: Mapping[str, Any],
    *,
    actor: User | None,
    held_as: tuple[str, int],
    now: datetime,
) -> dict[str, Any]:
    """`keep_files`, and files that others take the place of are let go of. Raises ValidationError by field when a hold
    keeps them; `held_as` is the part of `erasing` and the row's id."""
    changed = {name: kept[name] for name, value in found.items() if name in kept and kept[name] != value}
    replaced = {name: value for name, value in changed.items() if files_in({name: value})}
    if replaced:
        try:
            refuse_rows(actor, held_as[0], [held_as[1]])
        except Held as held:
            raise ValidationError({name: [str(held)] for name in replaced}) from None
        let_go(files_in(replaced), now=now)
    return keep_files(found)


def merged(kept: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    """The values after it: what became blank has no key."""
    return {name: value for name, value in {**kept, **found}.items() if value is not None}


def differences(kept: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """(old, new) of those that are others now."""
    return {name: (kept.get(name), value) for name, value in found.items() if kept.get(name) != value}


def told(changes: Mapping[str, tuple[Any, Any]]) -> dict[str, tuple[Any, Any]]:
    """Changes as they are announced."""
    return {name: (outward(old), outward(new)) for name, (old, new) in changes.items()}


def tell(
    record: CustomRecord,
    changes: Mapping[str, tuple[Any, Any]],
    *,
    actor: User | None,
    now: datetime,
    is_new: bool = False,
    is_deleted: bool = False,
    publish: bool = True,
) -> None:
    """Announce it inside the transaction, and publish that the object's list changed."""
    name = shape().objects[record.object_id].record
    actor_id = actor.pk if actor else None
    bus.announce(
        RecordChanged(name, record.pk, record.uid, told(changes), actor_id, now, is_new=is_new, is_deleted=is_deleted)
    )
    if publish:
        live.publish([f"records:{record.object_id}", f"record:{record.uid}"])
