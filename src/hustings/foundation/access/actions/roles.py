"""Roles: written, made, renamed and removed. What lets more people read or edit something sensitive waits for a second
administrator, unless the house has only one."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from hustings.foundation.core import live, records
from hustings.foundation.core.guard import action
from hustings.foundation.core.records import Field, RecordType
from hustings.foundation.core.slugs import free_slug

from .. import ready_made, rules
from ..grants import definitions
from ..models import Invitation, Role, RoleChange, User
from ..queries.roles import cells_between, field_named, known_role, other_administrators, version_of
from ..roles import BadRole, Definition, definition_from, level_word, told_of, widenings, with_level
from .audit import record_audit

ADDRESSES = {"new", "changes", "preview"}  # pages that stand where a role's page would


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the grid: what this role should say of a field, and what it said when that was decided."""

    role: str
    record: str
    field: str
    was: str
    to: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it: cells that hold now, and those that wait for a second administrator."""

    saved: Sequence[Cell] = ()
    asked: Sequence[Cell] = ()


def _needs_administrator(actor: User) -> None:
    if not rules.administers(actor):
        raise PermissionDenied


@action
def change_cells(*, actor: User, cells: Sequence[Cell], alone: bool = False, now: datetime) -> Outcome:
    """Change single cells of the grid. Those that widen what is sensitive are put before a second administrator; where
    there is none, `alone` says that the only one has confirmed it. Raises PermissionDenied, BadRole (no such field, no
    such level) and ValidationError (somebody changed a cell meanwhile; not confirmed): nothing is changed then."""
    _needs_administrator(actor)
    known, kept, asked = definitions(), [], []
    drafts: dict[str, Definition] = {}
    for cell in cells:
        role = drafts.get(cell.role) or known.get(cell.role)
        one, each = field_named(cell.record, cell.field)
        if role is None:
            raise BadRole(_("There is no role %(slugs)s.") % {"slugs": cell.role})
        _still_says(role, one, each, cell)
        changed = with_level(role, one, each, cell.to)
        if widenings(role, changed, [one]) and not alone:
            asked.append(cell)
            continue
        kept.append(cell)
        drafts[cell.role] = changed
    if asked:
        _ask(actor=actor, cells=asked, now=now)
    _only_one_may_be_alone(actor, alone)
    for slug, changed in drafts.items():
        _write(actor=actor, slug=slug, role=changed, alone=alone, now=now)
    return Outcome(kept, asked)


def _still_says(role: Definition, one: RecordType, each: Field, cell: Cell) -> None:
    if level_word(role, one, each) != cell.was:
        said = _("%(field)s for %(role)s was changed by somebody else meanwhile. Nothing was saved: look at it again.")
        raise ValidationError(said % {"field": each.label, "role": cell.role})


def _only_one_may_be_alone(actor: User, alone: bool) -> None:
    if alone and other_administrators(actor):
        raise ValidationError(_("There is another administrator, who must agree. Nothing was saved."))


def _needs_another(actor: User) -> None:
    if not other_administrators(actor):
        said = _(
            "More people could read something sensitive, and nobody else administers. Confirm it in your own words."
        )
        raise ValidationError(said, code="alone")


def _ask(*, actor: User, cells: Sequence[Cell], now: datetime) -> None:
    """A proposal for each role."""
    _needs_another(actor)
    by_role: dict[str, list[dict[str, str]]] = {}
    for cell in cells:
        told = {"record": cell.record, "field": cell.field, "was": cell.was, "to": cell.to}
        by_role.setdefault(cell.role, []).append(told)
    for slug, told_cells in by_role.items():
        _propose(actor=actor, slug=slug, cells=told_cells, now=now)


def _propose(
    *, actor: User, slug: str, cells: list[dict[str, str]], told: Mapping[str, Any] | None = None, now: datetime
) -> None:
    version = Role.objects.filter(slug=slug).values_list("version", flat=True).first() or 0
    made = RoleChange.objects.create(
        role_slug=slug, cells=cells, told=told, written_against=version, asked_by=actor, asked_at=now
    )
    detail = {"role": slug, "cells": cells}
    record_audit(actor=actor, action="role.asked", record_type="role", record_uid=made.uid, detail=detail, now=now)
    live.publish([f"user:{other.pk}" for other in other_administrators(actor)])


@action
def change_role(
    *, actor: User, slug: str, told: Mapping[str, Any], version: int, alone: bool = False, now: datetime
) -> bool:
    """Give the role this definition (the stored form); `version` is the one it was written against. True when it holds
    now, False when it waits for a second administrator. Raises PermissionDenied, BadRole, ValidationError."""
    _needs_administrator(actor)
    old, new = known_role(slug), definition_from(slug, told)
    if version != version_of(slug):
        raise ValidationError(_("Somebody else changed this role meanwhile. Nothing was saved: look at it again."))
    _keep_administering(actor, slug, new)
    if told_of(new) == told_of(old):
        return True
    if widenings(old, new, records.all_types()) and not alone:
        _needs_another(actor)
        _propose(actor=actor, slug=slug, cells=cells_between(old, new), told=told_of(new), now=now)
        return False
    _only_one_may_be_alone(actor, alone)
    _write(actor=actor, slug=slug, role=new, alone=alone, now=now)
    return True


def _keep_administering(actor: User, slug: str, new: Definition) -> None:
    """Nobody shuts the whole house out of its own set-up."""
    able = {one for one, role in definitions().items() if "administer" in role.abilities - role.never_abilities}
    able = able - {slug} | ({slug} if "administer" in new.abilities - new.never_abilities else set())
    if not User.objects.filter(is_active=True, roles__overlap=sorted(able)).exists():
        raise ValidationError(_("Then nobody could set up the house any more. Nothing was saved."))


def _write(*, actor: User, slug: str, role: Definition, alone: bool = False, now: datetime, **more: Any) -> None:
    """Keep it, say in the audit what each field's cell was and is, and tell everyone who holds the role."""
    old = known_role(slug)
    row = Role.objects.select_for_update().filter(slug=slug).first() or _row_of(slug)
    row.grants, row.version = told_of(role), row.version + 1
    row.save()
    detail: dict[str, Any] = {"role": slug, "cells": cells_between(old, role), **_beside(old, role), **more}
    if alone:
        detail["alone"] = True
    record_audit(actor=actor, action="role.changed", record_type="role", record_uid=row.uid, detail=detail, now=now)
    tell_holders(slug)


def _row_of(slug: str) -> Role:
    """A ready-made role's first row. Its name stays the house's, in each reader's language."""
    return Role(slug=slug, name="", version=_first_version())


def _first_version() -> int:
    """By chance: what is compiled is kept by slug and version, and a slug may come back."""
    return secrets.randbelow(1_000_000_000)


def _beside(old: Definition, new: Definition) -> dict[str, Any]:
    """What else differs, from and to: verbs and rows by record type, abilities, and the rest."""
    before, after = told_of(old), told_of(new)
    found: dict[str, Any] = {}
    for name in sorted(set(before["records"]) | set(after["records"])):
        was, now = before["records"].get(name, {}), after["records"].get(name, {})
        for part in ("verbs", "rows", "never"):
            if was.get(part, []) != now.get(part, []):
                found[f"{name}.{part}"] = [was.get(part, []), now.get(part, [])]
    for part in ("abilities", "never_abilities", "second_factor", "people_a_shift"):
        if before[part] != after[part]:
            found[part] = [before[part], after[part]]
    return {"changed": found} if found else {}


def tell_holders(slug: str) -> None:
    """Everyone's open pages fetch themselves anew, by the grants that hold from now on."""
    holders = User.objects.filter(is_active=True, roles__contains=[slug]).values_list("pk", flat=True)
    live.publish([f"{topic}:{pk}" for pk in holders for topic in ("user", "session")])


@action
def agree(*, actor: User, change: RoleChange, now: datetime) -> None:
    """A second administrator agrees and it holds. Raises PermissionDenied (who asked cannot agree), BadRole, and
    ValidationError when it is settled already or the role has changed since."""
    change = _waiting(actor, change, by_another=True)
    role = known_role(change.role_slug)
    if change.told is not None:
        if version_of(change.role_slug) != change.written_against:
            raise ValidationError(_("The role was changed since this was asked. Refuse it, and let it be asked again."))
        new = definition_from(change.role_slug, change.told)
        _keep_administering(actor, change.role_slug, new)
    else:
        new = _with_cells(role, change)
    _settle(change, RoleChange.State.AGREED, actor, "", now)
    _write(actor=actor, slug=change.role_slug, role=new, now=now, asked_by=change.asked_by_id)


def _with_cells(role: Definition, change: RoleChange) -> Definition:
    for told in change.cells:
        one, each = field_named(told["record"], told["field"])
        cell = Cell(change.role_slug, told["record"], told["field"], told["was"], told["to"])
        _still_says(role, one, each, cell)
        role = with_level(role, one, each, cell.to)
    return role


@action
def refuse(*, actor: User, change: RoleChange, reason: str = "", now: datetime) -> None:
    """A second administrator does not agree; nothing changes. Raises as `agree` does."""
    change = _waiting(actor, change, by_another=True)
    _settle(change, RoleChange.State.REFUSED, actor, reason, now)
    _note(actor, change, "role.refused", now)


@action
def withdraw(*, actor: User, change: RoleChange, now: datetime) -> None:
    """Whoever asked takes it back. Raises as `agree` does."""
    change = _waiting(actor, change, by_another=False)
    _settle(change, RoleChange.State.WITHDRAWN, actor, "", now)
    _note(actor, change, "role.withdrawn", now)


def _waiting(actor: User, change: RoleChange, *, by_another: bool) -> RoleChange:
    _needs_administrator(actor)
    change = RoleChange.objects.select_for_update().get(pk=change.pk)
    if change.state != RoleChange.State.WAITING:
        raise ValidationError(_("This is settled already."))
    if (change.asked_by_id != actor.pk) != by_another:
        raise PermissionDenied(_("A second administrator settles this, not the one who asked."))
    return change


def _settle(change: RoleChange, state: str, actor: User, reason: str, now: datetime) -> None:
    change.state, change.settled_by, change.settled_at, change.reason = state, actor, now, reason.strip()[:500]
    change.save(update_fields=["state", "settled_by", "settled_at", "reason"])
    live.publish(f"user:{change.asked_by_id}")


def _note(actor: User, change: RoleChange, what: str, now: datetime) -> None:
    detail = {"role": change.role_slug, "cells": change.cells}
    record_audit(actor=actor, action=what, record_type="role", record_uid=change.uid, detail=detail, now=now)


@action
def make_role(*, actor: User, name: str, copy_of: str, about: str = "", now: datetime) -> Role:
    """A role of the campaign's own, granting what another grants. Raises PermissionDenied, BadRole (no such role to
    copy), ValidationError (no name, or one that is taken)."""
    _needs_administrator(actor)
    name = _free_name(name)
    source = known_role(copy_of)
    slug = free_slug(name, set(definitions()) | ADDRESSES, otherwise="role", most=34)
    row = Role.objects.create(
        slug=slug, name=name, about=about.strip(), grants=told_of(source), version=_first_version()
    )
    detail = {"role": slug, "copy_of": copy_of}
    record_audit(actor=actor, action="role.made", record_type="role", record_uid=row.uid, detail=detail, now=now)
    return row


def _free_name(name: str, *, own: str = "") -> str:
    name = " ".join(name.split())[:60]
    if not name:
        raise ValidationError({"name": _("Give it a name.")})
    taken = {str(given) for slug, given in ready_made.NAMES.items() if slug != own}
    taken |= set(Role.objects.exclude(slug=own).values_list("name", flat=True))
    if name.casefold() in {one.casefold() for one in taken}:
        raise ValidationError({"name": _("Another role is called that.")})
    return name


@action
def rename_role(*, actor: User, slug: str, name: str, about: str, now: datetime) -> None:
    """Another name and description. Raises PermissionDenied, BadRole, ValidationError."""
    _needs_administrator(actor)
    role = known_role(slug)
    name = _free_name(name, own=slug)
    row = Role.objects.select_for_update().filter(slug=slug).first()
    if row is None:
        row = _row_of(slug)
        row.grants = told_of(role)
    same = str(ready_made.NAMES.get(slug, "")) == name
    row.name, row.about = "" if same else name, about.strip()
    row.save()
    detail = {"role": slug}
    record_audit(actor=actor, action="role.renamed", record_type="role", record_uid=row.uid, detail=detail, now=now)


@action
def remove_role(*, actor: User, slug: str, now: datetime) -> None:
    """A role of the campaign's own goes. Raises PermissionDenied; ValidationError while somebody holds it, an open
    invitation gives it, or it came with the house."""
    _needs_administrator(actor)
    row = Role.objects.select_for_update().filter(slug=slug).first()
    if row is None or slug in ready_made.DEFINITIONS:
        raise ValidationError(_("Only a role of your own can be removed."))
    held = User.objects.filter(roles__contains=[slug]).count()
    if held:
        raise ValidationError(_("%(n)s people hold this role. Give them another one first.") % {"n": held})
    if Invitation.objects.filter(role=slug, revoked_at=None, expires_at__gt=now).exists():
        raise ValidationError(_("A link that still works gives this role. Take the link back first."))
    RoleChange.objects.filter(role_slug=slug, state=RoleChange.State.WAITING).update(
        state=RoleChange.State.WITHDRAWN, settled_at=now
    )
    detail = {"role": slug, "told": row.grants}
    record_audit(actor=actor, action="role.removed", record_type="role", record_uid=row.uid, detail=detail, now=now)
    row.delete()
