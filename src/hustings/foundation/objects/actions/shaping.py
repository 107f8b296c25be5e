"""Objects and fields: made, changed, ordered, withdrawn. What is withdrawn keeps its values and can come back."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _

from hustings.foundation.access.actions.audit import record_audit
from hustings.foundation.access.models import Team, User
from hustings.foundation.core import bus, jobs, records
from hustings.foundation.core.guard import action
from hustings.foundation.core.records import CHOICE, CHOICES, LINK

from ..announcements import ShapeChanged
from ..kinds import INDEXABLE, NAMES
from ..models import MAKING, CustomRecord, FieldType, FieldValue, ObjectType, ShapeStamp
from ..queries.shape import forget
from ..rules import OWN_NAMES, main_types, may_build

MOST_OBJECTS, MOST_FIELDS, MOST_INDEXED, MOST_CHOICES, MOST_STAGES = 60, 100, 12, 200, 12
RESERVED = {"setup", "form", "fields", "pick", "new", "import", "board"}  # addresses of ours
PUBLIC_NOT = (LINK,)  # a stranger is offered no record


@action
def make_object(
    *,
    actor: User | None,
    label: str,
    plural: str,
    about: str = "",
    icon: str = "file-text",
    stages: Sequence[str] = (),
    team: Team | None = None,
    now: datetime,
) -> ObjectType:
    """A new record type, with no fields yet. Raises PermissionDenied and ValidationError; nothing is made then."""
    _needs_builder(actor)
    label, plural = _named("label", label), _named("plural", plural)
    if ObjectType.objects.count() >= MOST_OBJECTS:
        raise ValidationError(_("There are as many record types as there can be"))
    slug = _slug(label, "-", 30)
    if not slug or slug in RESERVED or ObjectType.objects.filter(slug=slug).exists():
        raise ValidationError({"label": _("There are records of that name already. Choose another name.")})
    kind = ObjectType.objects.create(
        slug=slug, label=label, plural=plural, about=about.strip(), icon=icon, stages=_listed(stages, [], "stages"),
        team=team,
    )  # fmt: skip
    shaped(actor, "object.made", kind.record, kind.uid, now)
    return kind


@action
def change_object(*, actor: User | None, kind: ObjectType, now: datetime, **facts: Any) -> ObjectType:
    """Change label, plural, about, icon, stages (labels in order), team, is_public, form_lead, form_thanks. A stage
    that records stand at cannot go: ValidationError names it. Raises PermissionDenied."""
    _needs_builder(actor)
    allowed = {"label", "plural", "about", "icon", "stages", "team", "is_public", "form_lead", "form_thanks"}
    if unknown := set(facts) - allowed:
        raise ValueError(f"not changed here: {sorted(unknown)}")
    row = ObjectType.objects.select_for_update(of=("self",)).get(pk=kind.pk)
    for name in ("label", "plural"):
        if name in facts:
            facts[name] = _named(name, facts[name])
    if "stages" in facts:
        facts["stages"] = _listed(facts["stages"], row.stages, "stages")
        gone = {slug for slug, _label in row.stages} - {slug for slug, _label in facts["stages"]}
        _none_stand_at(row, gone)
    if facts.get("is_public") and not row.fields.filter(on_form=True, withdrawn_at=None).exists():
        raise ValidationError({"is_public": _("Put a field on the form first: there is nothing to fill in yet.")})
    for name, value in facts.items():
        setattr(row, name, value)
    row.version += 1
    row.save()
    if "stages" in facts and row.stages:
        CustomRecord.objects.filter(object=row, stage="").update(stage=row.stages[0][0])
    shaped(actor, "object.changed", row.record, row.uid, now)
    return row


def _none_stand_at(kind: ObjectType, gone: set[str]) -> None:
    names = dict(kind.stages)
    for slug in sorted(gone):
        count = CustomRecord.objects.filter(object=kind, stage=slug).count()
        if count:
            said = _("%(count)d records stand at “%(stage)s”. Move them first; nothing was changed.")
            raise ValidationError({"stages": said % {"count": count, "stage": names[slug]}})


@action
def withdraw_object(*, actor: User | None, kind: ObjectType, now: datetime, back: bool = False) -> None:
    """Its records are shown to nobody and its form is closed; nothing is lost, and `back` undoes it."""
    _needs_builder(actor)
    row = ObjectType.objects.select_for_update(of=("self",)).get(pk=kind.pk)
    row.withdrawn_at, row.version = (None if back else now), row.version + 1
    row.save(update_fields=["withdrawn_at", "version"])
    shaped(actor, "object.restored" if back else "object.withdrawn", row.record, row.uid, now)


@action
def add_field(
    *,
    actor: User | None,
    record: str,
    label: str,
    kind: str,
    help: str = "",  # noqa: A002  (as the model calls it)
    choices: Sequence[str] = (),
    to: str = "",
    is_required: bool = False,
    is_sensitive: bool = False,
    on_form: bool = False,
    is_indexed: bool = False,
    now: datetime,
) -> FieldType:
    """A new field of an object or of a main record type, at the end. Its name is made of the label and stays. Raises
    PermissionDenied and ValidationError by what is wrong; nothing is made then."""
    _needs_builder(actor)
    owner = ObjectType.objects.filter(slug=record.removeprefix("x_").replace("_", "-")).first()
    owner = owner if owner and owner.record == record else None
    if owner is None and record not in {one.name for one in main_types()}:
        raise ValidationError(_("There is no record type %(name)s") % {"name": record})
    label, slug = _named("label", label), _slug(label, "_", 40)
    if kind not in NAMES:
        raise ValidationError({"kind": _("Choose what the field holds")})
    there = FieldType.objects.filter(record=record)
    own = {one.name for kind_ in main_types() if kind_.name == record for one in kind_.fields}
    if not slug or slug in OWN_NAMES | own or there.filter(slug=slug).exists():
        raise ValidationError({"label": _("There is a field of that name already, perhaps withdrawn. Rename it.")})
    if there.count() >= MOST_FIELDS:
        raise ValidationError(_("There are as many fields as there can be"))
    last = there.aggregate(last=Max("position"))["last"] or 0
    one = FieldType(record=record, object=owner, slug=slug, kind=kind, position=last + 1)
    if kind == LINK:
        if records.get(to) is None:
            raise ValidationError({"to": _("Choose what it links to")})
        one.to = to
    _fill(one, label=label, help=help, choices=choices, is_required=is_required, is_sensitive=is_sensitive,
          on_form=on_form, is_indexed=is_indexed)  # fmt: skip
    one.save()
    ask_for_index(one)
    shaped(actor, "field.added", record, one.uid, now)
    return one


@action
def change_field(*, actor: User | None, field: FieldType, now: datetime, **facts: Any) -> FieldType:
    """Change label, help, choices (labels in order), is_required, is_sensitive, on_form, is_indexed. A choice in use
    cannot go: ValidationError names it."""
    _needs_builder(actor)
    row = FieldType.objects.select_for_update(of=("self",)).get(pk=field.pk)
    was = row.is_indexed
    _fill(row, **facts)
    row.save()
    if row.is_indexed != was:
        if row.is_indexed:
            row.earned_at = None  # it is somebody's wish now
            row.save(update_fields=["earned_at"])
        ask_for_index(row)
    shaped(actor, "field.changed", row.record, row.uid, now)
    return row


def _fill(one: FieldType, **facts: Any) -> None:
    if unknown := set(facts) - {"label", "help", "choices", "is_required", "is_sensitive", "on_form", "is_indexed"}:
        raise ValueError(f"not changed here: {sorted(unknown)}")
    if "label" in facts:
        facts["label"] = _named("label", facts["label"])
    if one.kind in (CHOICE, CHOICES) and "choices" in facts:
        facts["choices"] = _listed(facts["choices"], one.choices, "choices")
        if not facts["choices"]:
            raise ValidationError({"choices": _("Write the choices, one a line")})
        _none_hold(one, {s for s, _label in one.choices} - {s for s, _label in facts["choices"]})
    else:
        facts.pop("choices", None)
    for name, value in facts.items():
        setattr(one, name, value.strip() if name == "help" else value)
    if one.is_indexed and one.kind not in INDEXABLE:
        raise ValidationError({"is_indexed": _("Records are not sorted by what this field holds")})
    if one.on_form and (one.object is None or one.kind in PUBLIC_NOT):
        raise ValidationError({"on_form": _("This field cannot stand on a public form")})
    others = FieldType.objects.filter(record=one.record, is_indexed=True, withdrawn_at=None).exclude(pk=one.pk)
    if one.is_indexed and others.count() >= MOST_INDEXED:
        raise ValidationError({"is_indexed": _("Twelve fields are indexed already. Take one off first.")})


def _none_hold(one: FieldType, gone: set[str]) -> None:
    names = one.label_of
    for slug in sorted(gone):
        held = {one.slug: [slug] if one.kind == CHOICES else slug}
        rows = (
            CustomRecord.objects.filter(object=one.object, values__contains=held)
            if one.object
            else FieldValue.objects.filter(record=one.record, values__contains=held)
        )
        if rows.exists():
            said = _("“%(choice)s” is in use. What stands in records is not taken away; nothing was changed.")
            raise ValidationError({"choices": said % {"choice": names[slug]}})


@action
def move_field(*, actor: User | None, field: FieldType, up: bool, now: datetime) -> None:
    """One place up or down among those in use. Nothing happens at the end."""
    _needs_builder(actor)
    rows = FieldType.objects.select_for_update(of=("self",)).filter(record=field.record, withdrawn_at=None)
    order = list(rows.order_by("position", "id"))
    here = next(index for index, one in enumerate(order) if one.pk == field.pk)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(order):
        return
    order[here], order[there] = order[there], order[here]
    for index, one in enumerate(order):
        one.position = index + 1
    FieldType.objects.bulk_update(order, ["position"])
    shaped(actor, "field.moved", field.record, field.uid, now)


@action
def withdraw_field(*, actor: User | None, field: FieldType, now: datetime, back: bool = False) -> None:
    """It is nowhere shown, asked or filled in; its values stay, and `back` shows them again."""
    _needs_builder(actor)
    row = FieldType.objects.select_for_update(of=("self",)).get(pk=field.pk)
    row.withdrawn_at = None if back else now
    row.save(update_fields=["withdrawn_at"])
    ask_for_index(row)
    shaped(actor, "field.restored" if back else "field.withdrawn", row.record, row.uid, now)


def _needs_builder(actor: User | None) -> None:
    if actor is not None and not may_build(actor):
        raise PermissionDenied


def ask_for_index(one: FieldType) -> None:
    """A job makes or takes away the index, when what it needs is committed."""
    if one.is_indexed or one.index_state:
        one.index_state = MAKING
        one.save(update_fields=["index_state"])
        jobs.enqueue("objects.index_field", field_id=one.pk)


def shaped(actor: User | None, what: str, record: str, uid: Any, now: datetime) -> None:
    """Kept in the audit and announced; and whoever compiled the shape compiles it anew."""
    stamp_shape()
    record_audit(actor=actor, action=what, record_type=record, record_uid=uid, now=now)
    bus.announce(ShapeChanged(record))


def stamp_shape() -> None:
    """Something of an object or a field is another now."""
    ShapeStamp.objects.update_or_create(pk=1, defaults={"token": uuid4()})
    forget()


def _named(at: str, text: str) -> str:
    text = " ".join(text.split())
    if not text or len(text) > 80:
        raise ValidationError({at: _("Write a name of at most 80 characters")})
    return text


def _slug(label: str, joint: str, most: int) -> str:
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", joint, plain).strip(joint)
    return re.sub(rf"^[0-9{joint}]+", "", slug)[:most].strip(joint)


def _listed(labels: Sequence[str], before: Sequence[Sequence[str]], at: str) -> list[list[str]]:
    """[slug, label] of each label; one that stays, or only got another name in its place, keeps its slug."""
    labels = [" ".join(label.split())[:80] for label in labels]
    labels = [label for label in labels if label]
    most = MOST_STAGES if at == "stages" else MOST_CHOICES
    if len({label.casefold() for label in labels}) < len(labels) or len(labels) > most:
        raise ValidationError({at: _("Write each once, %(most)d at most") % {"most": most}})
    known = {label: slug for slug, label in before}
    left = [slug for slug, label in before if label not in labels]
    renamed = len(labels) == len(before)
    taken = {slug for slug, _label in before}
    found = []
    for index, label in enumerate(labels):
        slug = known.get(label) or (before[index][0] if renamed and before[index][0] in left else "")
        if not slug:
            slug = base = _slug(label, "_", 30) or f"c{index + 1}"
            number = 2
            while slug in taken:
                slug, number = f"{base}_{number}", number + 1
        taken.add(slug)
        found.append([slug, label])
    return found
