"""What people do with rules."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from hustings.foundation.access.actions import record_audit
from hustings.foundation.access.models import User
from hustings.foundation.core import live
from hustings.foundation.core.clock import zone_of
from hustings.foundation.core.guard import action

from .. import rules as may
from ..models import Rule, RuleVersion, Work, WorkState
from ..queries.problems import problems_of
from ..triggers import TIMED, following, trigger_from
from .happenings import WAKE

LONGEST_NAME = 120


@action
def save_rule(
    *,
    actor: User,
    rule: Rule | None,
    name: str,
    record: str,
    trigger: Mapping[str, Any],
    conditions: Mapping[str, Any],
    actions: Sequence[Mapping[str, Any]],
    is_last: bool = False,
    most_an_hour: int,
    now: datetime,
) -> Rule:
    """Write a rule down, new ones at the end and off. It becomes the actor's: from now on it sees and does what they
    may, whoever's it was. Raises PermissionDenied, and ValidationError with all that keeps it from being."""
    if not may.may_write(actor) or (rule is not None and not may.may_see(actor, rule)):
        raise PermissionDenied
    name = " ".join(name.split())
    wrong = [] if name and len(name) <= LONGEST_NAME else [_("Give the rule a name of at most 120 letters.")]
    wrong += problems_of(actor, record, trigger, conditions, actions)
    if wrong:
        raise ValidationError(wrong)
    row = Rule() if rule is None else Rule.objects.select_for_update().get(pk=rule.pk)
    if rule is None:
        row.position = (Rule.objects.order_by("-position").values_list("position", flat=True).first() or 0) + 10
    elif row.record != record:
        raise ValidationError(_("A rule stays with its kind of record. Write a new one for another."))
    row.name, row.owner, row.record, row.most_an_hour = name, actor, record, most_an_hour
    row.stopped_at, row.stopped_because = None, ""
    row.save()
    row.version = RuleVersion.objects.create(
        rule=row,
        number=row.versions.count() + 1,
        trigger=dict(trigger),
        conditions=dict(conditions),
        actions=[dict(one) for one in actions],
        is_last=is_last,
        made_by=actor,
        at=now,
    )
    _set_next(row, now)
    row.save(update_fields=["version", "next_at"])
    _noted(actor, "rule.written", row, now, version=row.version.number)
    return row


@action
def switch_rule(*, actor: User, rule: Rule, on: bool, now: datetime) -> Rule:
    """Turn it on or off. Only its owner turns it on: what it does is done in their name. What waits for a rule that is
    off is left out when its turn comes."""
    row = _locked(actor, rule)
    if on:
        if row.owner_id != actor.pk:
            raise ValidationError(_("It would act as %(name)s. Open and keep it, and it is yours.") % {
                "name": row.owner.name})  # fmt: skip
        if row.version is None:
            raise ValidationError(_("Say first what the rule does."))
        version = row.version
        if wrong := problems_of(row.owner, row.record, version.trigger, version.conditions, version.actions):
            raise ValidationError(wrong)
        row.stopped_at, row.stopped_because = None, ""
    row.is_on = on
    _set_next(row, now)
    row.save(update_fields=["is_on", "stopped_at", "stopped_because", "next_at"])
    _noted(actor, "rule.on" if on else "rule.off", row, now)
    return row


def _set_next(row: Rule, now: datetime) -> None:
    """When a timed rule that is on comes next."""
    trigger = trigger_from(row.version.trigger) if row.version else None
    timed = row.is_on and trigger is not None and trigger.kind in TIMED
    row.next_at = following(trigger, now, zone_of(row.owner.time_zone)) if timed and trigger else None


@action
def move_rule(*, actor: User, rule: Rule, up: bool, now: datetime) -> None:
    """Before or after its neighbour, of those about the same records."""
    row = _locked(actor, rule)
    same = Rule.objects.select_for_update().filter(record=row.record, removed_at=None).order_by("position", "id")
    ids = list(same.values_list("pk", flat=True))
    at = ids.index(row.pk)
    to = min(len(ids) - 1, max(0, at + (-1 if up else 1)))
    ids[at], ids[to] = ids[to], ids[at]
    for place, pk in enumerate(ids, start=1):
        Rule.objects.filter(pk=pk).update(position=place * 10)
    _noted(actor, "rule.moved", row, now)


@action
def remove_rule(*, actor: User, rule: Rule, now: datetime) -> None:
    """It acts no more; its log stays."""
    row = _locked(actor, rule)
    row.is_on, row.removed_at, row.next_at = False, now, None
    row.save(update_fields=["is_on", "removed_at", "next_at"])
    _noted(actor, "rule.removed", row, now)


@action
def let_go_on(*, actor: User, rule: Rule, now: datetime) -> int:
    """What waits for the rule's limit is done now all the same; how much. Administrators only."""
    if not may.may_lift_limit(actor):
        raise PermissionDenied
    waiting = Work.objects.filter(rule=rule, state=WorkState.LIMIT)
    freed = waiting.update(state=WorkState.ACTING, is_free=True, not_before=None)
    _noted(actor, "rule.freed", rule, now, works=freed)
    live.publish(WAKE)
    return freed


@action
def leave_waiting(*, actor: User, rule: Rule, now: datetime) -> int:
    """What waits for the rule's limit, or to be tried again, is left out for good; how much."""
    _locked(actor, rule)
    waiting = Work.objects.filter(rule=rule, state__in=[WorkState.LIMIT, WorkState.RETRY])
    why = _("%(name)s had it left out.") % {"name": actor.name}
    left = waiting.update(state=WorkState.LEFT, why=why, done_at=now, not_before=None)
    _noted(actor, "rule.left", rule, now, works=left)
    return left


def _locked(actor: User, rule: Rule) -> Rule:
    row = Rule.objects.select_related("owner", "version").select_for_update(of=("self",)).get(pk=rule.pk)
    if not may.may_switch(actor, row):
        raise PermissionDenied
    if row.removed_at is not None:
        raise ValidationError(_("This rule was removed."))
    return row


def _noted(actor: User, action: str, rule: Rule, now: datetime, **detail: Any) -> None:
    record_audit(actor=actor, action=action, record_type="rule", record_uid=rule.uid, detail=detail, now=now)
