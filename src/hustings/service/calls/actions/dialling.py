"""The number of somebody in hand is dialled: by whoever may not read it too. Each time is in the audit trail, as a
reading of the number too."""

from datetime import datetime

from django.utils.translation import gettext as _

from hustings.constituents.people.queries.standing import standing_of
from hustings.foundation.access.actions import record_audit, record_reading
from hustings.foundation.access.models import User
from hustings.foundation.core.guard import action
from hustings.service.desk.queries.inquiries import unfinished_with

from ..models import Call
from ..rules import Refused, Stale, is_under_way, may_dial, why_not


@action
def dial(*, actor: User, call: Call, now: datetime) -> str:
    """The number to dial, E.164. Refused for a call that is not the actor's, for somebody who may not be called, and
    for a role to which telephone numbers do not exist; Stale for one that is not under way."""
    if call.by_id != actor.pk or not may_dial(actor):
        raise Refused(_("You may not dial here."))
    if not is_under_way(call, now):
        raise Stale(_("This call was noted, or went back. Begin it again."))
    standing = standing_of(call.person)
    asked = call.recipient_id is not None or unfinished_with(actor, list(standing.member_ids)) is not None
    if reason := why_not(standing, asked=asked):
        raise Refused(reason)
    number = standing.phones[0].value
    # Whoever dials learns it, or could: it counts for unusual reading like any other reading.
    record_reading(user_id=actor.pk, notes=frozenset({("person", "phone", call.person_id)}), now=now)
    record_audit(
        actor=actor,
        action="call.dialled",
        record_type="person",
        record_uid=call.person.uid,
        detail={"call": str(call.uid)},
        now=now,
    )
    return number
