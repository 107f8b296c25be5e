"""What becomes of an incident: changed, closed by voter protection, opened again."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from hustings.foundation.access.models import User
from hustings.foundation.core import bus, live
from hustings.foundation.core.guard import action
from hustings.foundation.core.records import RecordChanged
from hustings.service.desk.models import Inquiry

from ..models import Incident
from ..queries import visible_to
from ..rules import Refused, may_change, may_close
from .reporting import FACTS, refuse_facts

# Columns by the field that carries each (`records`).
FIELDS = {"state_code": "place", "place": "where", "county_fips": "county"}


@action
def change_incident(*, actor: User, incident: Incident, now: datetime, **facts: Any) -> Incident:
    """Write what is known now, also into a closed one. Refused without the right to."""
    row = _lock(actor, incident)
    if not may_change(actor):
        raise Refused(_("Your role does not change incidents. Nothing was changed."))
    refuse_facts(facts, now)
    return _write(row, {name: facts[name] for name in FACTS if name in facts}, actor, now)


@action
def close_incident(*, actor: User, incident: Incident, outcome: str, now: datetime) -> Incident:
    """Voter protection says that it is over, and how it ended. Refused for anyone else, and without an outcome."""
    row = _lock(actor, incident)
    if not may_close(actor):
        raise Refused(_("An incident stays open until voter protection closes it. Nothing was changed."))
    if not outcome.strip():
        raise Refused(_("Say how it ended. It is still open."))
    if row.closed_at is not None:
        return row
    return _write(row, {"closed_at": now, "closed_by": actor, "outcome": outcome.strip()}, actor, now)


@action
def reopen_incident(*, actor: User, incident: Incident, now: datetime) -> Incident:
    """It is not over. Voter protection alone."""
    row = _lock(actor, incident)
    if not may_close(actor):
        raise Refused(_("Voter protection opens an incident again. Nothing was changed."))
    return _write(row, {"closed_at": None, "closed_by": None}, actor, now)


def _lock(actor: User, incident: Incident) -> Incident:
    row = visible_to(actor).filter(pk=incident.pk).select_for_update(of=("self",)).first()
    if row is None:
        raise Refused(_("You do not see this incident any more. Nothing was changed."))
    return row


def _write(row: Incident, new: dict[str, Any], actor: User, now: datetime) -> Incident:
    was = {name: getattr(row, name) for name in new if getattr(row, name) != new[name]}
    if not was:
        return row
    states = {row.state_code, new.get("state_code", row.state_code)}
    for name in was:
        setattr(row, name, new[name])
    _refuse_double(row)
    row.save(update_fields=list(was))
    changes = {FIELDS.get(name, name): (_plain(old), _plain(new[name])) for name, old in was.items()}
    if "closed_at" in was:
        changes = {name: pair for name, pair in changes.items() if name not in ("closed_at", "closed_by")}
        changes["status"] = ("open", "closed") if row.closed_at else ("closed", "open")
    bus.announce(RecordChanged("incident", row.pk, row.uid, changes, actor.pk, now))
    live.publish(["incidents:all", *(f"incidents:{code}" for code in states if code)])
    return row


def _refuse_double(row: Incident) -> None:
    """Of a conversation one of each kind is open at a time."""
    if row.closed_at is not None or row.inquiry_id is None:
        return
    Inquiry.objects.select_for_update().filter(pk=row.inquiry_id).first()
    same = Incident.objects.filter(inquiry_id=row.inquiry_id, kind=row.kind, closed_at=None)
    if same.exclude(pk=row.pk).exists():
        raise Refused(_("Another of this kind is open from the same letter. Go on there; nothing was changed."))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else getattr(value, "value", value)
