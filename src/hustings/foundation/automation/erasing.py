"""What rules, webhooks and approvals keep that can go: old and new values of what happened, bodies of calls, notices,
reasons. That a rule ran, and when, stays."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hustings.foundation.retention import registry
from hustings.foundation.retention.registry import Part, Subject, deleting

from .models import ApprovalRequest, CallState, Happening, HookCall, Notice, StepDecision
from .rules import CALLS, CHANGES, NOTICES


def _of(subject: Subject) -> Q:
    return subject.about("record", "record_id__in")


def _erase_changes(ids: Sequence[int], now: datetime) -> list[str]:
    Happening.objects.filter(pk__in=ids).update(changes={}, said="")
    return []


def _erase_calls(ids: Sequence[int], now: datetime) -> list[str]:
    rows = HookCall.objects.filter(pk__in=ids)
    rows.filter(state=CallState.WAITING).update(state=CallState.FAILED, settled_at=now)
    rows.update(body="", said="")
    return []


def _erase_reasons(ids: Sequence[int], now: datetime) -> list[str]:
    ApprovalRequest.objects.filter(pk__in=ids).update(reason="", settled_because="")
    StepDecision.objects.filter(request_id__in=ids).update(reason="")
    return []


def _reasoned() -> Any:
    spoken = StepDecision.objects.exclude(reason="").values("request_id")
    return ApprovalRequest.objects.filter(~Q(reason="") | ~Q(settled_because="") | Q(pk__in=spoken))


def register() -> None:
    """Called once, when the app is ready."""
    registry.part(
        Part(CHANGES, _("Rules: what was changed"), rows=lambda: Happening.objects.exclude(changes={}),
             erase=_erase_changes, of=lambda subject: subject.about("record", "record_ids__any_in"), at="at")
    )  # fmt: skip
    registry.part(
        Part(CALLS, _("Webhooks: what was sent"), rows=lambda: HookCall.objects.exclude(body=""),
             erase=_erase_calls, of=lambda subject: subject.about("deed__work__record", "deed__work__record_id__in"),
             at="created_at", expires=True, only=~Q(state=CallState.WAITING))
    )  # fmt: skip
    registry.part(
        Part(NOTICES, _("Notices to colleagues"), rows=Notice.objects.all, erase=deleting(Notice), of=_of,
             at="at")
    )  # fmt: skip
    registry.part(
        Part("automation.reasons", _("Reasons of approvals"), rows=_reasoned, erase=_erase_reasons, of=_of, at="at")
    )  # fmt: skip
