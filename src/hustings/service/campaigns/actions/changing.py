"""What leads say of a campaign: its name, its position, who is behind it, whether it is over; and single letters that
they lift out of it or put back."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from hustings.foundation.access.models import User
from hustings.foundation.core.guard import action

from ..models import ChangeKind, Group, Member, Position, Reason, Status
from ..rules import Refused, may_change
from . import comparing, counting
from .telling import keep_change

LONGEST_NAME = 120


def only_leads(actor: User) -> None:
    """Raises Refused for whoever may not change campaigns."""
    if not may_change(actor):
        raise Refused(_("Your role does not change mail campaigns. Nothing was changed."))


@action
def rename(*, actor: User, group: Group, name: str, now: datetime) -> None:
    """Name it. Raises Refused for no name."""
    only_leads(actor)
    became = " ".join(name.split())[:LONGEST_NAME]
    if not became:
        raise Refused(_("Give the campaign a name. Nothing was changed."))
    _set(actor, group, ChangeKind.RENAMED, "campaign.renamed", now, name=became)


@action
def say_position(*, actor: User, group: Group, position: Position, now: datetime) -> None:
    """What its letters ask for, as a person read them."""
    only_leads(actor)
    _set(actor, group, ChangeKind.POSITION, "campaign.position", now, position=position)


@action
def say_sponsor(*, actor: User, group: Group, sponsor: str, now: datetime) -> None:
    """Who stands behind it, confirmed or corrected; "" when nobody does. No guess replaces it."""
    only_leads(actor)
    became = " ".join(sponsor.split())[:LONGEST_NAME]
    _set(actor, group, ChangeKind.SPONSOR, "campaign.sponsor", now, sponsor=became, sponsor_by="person")


@action
def set_status(*, actor: User, group: Group, status: Status, now: datetime) -> None:
    """Open; over (letters that still come are grouped, and not answered by themselves); or no campaign at all."""
    only_leads(actor)
    _set(actor, group, ChangeKind.STATUS, "campaign.status", now, status=status)


@action
def put_back(*, actor: User, member: Member, now: datetime) -> None:
    """The campaign's reply answers it after all. A threat or someone in crisis is never put back."""
    only_leads(actor)
    member = _held(member)
    if member.reason in (Reason.THREAT, Reason.CRISIS) or member.inquiry.is_sealed or member.inquiry.is_crisis:
        raise Refused(_("A person answers a threat or someone in crisis. Nothing was changed."))
    _decide(actor, member, Reason.NONE, ChangeKind.PUT_BACK, "campaign.back", now)


@action
def lift(*, actor: User, member: Member, now: datetime) -> None:
    """A person answers this letter."""
    only_leads(actor)
    _decide(actor, _held(member), Reason.BY_HAND, ChangeKind.LIFTED, "campaign.lifted", now)


def _held(member: Member) -> Member:
    """The letter, held under its group: as whoever reads the group again holds them."""
    while True:
        group_id = Member.objects.values_list("group_id", flat=True).get(pk=member.pk)
        comparing.known_with_tops([group_id])
        row = Member.objects.select_for_update(of=("self",)).select_related("group", "inquiry").get(pk=member.pk)
        if row.group_id == group_id:  # else it was split off meanwhile
            return row


def _decide(actor: User, member: Member, reason: Reason, kind: ChangeKind, what: str, now: datetime) -> None:
    if (member.reason == "") == (reason == Reason.NONE):
        return
    was, member.reason, member.decided_by = member.reason, reason, actor
    member.save(update_fields=["reason", "decided_by"])
    top = member.group.combined_into or member.group
    counting.recount([top.pk])
    keep_change(
        actor=actor, group=top, kind=kind, action=what, detail={"member": member.pk, "was": was}, now=now
    )  # fmt: skip


def _set(actor: User, group: Group, kind: ChangeKind, what: str, now: datetime, **became: Any) -> None:
    row = Group.objects.select_for_update().get(pk=group.pk)
    field = next(iter(became))
    was = getattr(row, field)
    if all(getattr(row, name) == value for name, value in became.items()):
        return
    for name, value in became.items():
        setattr(row, name, value)
    row.save(update_fields=list(became))
    detail = {"was": str(was), "became": str(became[field])}
    keep_change(actor=actor, group=row, kind=kind, action=what, detail=detail, now=now)
