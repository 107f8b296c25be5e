"""Who has it: take the next, take, assign, hand over. Each inquiry has one assignee or none."""

from datetime import datetime

from django.utils.translation import gettext as _

from hustings.foundation.access.grants import grants_of
from hustings.foundation.access.models import User
from hustings.foundation.core.guard import Level, action

from ..models import Event, Inquiry, Status
from ..queries.inquiries import scope_of, visible_to
from ..registry import registry
from ..rules import Refused, Stale, may_be_given
from .changing import change, lock_one
from .notes import write_note


@action
def take_next(*, actor: User, now: datetime) -> Inquiry | None:
    """Give the actor the most urgent unassigned inquiry of their queues: by priority, then by when it is due. Two who
    ask at once never get the same one: a row that another is taking is passed over. None when nothing waits."""
    scope = scope_of(actor)
    waiting = visible_to(actor, scope=scope).filter(
        status=Status.OPEN, assignee=None, queue_id__in=scope.queue_ids, is_sealed=False
    )
    following = waiting.order_by("priority", "due_at", "id").select_for_update(skip_locked=True, of=("self",))
    following = following.select_related("queue")
    behind = [found for source in registry.behind if (found := source()) is not None]
    row = None
    for later in behind:
        row = row or following.exclude(later).first()
    row = row or following.first()
    if row is None:
        return None
    change([row], actor=actor, now=now, kind="taken", became=lambda _row: {"assignee_id": actor.pk})
    return row


@action
def take(*, actor: User, inquiry: Inquiry, now: datetime) -> Event | None:
    """Take this one. Stale when another has it (an assignment takes it away from them, taking does not)."""
    row = lock_one(actor, inquiry)
    if row.assignee_id == actor.pk:
        return None
    if row.assignee_id is not None:
        knows = grants_of(actor).level("inquiry", "assignee") >= Level.READ
        name = row.assignee if knows else _("Somebody")
        raise Stale(_("{name} took this one before you. It is still theirs.").format(name=name))
    if not may_be_given(actor, row):
        raise Refused(_("This inquiry is not of your teams, so you cannot take it. Nothing was changed."))
    return change([row], actor=actor, now=now, kind="taken", became=lambda _row: {"assignee_id": actor.pk})[0]


@action
def assign(*, actor: User, inquiry: Inquiry, user: User | None, now: datetime) -> Event | None:
    """Make the inquiry theirs, or with None nobody's. Refused for someone who would not see it."""
    row = lock_one(actor, inquiry)
    if user is not None and not may_be_given(user, row):
        raise Refused(_("{name} does not work on this queue, so it cannot be theirs.").format(name=user))
    kind = "assigned" if user else "put_back"
    detail = {"to": user.name if user else ""}
    given = {"assignee_id": user.pk if user else None, "unread": True}
    events = change(
        [row], actor=actor, now=now, kind=kind, detail=detail,
        became=lambda r: given if r.assignee_id != given["assignee_id"] else None,
    )  # fmt: skip
    return events[0] if events else None


@action
def hand_over(*, actor: User, inquiry: Inquiry, user: User, word: str, now: datetime) -> Event | None:
    """Assign it with a word to the one who gets it: a note that mentions them. The word must not be empty."""
    if not word.strip():
        raise Refused(_("Write a word to {name} about where it stands; nothing was changed.").format(name=user))
    event = assign(actor=actor, inquiry=inquiry, user=user, now=now)
    write_note(actor=actor, inquiry=inquiry, text=word, mentioned=[user], now=now)
    return event
