"""What was done with a campaign: kept in its history and in the audit, told to open pages."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from hustings.foundation.access.actions import record_audit
from hustings.foundation.access.models import User
from hustings.foundation.core import live

from ..models import Change, ChangeKind, Group


def keep_change(
    *, actor: User, group: Group, kind: ChangeKind, action: str, detail: dict[str, Any], now: datetime
) -> None:
    """A line of the campaign's history, of the audit (`action`), and to whoever looks at it."""
    change = Change.objects.create(group=group, kind=kind, at=now, actor=actor, detail=detail)
    audit(actor=actor, group=group, action=action, detail={"change": str(change.uid)}, now=now)
    tell([group])


def audit(*, actor: User, group: Group, action: str, detail: dict[str, str], now: datetime) -> None:
    record_audit(
        actor=actor, action=action, record_type="campaign", record_uid=group.uid, detail=detail, now=now
    )  # fmt: skip


def tell(groups: Sequence[Group]) -> None:
    """Open pages show it as it is now."""
    live.publish({"campaigns:all", *(f"campaign:{group.uid}" for group in groups)})
