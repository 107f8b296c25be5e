"""Addresses that rules may call, and calling them."""

import json
import logging
import secrets as random
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from hustings.foundation.access.actions import record_audit
from hustings.foundation.access.models import User
from hustings.foundation.core import live
from hustings.foundation.core.guard import action
from hustings.foundation.core.secrets import KeyLost, seal, unseal

from .. import rules as may
from .. import webhooks
from ..models import CallState, Deed, Hook, HookCall

log = logging.getLogger(__name__)
WAKE = "hooks"
FIRST_PAUSE, LONGEST_PAUSE, MOST_TRIES = timedelta(seconds=30), timedelta(hours=4), 12


def allows_private() -> bool:
    """Whether calls may go into private networks, and without encryption: a setting of the house, not of a rule."""
    return bool(getattr(settings, "HUSTINGS_WEBHOOKS_PRIVATE", False))


@action
def save_hook(*, actor: User, hook: Hook | None, name: str, url: str, now: datetime) -> tuple[Hook, str]:
    """Write an address down. The secret of a new one is given back here and never shown again; of an old one it is "".
    Raises PermissionDenied and ValidationError."""
    if not may.may_write_hooks(actor):
        raise PermissionDenied
    name, url = " ".join(name.split()), url.strip()
    if not name or Hook.objects.filter(name__iexact=name).exclude(pk=hook.pk if hook else 0).exists():
        raise ValidationError({"name": _("Give it a name of its own.")})
    try:
        webhooks.check_address(url, private=allows_private())
    except webhooks.BadAddress as problem:
        raise ValidationError({"url": _("It cannot be called: %(why)s.") % {"why": problem}}) from problem
    secret = "" if hook else random.token_urlsafe(32)
    row = hook or Hook(secret=seal(secret), made_by=actor)
    row.name, row.url = name, url
    row.save()
    record_audit(actor=actor, action="hook.written", record_type="hook", record_uid=row.uid, now=now)
    return row, secret


@action
def renew_secret(*, actor: User, hook: Hook, now: datetime) -> str:
    """A new secret, given back here and never shown again; the old one signs no more."""
    if not may.may_write_hooks(actor):
        raise PermissionDenied
    secret = random.token_urlsafe(32)
    Hook.objects.filter(pk=hook.pk).update(secret=seal(secret))
    record_audit(actor=actor, action="hook.secret", record_type="hook", record_uid=hook.uid, now=now)
    return secret


@action
def switch_hook(*, actor: User, hook: Hook, on: bool, now: datetime) -> None:
    """Call it, or call it no more; what waits to be called waits on."""
    if not may.may_write_hooks(actor):
        raise PermissionDenied
    Hook.objects.filter(pk=hook.pk).update(is_on=on)
    action_name = "hook.on" if on else "hook.off"
    record_audit(actor=actor, action=action_name, record_type="hook", record_uid=hook.uid, now=now)


def queue_call(*, hook: Hook, deed: Deed | None, payload: Mapping[str, Any], now: datetime) -> HookCall:
    """A call to be made, in the caller's transaction."""
    call = HookCall(hook=hook, deed=deed, not_before=now)
    call.body = json.dumps({"id": str(call.uid), **payload}, separators=(",", ":"), default=str, ensure_ascii=False)
    call.save()
    live.publish(WAKE)
    return call


@action
def call_due(now: datetime) -> bool:
    """Make the oldest call that is due; False when none is. One that was cut short is made again, with the same id."""
    due = HookCall.objects.filter(state=CallState.WAITING, not_before__lte=now, hook__is_on=True)
    rows = due.select_related("hook").order_by("not_before", "id")
    call = rows.select_for_update(skip_locked=True, of=("self",)).first()
    if call is None:
        return False
    call.tries += 1
    took_it, lasting, call.said = _made(call, now)
    if took_it:
        call.state, call.settled_at = CallState.SENT, now
    elif lasting or call.tries >= MOST_TRIES:
        call.state, call.settled_at = CallState.FAILED, now
    else:
        call.not_before = now + min(FIRST_PAUSE * 2 ** (call.tries - 1), LONGEST_PAUSE)
    call.save(update_fields=["state", "tries", "said", "not_before", "settled_at"])
    return True


def _made(call: HookCall, now: datetime) -> tuple[bool, bool, str]:
    """Whether they took it, whether trying again is of no use, and what was said."""
    try:
        secret = unseal(call.hook.secret)
    except KeyLost as problem:
        return False, True, str(problem)
    body = call.body.encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Hustings",
        "Hustings-Delivery": str(call.uid),
        "Hustings-Signature": webhooks.signature(secret, int(now.timestamp()), body),
    }
    try:
        reply = webhooks.post(call.hook.url, body, headers, private=allows_private())
    except webhooks.BadAddress as problem:
        return False, True, str(problem)
    except webhooks.NotReached as problem:
        return False, False, str(problem)[:300]
    lasting = 300 <= reply.status < 500 and reply.status not in (408, 409, 425, 429)
    return reply.took_it, lasting, f"{reply.status} {reply.text[:300]}".strip()
