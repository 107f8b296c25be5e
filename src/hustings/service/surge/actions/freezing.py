"""The freeze: what must not change from the night before, who lets a change through, and what changed all the same."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

import hustings
from hustings.foundation.access.actions import record_audit
from hustings.foundation.access.models import User
from hustings.foundation.core import live
from hustings.foundation.core.guard import action

from ..models import Freeze, FrozenChange, FrozenKind, Leave
from ..queries.standing import freeze_now
from ..rules import Frozen, Refused, kind_of, may_plan
from .switching import TOPIC

LEAVE_FOR = timedelta(minutes=30)


@lru_cache(maxsize=1)
def fingerprint() -> str:
    """Of the program as this process has it: its version, and a hash over its files."""
    told = sha256()
    root = Path(hustings.__file__).parent
    for path in sorted(root.rglob("*")):
        if path.suffix in (".py", ".html", ".json") and "tests" not in path.parts:
            told.update(path.relative_to(root).as_posix().encode())
            told.update(path.read_bytes())
    return f"{hustings.__version__} {told.hexdigest()[:16]}"


@action
def begin_freeze(*, actor: User, kinds: Sequence[str], keepers: Sequence[User], now: datetime) -> Freeze:
    """From now on. Refused while another holds, without a kind, and without anyone who could let a change through."""
    if not may_plan(actor):
        raise Refused(_("An administrator freezes. Nothing was changed."))
    chosen = [kind for kind in FrozenKind.values if kind in kinds]
    if not chosen or not keepers:
        raise Refused(_("Say what is frozen, and who may let a change through. Nothing is frozen yet."))
    if freeze_now() is not None:
        raise Refused(_("It is frozen already. Nothing was changed."))
    row = Freeze.objects.create(began_at=now, began_by=actor, kinds=chosen, code=fingerprint())
    row.keepers.set(keepers)
    _told(actor, "freeze.begun", row, {"kinds": chosen, "keepers": [user.pk for user in keepers]}, now)
    return row


@action
def end_freeze(*, actor: User, now: datetime) -> Freeze | None:
    """All may change again; what was changed stays listed. None when nothing was frozen."""
    if not may_plan(actor):
        raise Refused(_("An administrator ends a freeze. Nothing was changed."))
    row = Freeze.objects.select_for_update().filter(ended_at=None).first()
    if row is None:
        return None
    row.ended_at, row.ended_by = now, actor
    row.save(update_fields=["ended_at", "ended_by"])
    _told(actor, "freeze.ended", row, {}, now)
    return row


@action
def give_leave(*, actor: User, user: User, kind: str, reason: str, now: datetime) -> Leave:
    """A keeper lets this person change this kind of thing for half an hour, and says why. Refused for anyone else."""
    row = freeze_now()
    if row is None or kind not in row.kinds or kind == FrozenKind.CODE:
        raise Refused(_("That is not frozen. Nothing was changed."))
    if not row.keepers.filter(pk=actor.pk).exists():
        raise Refused(_("Only those named when it was frozen let a change through. Nothing was changed."))
    if not reason.strip():
        raise Refused(_("Say why: it is listed. Nothing was changed."))
    leave = Leave.objects.create(
        freeze=row, kind=kind, user=user, by=actor, at=now, until=now + LEAVE_FOR, reason=reason.strip()[:1000]
    )
    _told(actor, "freeze.leave_given", row, {"kind": kind, "user": user.pk}, now)
    return leave


def ask(action_name: str, actor_id: int | None, detail: Mapping[str, Any], now: datetime) -> None:
    """The gate (access.registry.gate), asked in the transaction that would change something: refuses, or lists what is
    let through. What the house does by itself at its time (a publication planned before) is listed."""
    found = kind_of(action_name, detail)
    if found is None:
        return
    kind, only_listed = found
    row = freeze_now()
    if row is None or kind not in row.kinds:
        return
    leave = Leave.objects.filter(freeze=row, kind=kind, user_id=actor_id or 0, at__lte=now, until__gt=now).first()
    if leave is None and not only_listed and actor_id is not None:
        raise Frozen(_refusal(row, kind))
    FrozenChange.objects.create(
        freeze=row, at=now, kind=kind, action=action_name, by_id=actor_id, leave=leave, detail=_codes(detail)
    )
    live.publish(TOPIC)


def _refusal(row: Freeze, kind: str) -> str:
    names = ", ".join(row.keepers.order_by("name").values_list("name", flat=True))
    return _(
        "%(what)s: frozen since %(when)s. %(names)s can let a change through, with a reason. Nothing was changed."
    ) % {
        "what": FrozenKind(kind).label,
        "when": row.began_at.strftime("%Y-%m-%d %H:%M UTC"),
        "names": names,
    }


def _codes(detail: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}: {value}" for name, value in sorted(detail.items()) if isinstance(value, str | int))[:500]


@action
def watch_code(*, now: datetime) -> FrozenChange | None:
    """List that a worker has begun with another program than the one that was frozen: each such program once."""
    row = Freeze.objects.select_for_update().filter(ended_at=None).first()
    if row is None or FrozenKind.CODE not in row.kinds or row.code == (here := fingerprint()):
        return None
    detail = f"{row.code} → {here}"
    if FrozenChange.objects.filter(freeze=row, kind=FrozenKind.CODE, detail=detail).exists():
        return None
    change = FrozenChange.objects.create(freeze=row, at=now, kind=FrozenKind.CODE, action="program", detail=detail)
    live.publish(TOPIC)
    return change


def _told(actor: User, what: str, row: Freeze, detail: dict[str, Any], now: datetime) -> None:
    record_audit(actor=actor, action=what, record_type="freeze", record_uid=row.uid, detail=detail, now=now)
    live.publish(TOPIC)
