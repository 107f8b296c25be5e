"""Marking whose letters go to people, and ending a mark."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from hustings.foundation.access.actions import record_audit
from hustings.foundation.access.models import User
from hustings.foundation.core import bus
from hustings.foundation.core.guard import action
from hustings.foundation.core.slugs import free_slug

from ..announcements import PersonChanged
from ..models import Person, Vip, VipKind
from ..queries import canonical_id
from ..queries.marked import vip_kinds
from ..rules import ANY_VIP, may_mark_vips

LONGEST_DOMAIN = 253


@action
def mark_vip(
    *, actor: User, kind: str, now: datetime, person: Person | None = None, address: str = "", domain: str = "",
    note: str = "",
) -> Vip:  # fmt: skip
    """Mark a person, an address or a domain (exactly one is given). Marked already: it gets this kind and note. Raises
    ValidationError, with what is wrong."""
    _refuse_others(actor)
    if kind not in vip_kinds():
        raise ValidationError({"kind": _("There is no such kind. Nothing was marked.")})
    address, domain = address.strip().lower(), domain.strip().lower().lstrip("@").rstrip(".")
    if (person is not None) + bool(address) + bool(domain) != 1:
        raise ValidationError(_("Give a person, an address or a domain: one of them. Nothing was marked."))
    if address:
        _refuse_address(address)
    if domain:
        _refuse_domain(domain)
    top = canonical_id(person.pk) if person else None
    rows = Vip.objects.select_for_update().filter(ended_at=None, address=address, domain=domain)
    same = rows.filter(person_id=top) if top else rows.filter(person=None)
    row = same.first() or Vip(person_id=top, address=address, domain=domain, at=now, by=actor)
    row.kind, row.note = kind, note.strip()[:500]
    row.save()
    _noted(actor, "vip.marked", row, now)
    return row


@action
def end_vip(*, actor: User, vip: Vip, now: datetime) -> None:
    """Their letters are as any. Ending twice changes nothing."""
    _refuse_others(actor)
    if Vip.objects.filter(pk=vip.pk, ended_at=None).update(ended_at=now, ended_by=actor):
        _noted(actor, "vip.ended", vip, now)


@action
def add_kind(*, actor: User, name: str, now: datetime) -> VipKind:
    """Add a kind. Raises ValidationError for a name that another has."""
    _refuse_others(actor)
    name, kinds = " ".join(name.split()), vip_kinds()
    if not name or len(name) > 60 or name.casefold() in {other.casefold() for other in kinds.values()}:
        raise ValidationError({"name": _("Give a name of its own, of at most 60 letters. Nothing was kept.")})
    slug = free_slug(name, {ANY_VIP, *kinds}, otherwise="kind", most=36)
    row = VipKind.objects.create(slug=slug, name=name)
    record_audit(actor=actor, action="vip.kind_saved", record_type="vip_kind", record_uid=row.uid, detail={}, now=now)
    return row


def _refuse_address(address: str) -> None:
    try:
        validate_email(address)
    except ValidationError:
        raise ValidationError({"address": _("That is no e-mail address. Nothing was marked.")}) from None


def _refuse_domain(domain: str) -> None:
    labels = domain.split(".")
    fits = len(labels) > 1 and all(label and label.replace("-", "").isalnum() for label in labels)
    if not fits or len(domain) > LONGEST_DOMAIN:
        raise ValidationError({"domain": _("That is no domain: give it as senate.gov. Nothing was marked.")})


def _refuse_others(actor: User) -> None:
    if not may_mark_vips(actor):
        raise PermissionDenied(_("Only leads and administrators mark VIPs. Nothing was changed."))


def _noted(actor: User, what: str, row: Vip, now: datetime) -> None:
    record_audit(actor=actor, action=what, record_type="vip", record_uid=row.uid, detail={"kind": row.kind}, now=now)
    if row.person_id is not None:
        bus.announce(PersonChanged(person_id=row.person_id))
