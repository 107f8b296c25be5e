"""Asking for an approval, deciding, taking it back. A request is decided under its row's lock: two who press at once
stand in line, and the second sees what the first has said."""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from hustings.foundation.access.actions import record_audit
from hustings.foundation.access.models import User
from hustings.foundation.core import bus, live, records
from hustings.foundation.core.guard import action

from ..announcements import ApprovalSettled
from ..models import ApprovalRequest, Notice, Process, RequestState, Rule, StepDecision
from ..queries.approvals import approvers_of, asked_by, record_of, still_to_speak, voice_of
from ..queries.asking import reading_for
from ..registry import registry
from .notices import give_notice

LONGEST_REASON = 2000
REMIND_AT_ONCE = 100


@action
def request_approval(
    *, actor: User, process: Process, record_id: int, reason: str = "", rule: Rule | None = None, now: datetime
) -> ApprovalRequest:
    """Ask for it. A request that waits already is given back. Raises PermissionDenied when the actor does not see the
    record, ValidationError when a step has fewer people than it needs."""
    with reading_for(actor):
        record_type = records.get(process.record)
        record = record_type.visible_to(actor).filter(pk=record_id).first() if record_type else None
    if record_type is None or record is None:
        raise PermissionDenied
    row = Process.objects.select_for_update().get(pk=process.pk)
    known = ApprovalRequest.objects.filter(
        process=row, record=row.record, record_id=record_id, state=RequestState.WAITING
    ).first()
    if known is not None:
        return known
    if not row.is_on or not row.steps:
        raise ValidationError(_("“%(name)s” is not in use. Nothing was asked.") % {"name": row.name})
    request = ApprovalRequest(
        process=row,
        record=row.record,
        record_id=record_id,
        requester=actor,
        rule=rule,
        reason=reason.strip()[:LONGEST_REASON],
        at=now,
        step_at=now,
        steps=row.steps,
    )
    for place in range(len(row.steps)):
        _ask(request, place, record_type, record, now)
        _refuse_too_few(request)
    _ask(request, 0, record_type, record, now)
    request.save()
    _audited(actor, "approval.asked", request, now)
    _tell_approvers(request, _("%(who)s asks for your approval: %(what)s"), now)
    return request


def _ask(request: ApprovalRequest, place: int, record_type: records.RecordType, record: Any, now: datetime) -> None:
    """Begin a step: whom it waits for is settled now."""
    request.step, request.step_at = place, now
    request.asked, request.asked_roles = asked_by(request.steps[place], record_type, record)
    request.remind_at = now + timedelta(hours=request.process.remind_after)


def _refuse_too_few(request: ApprovalRequest) -> None:
    step = request.steps[request.step]
    there, needed = len(approvers_of(request)), int(step.get("quorum", 1))
    if there < needed:
        raise ValidationError(
            _("“%(step)s” needs %(n)d people beside you, and %(there)d can decide it. Nothing was asked.")
            % {"step": step.get("name", ""), "n": needed, "there": there}
        )


@action
def decide(
    *, actor: User, request: ApprovalRequest, approved: bool, reason: str = "", now: datetime
) -> ApprovalRequest:
    """Approve the step at hand, or refuse the whole (which needs a reason). Raises PermissionDenied for someone it does
    not wait for, or who does not see the record, and ValidationError when it was settled meanwhile."""
    row = ApprovalRequest.objects.select_for_update().get(pk=request.pk)
    if row.state != RequestState.WAITING or row.step != request.step:
        raise ValidationError(_("It was decided meanwhile. Look at it as it is now; nothing was changed."))
    actor = User.objects.get(pk=actor.pk)  # whose access ended since the page was asked for decides no more
    ended = actor.access_ends_at is not None and actor.access_ends_at <= now
    voice = None if ended else voice_of(row, actor, now)
    if voice is None:
        raise PermissionDenied(_("This does not wait for your word. Nothing was changed."))
    with reading_for(actor):
        record_type, record = record_of(row, actor)
    if record_type is None or record is None:
        raise PermissionDenied(_("You may not see what this is about, so you cannot decide it."))
    reason = reason.strip()[:LONGEST_REASON]
    if not approved and not reason:
        raise ValidationError(_("Say why not: whoever asked needs to know. Nothing was changed."))
    StepDecision.objects.create(
        request=row, step=row.step, user=actor, voice=voice, approved=approved, reason=reason, at=now
    )
    _audited(actor, "approval.approved" if approved else "approval.refused", row, now, voice=voice.pk, step=row.step)
    _see_notice(row, actor)
    if not approved:
        _settle(row, RequestState.REFUSED, actor, reason, now)
    elif _has_quorum(row):
        if row.step + 1 < len(row.steps):
            _ask(row, row.step + 1, record_type, record, now)
            row.save()
            _tell_approvers(row, _("%(who)s asks for your approval: %(what)s"), now)
        else:
            _settle(row, RequestState.APPROVED, actor, "", now)
    _publish(row)
    return row


def _has_quorum(row: ApprovalRequest) -> bool:
    said = StepDecision.objects.filter(request=row, step=row.step, approved=True).count()
    return said >= int(row.steps[row.step].get("quorum", 1))


@action
def recall(*, actor: User, request: ApprovalRequest, reason: str = "", now: datetime) -> ApprovalRequest:
    """Whoever asked takes it back. Raises PermissionDenied, and ValidationError when it was settled before."""
    row = ApprovalRequest.objects.select_for_update().get(pk=request.pk)
    if row.requester_id != actor.pk:
        raise PermissionDenied
    if row.state != RequestState.WAITING:
        raise ValidationError(_("It was decided before you took it back. Nothing was changed."))
    _settle(row, RequestState.RECALLED, actor, reason.strip()[:LONGEST_REASON], now)
    _audited(actor, "approval.recalled", row, now)
    return row


def _settle(row: ApprovalRequest, state: RequestState, actor: User, reason: str, now: datetime) -> None:
    row.state, row.settled_at, row.settled_because, row.remind_at = state, now, reason, None
    row.save(update_fields=["state", "settled_at", "settled_because", "remind_at"])
    for follow in registry.outcomes.get(row.record, ()):
        follow(request=row, outcome=state.value, actor=actor, now=now)
    bus.announce(
        ApprovalSettled(
            request_id=row.pk,
            process=row.process.slug,
            record=row.record,
            record_id=row.record_id,
            outcome=state.value,
            actor_id=actor.pk,
        )
    )
    if actor.pk != row.requester_id:
        words = {
            RequestState.APPROVED: _("Approved: %(what)s"),
            RequestState.REFUSED: _("Refused: %(what)s. The reason: %(why)s"),
        }[state]
        text = words % {"what": row.process.name, "why": reason}
        _notice([row.requester], row, text, f"settled:{row.pk}", now)
    _publish(row)


@action
def remind_due(now: datetime) -> int:
    """Tell those a request waits for, again, each time its hours have passed; how many requests. Where nobody is left
    who could decide, whoever asked is told so."""
    due = ApprovalRequest.objects.filter(state=RequestState.WAITING, remind_at__lte=now).order_by("remind_at")
    rows = list(due.select_related("process", "requester").select_for_update(skip_locked=True, of=("self",))[
        :REMIND_AT_ONCE])  # fmt: skip
    for row in rows:
        people = still_to_speak(row)
        if people:
            _tell_approvers(row, _("Still waiting for your approval since %(who)s asked: %(what)s"), now)
        else:
            text = _("Nobody is left who could decide “%(what)s”. Take it back, or ask an administrator.")
            _notice([row.requester], row, text % {"what": row.process.name}, f"stuck:{row.pk}", now)
        pause = timedelta(hours=row.process.remind_after)
        ApprovalRequest.objects.filter(pk=row.pk).update(remind_at=now + pause, reminders=F("reminders") + 1)
    return len(rows)


def _tell_approvers(row: ApprovalRequest, text: str, now: datetime) -> None:
    words = text % {"who": row.requester.name, "what": row.process.name}
    people = still_to_speak(row)
    _notice(people, row, words, f"approval:{row.pk}:{row.step}", now)
    live.publish([f"user:{user.pk}" for user in people])


def _notice(people: list[User], row: ApprovalRequest, text: str, matter: str, now: datetime) -> None:
    url = reverse("automation:request", args=[row.uid])
    give_notice(users=people, text=text, record=row.record, record_id=row.record_id, url=url, matter=matter, now=now)


def _see_notice(row: ApprovalRequest, actor: User) -> None:
    Notice.objects.filter(user=actor, matter=f"approval:{row.pk}:{row.step}", seen_at=None).update(seen_at=row.step_at)


def _publish(row: ApprovalRequest) -> None:
    live.publish([f"user:{pk}" for pk in {row.requester_id, *row.asked}] + [f"approval:{row.uid}"])


def _audited(actor: User, what: str, row: ApprovalRequest, now: datetime, **detail: Any) -> None:
    detail |= {"record": row.record, "record_id": row.record_id}
    record_audit(actor=actor, action=what, record_type="approval_request", record_uid=row.uid, detail=detail, now=now)
