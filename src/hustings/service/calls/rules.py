"""Who may call whom, and when somebody who is not reached is given up."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from hustings.constituents.people.models import Consent
from hustings.constituents.people.queries.standing import Standing
from hustings.foundation.access.grants import grants_of
from hustings.foundation.access.rules import may
from hustings.foundation.core.guard import Level, unveiled
from hustings.foundation.core.refusals import Refused as Refused
from hustings.foundation.core.refusals import Stale as Stale

from .models import Call, Outcome

RECORD = "call"
HELD = timedelta(minutes=30)  # how long a call is in somebody's hand without being noted
AGAIN_AFTER = timedelta(hours=3)  # who was not reached is called again then
MOST_TRIES = 3
UNDO_FOR = timedelta(minutes=30)  # how long who noted a call can undo it without a reason
LONGEST_NOTE = 4000
SAID = (Outcome.TOLD, Outcome.MESSAGE)  # words were said: to them, or to their machine


def may_call(user: Any) -> bool:
    """Makes calls, and notes them."""
    return may(user, RECORD, "add")


# Whose a call is and whether it is over decide what may be done with it, whoever may read who made it and when.


def is_noted(call: Call) -> bool:
    with unveiled():
        return call.ended_at is not None


def is_under_way(call: Call, now: datetime) -> bool:
    with unveiled():
        return call.ended_at is None and call.begun_at > now - HELD


def is_own(user: Any, call: Call) -> bool:
    with unveiled():
        return bool(call.by_id == user.pk)


def may_note(user: Any, call: Call, now: datetime) -> bool:
    """One's own call, while it is under way."""
    return may_call(user) and is_own(user, call) and is_under_way(call, now)


def undoes_own(user: Any, *, noted_by: int | None, noted_at: datetime, now: datetime) -> bool:
    """What one noted oneself, a while ago at most."""
    return may_call(user) and noted_by == user.pk and noted_at > now - UNDO_FOR


def may_undo(user: Any, *, noted_by: int | None, noted_at: datetime, now: datetime) -> bool:
    """Undo what was noted of somebody whose calls they see: who noted it, in time; a lead who makes calls, with a
    reason."""
    return undoes_own(user, noted_by=noted_by, noted_at=noted_at, now=now) or (may_call(user) and user.leads)


def may_dial(user: Any) -> bool:
    """Who sees of a number at least that there is one: it is dialled for them."""
    return may_call(user) and grants_of(user).level("person", "phone") >= Level.MASKED


def why_not(standing: Standing, *, asked: bool) -> str:
    """Why this person may not be called, or nothing. Who asked something (`asked`: their question is open, or was
    answered with what must be put right) may be called back about it, also when they want no calls else."""
    if not standing.phones:
        return _("No telephone number is known.")
    if standing.do_not_contact:
        return _("Marked “do not contact”.")
    consent = standing.consents.get("phone")
    if consent is not None and consent.state == Consent.State.REFUSED and not asked:
        return _("They asked not to be called, and have no open question.")
    return ""
