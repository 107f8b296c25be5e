"""Alerts: seen, closed, and what the campaign calls unusual."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from hustings.foundation.core import live
from hustings.foundation.core.guard import action

from .. import rules
from ..models import Alert, AlertTold, User, Watch
from ..queries.alerts import visible_to, watchers_of
from .audit import record_audit


def _mine(actor: User, alert: Alert) -> Alert:
    if not visible_to(actor).filter(pk=alert.pk).exists():
        raise PermissionDenied
    return Alert.objects.select_for_update(of=("self",)).get(pk=alert.pk)


@action
def see_alert(*, actor: User, alert: Alert, now: datetime) -> None:
    """Somebody looks into it; the others see who. Raises PermissionDenied."""
    alert = _mine(actor, alert)
    if alert.state == Alert.State.OPEN:
        alert.state, alert.seen_by = Alert.State.SEEN, actor
        alert.save(update_fields=["state", "seen_by"])
        _told(actor, alert, "alert.seen", now)


@action
def close_alert(*, actor: User, alert: Alert, note: str, now: datetime) -> None:
    """Settled, with what was found. Raises PermissionDenied, and ValidationError without a note."""
    alert = _mine(actor, alert)
    if not note.strip():
        raise ValidationError(_("Say in a few words what it was."))
    if alert.state == Alert.State.CLOSED:
        return
    alert.state, alert.closed_by, alert.closed_at, alert.note = Alert.State.CLOSED, actor, now, note.strip()[:500]
    alert.save(update_fields=["state", "closed_by", "closed_at", "note"])
    _told(actor, alert, "alert.closed", now)


def _told(actor: User, alert: Alert, what: str, now: datetime) -> None:
    record_audit(actor=actor, action=what, record_type="alert", record_uid=alert.uid, now=now)
    live.publish([f"user:{pk}" for pk in watchers_of(alert.user)])


@action
def keep_told(*, user: User, alerts: Sequence[Alert]) -> None:
    """These were said on this user's desk."""
    AlertTold.objects.bulk_create((AlertTold(alert=alert, user=user) for alert in alerts), ignore_conflicts=True)


@action
def set_watch(*, actor: User, people_an_hour: int, now: datetime) -> None:
    """From how many different people in an hour on somebody's reading is told, whatever is usual. Raises
    PermissionDenied, ValidationError."""
    if not rules.administers(actor):
        raise PermissionDenied
    if not 1 <= people_an_hour <= 10_000:
        raise ValidationError(_("Give a number of people from 1 to 10,000."))
    was = Watch.objects.first()
    Watch.objects.update_or_create(pk=1, defaults={"people_an_hour": people_an_hour})
    detail = {"people_an_hour": [was.people_an_hour if was else None, people_an_hour]}
    record_audit(actor=actor, action="watch.set", record_type="watch", detail=detail, now=now)
