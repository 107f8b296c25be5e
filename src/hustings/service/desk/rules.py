"""Who may do what at the desk: predicates on (user, object), and what refusing is called."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.dateparse import parse_datetime

from hustings.foundation.access import queries as access
from hustings.foundation.access import rules as access_rules
from hustings.foundation.access.grants import grants_of
from hustings.foundation.access.models import User
from hustings.foundation.core.guard import unveiled
from hustings.foundation.core.refusals import Refused as Refused
from hustings.foundation.core.refusals import Stale as Stale

from .models import BulkRun, Event, Inquiry, Queue, SavedView

UNDO_WINDOW = timedelta(hours=24)
MOMENTS = {"due_at", "answered_at", "closed_at", "snoozed_until", "last_message_at", "opened_at"}


def may_see(user: User, inquiry: Inquiry) -> bool:
    """The same as `queries.inquiries.visible_to(user)` for one inquiry that is at hand."""
    with unveiled():
        return _sees(user, inquiry)


def _sees(user: User, inquiry: Inquiry) -> bool:
    if not user.is_active:
        return False
    if inquiry.is_sealed:
        return access_rules.is_security_lead(user)
    rows = grants_of(user).rows("inquiry")
    if not rows:
        return False
    if (inquiry.is_crisis or inquiry.queue.is_crisis) and not access_rules.may_see_crisis(user):
        return False
    if "all" in rows or inquiry.queue.is_crisis or inquiry.assignee_id == user.pk:
        return True
    return (
        ("team" in rows and inquiry.queue.team_id in access.team_ids(user))
        or ("state" in rows and inquiry.state_code in user.states)
        or ("county" in rows and bool(user.counties) and inquiry.person.county_fips in user.counties)
    )


def may_be_given(user: User, inquiry: Inquiry) -> bool:
    """Whether the inquiry may be assigned to them: they work here and would see it even if it were not theirs."""
    with unveiled():
        return _can_have(user, inquiry)


def _can_have(user: User, inquiry: Inquiry) -> bool:
    if not user.is_active or (inquiry.is_sealed and not access_rules.is_security_lead(user)):
        return False
    if (inquiry.is_crisis or inquiry.queue.is_crisis) and not access_rules.may_see_crisis(user):
        return False
    return inquiry.queue.is_crisis or access_rules.administers(user) or inquiry.queue.team_id in access.team_ids(user)


def may_undo(user: User, event: Event, now: datetime) -> bool:
    """One's own acts for a day; a lead of the queue's team also other people's."""
    if event.before is None or now - event.at > UNDO_WINDOW:
        return False
    with unveiled():
        return event.actor_id == user.pk or access_rules.leads_team(user, event.inquiry.queue.team_id)


def still_so(event: Event, row: Inquiry) -> bool:
    """Whether all that the event wrote still stands. Whether it was read since does not matter."""
    became = restored((event.before or {}).get("became", {}))
    with unveiled():
        return all(getattr(row, name) == value for name, value in became.items() if name != "unread")


def unchanged_of(event: Event, row: Inquiry) -> dict[str, Any]:
    """What the row was before the event, of those fields that still are as the event made them. Open or closed, and
    when, is one thing."""
    before = event.before or {}
    was, became = restored(before.get("was", {})), restored(before.get("became", {}))
    same = {name for name, value in became.items() if getattr(row, name) == value}
    if not _STANDING & became.keys() <= same:
        same -= _STANDING
    return {name: was[name] for name in was if name in same}


_STANDING = {"status", "closed_at", "snoozed_until"}


def restored(values: Mapping[str, Any]) -> dict[str, Any]:
    """Field values as an Event keeps them, read back."""
    return {name: parse_datetime(value) if name in MOMENTS and value else value for name, value in values.items()}


def may_undo_run(user: User, run: BulkRun, now: datetime) -> bool:
    """One's own runs, for a day."""
    return run.actor_id == user.pk and now - run.at <= UNDO_WINDOW


def may_edit_queues(user: User) -> bool:
    """Add, rename, order and time the queues."""
    return access_rules.administers(user)


def may_edit_rules(user: User, queue: Queue) -> bool:
    """The rules that send letters to a queue: administrators, and the leads of its team."""
    return access_rules.leads_team(user, queue.team_id)


def may_edit_view(user: User, view: SavedView) -> bool:
    """One's own views; a team's view also its leads."""
    return view.owner_id == user.pk or (view.team_id is not None and access_rules.leads_team(user, view.team_id))


def may_share_view(user: User, team_id: int) -> bool:
    """Whether they may give the team a view: its leads may."""
    return access_rules.leads_team(user, team_id)
