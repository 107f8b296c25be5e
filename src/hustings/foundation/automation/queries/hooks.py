"""Webhooks, with how their calls went."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from ..models import CallState, Hook, HookCall


@dataclass(frozen=True, slots=True)
class Line:
    hook: Hook
    waiting: int = 0
    failed: int = 0
    last: datetime | None = None


def lines() -> list[Line]:
    """Every address by name. Two questions."""
    counts: dict[int, Mapping[str, Any]] = {
        each["hook_id"]: each
        for each in HookCall.objects.values("hook_id").annotate(
            waiting=Count("pk", filter=Q(state=CallState.WAITING)),
            failed=Count("pk", filter=Q(state=CallState.FAILED)),
            last=Max("settled_at", filter=Q(state=CallState.SENT)),
        )
    }
    found = []
    for hook in Hook.objects.order_by("name"):
        row: Mapping[str, Any] = counts.get(hook.pk, {"waiting": 0, "failed": 0, "last": None})
        found.append(Line(hook, row["waiting"], row["failed"], row["last"]))
    return found


def calls_of(hook: Hook) -> QuerySet[HookCall]:
    """Newest first."""
    return HookCall.objects.filter(hook=hook).order_by("-id")
