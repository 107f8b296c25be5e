"""Close, reopen, snooze, wake; stage, priority, queue, tags; and undoing any of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from hustings.constituents.topics.actions.labels import take_back
from hustings.foundation.access.models import User
from hustings.foundation.core.guard import action

from ..models import Event, Inquiry, Priority, Queue, Stage, Status
from ..queries.inquiries import scope_of
from ..registry import registry
from ..rules import Refused, Stale, may_undo, restored, still_so
from .changing import change, lock, lock_one, lock_own
from .merging import merge_of, undo_merge

WAKE_AT_ONCE = 500
MOST_TAGS = 20
LONGEST_TAG = 40
FARTHEST_SNOOZE = timedelta(days=366)


@action
def close(*, actor: User, inquiry: Inquiry, now: datetime, reason: str = "", none_needed: bool = False) -> Event | None:
    """Done. With `none_needed` it was read and asks for no answer. Refused when a room above says it must stay open."""
    row = lock_one(actor, inquiry)
    refuse_closing(row)
    events = change(
        [row], actor=actor, now=now, kind="closed", reason=reason, detail={"reason": reason},
        became=lambda r: closed_fields(r, now, none_needed=none_needed),
    )  # fmt: skip
    return events[0] if events else None


def closed_fields(row: Inquiry, now: datetime, *, none_needed: bool) -> dict[str, object] | None:
    """What closing writes; None when it is closed already."""
    if row.status == Status.CLOSED:
        return None
    fields = {"status": Status.CLOSED.value, "closed_at": now, "snoozed_until": None, "unread": False}
    return {**fields, "stage": Stage.NONE.value} if none_needed else fields


def refuse_closing(row: Inquiry) -> None:
    """Raise Refused with the words of the room above that says no."""
    for check in registry.before_close:
        if why := check(row):
            raise Refused(why)


@action
def reopen(*, actor: User, inquiry: Inquiry, now: datetime) -> Event | None:
    """Back on the desk. Its time to answer begins anew when it has run out."""
    row = lock_one(actor, inquiry)
    events = change([row], actor=actor, now=now, kind="reopened", became=lambda r: reopened_fields(r, now))
    return events[0] if events else None


def reopened_fields(row: Inquiry, now: datetime) -> dict[str, object] | None:
    """What reopening writes; None when it is open."""
    if row.status == Status.OPEN:
        return None
    due = row.due_at if row.due_at > now else now + timedelta(minutes=row.queue.minutes_to_answer)
    return {"status": Status.OPEN.value, "closed_at": None, "snoozed_until": None, "due_at": due, **without_gone(row)}


def without_gone(row: Inquiry) -> dict[str, object]:
    """For what opens again: whoever's access ended has it no longer."""
    return {"assignee_id": None} if row.assignee is not None and not row.assignee.is_active else {}


@action
def snooze(*, actor: User, inquiry: Inquiry, until: datetime, now: datetime) -> Event | None:
    """Out of sight until then, or until they write again. `until` must lie ahead, at most a year."""
    row = lock_one(actor, inquiry)
    refuse_moment(until, now)
    events = change(
        [row], actor=actor, now=now, kind="snoozed", detail={"until": until.isoformat()},
        became=lambda r: snoozed_fields(r, until),
    )  # fmt: skip
    return events[0] if events else None


def refuse_moment(until: datetime, now: datetime) -> None:
    """Raise Refused for a moment nobody can snooze to."""
    if until <= now:
        raise Refused(_("That time has passed. Choose a later one; nothing was changed."))
    if until > now + FARTHEST_SNOOZE:
        raise Refused(_("That is more than a year away. Choose a nearer day; nothing was changed."))


def snoozed_fields(row: Inquiry, until: datetime) -> dict[str, object] | None:
    """What snoozing writes; None for a closed one, which has nothing to come back for."""
    if row.status == Status.CLOSED:
        return None
    return {"status": Status.SNOOZED.value, "snoozed_until": until}


@action
def wake_due(now: datetime) -> int:
    """Bring back those whose time has come; how many. Called each minute; what is left comes with the next call."""
    due = Inquiry.objects.filter(status=Status.SNOOZED, snoozed_until__lte=now).order_by("snoozed_until", "id")
    rows = list(due.select_for_update(skip_locked=True)[:WAKE_AT_ONCE])
    change(
        rows, actor=None, now=now, kind="woken", because="time", detail={"because": "time"}, undoable=False,
        became=lambda _row: {"status": Status.OPEN.value, "snoozed_until": None, "unread": True},
    )  # fmt: skip
    return len(rows)


@action
def wake(*, actor: User, inquiry: Inquiry, now: datetime) -> Event | None:
    """Bring a snoozed one back by hand."""
    row = lock_one(actor, inquiry)
    if row.status != Status.SNOOZED:
        return None
    return change(
        [row], actor=actor, now=now, kind="woken", detail={"because": "person"},
        became=lambda _row: {"status": Status.OPEN.value, "snoozed_until": None},
    )[0]  # fmt: skip


@action
def set_stage(*, actor: User, inquiry: Inquiry, stage: Stage, now: datetime) -> Event | None:
    """Reviewing: it needs an answer, or it was read and needs none (which closes it)."""
    if stage == Stage.NONE:
        return close(actor=actor, inquiry=inquiry, now=now, none_needed=True)
    row = lock_one(actor, inquiry)
    events = change(
        [row], actor=actor, now=now, kind="staged", detail={"stage": stage.value},
        became=lambda r: {"stage": stage.value, **(reopened_fields(r, now) or {} if r.status == Status.CLOSED else {})},
    )  # fmt: skip
    return events[0] if events else None


@action
def set_priority(*, actor: User, inquiry: Inquiry, priority: Priority, now: datetime) -> Event | None:
    """High, normal or low. Someone in crisis stays first: that is decided by the crisis mark, not here."""
    row = lock_one(actor, inquiry)
    if row.is_crisis or priority == Priority.CRISIS:
        raise Refused(_("Someone in crisis stays first in the queue. Nothing was changed."))
    events = change(
        [row], actor=actor, now=now, kind="priority", detail={"priority": int(priority)},
        became=lambda _row: {"priority": int(priority)},
    )  # fmt: skip
    return events[0] if events else None


@action
def move_queue(*, actor: User, inquiry: Inquiry, queue: Queue, now: datetime) -> Event | None:
    """Into another queue, for its people to take: whoever had it has it no more, unless they work there too. Anyone
    who sees a letter may send it where it belongs, also to a queue they do not see."""
    row = lock_one(actor, inquiry)
    refuse_queue(row, queue)
    return _moved(row, actor=actor, queue=queue, now=now)


def refuse_queue(row: Inquiry, queue: Queue) -> None:
    """Raise Refused when the inquiry must not go there."""
    if row.is_crisis and not queue.is_crisis:
        raise Refused(_("Someone in crisis stays with those who are trained. Nothing was changed."))


def _moved(row: Inquiry, *, actor: User, queue: Queue, now: datetime) -> Event | None:
    detail = {"to": queue.name, "from": row.queue.name}
    events = change(
        [row], actor=actor, now=now, kind="moved", detail=detail, became=lambda r: moved_fields(r, queue)
    )  # fmt: skip
    return events[0] if events else None


def moved_fields(row: Inquiry, queue: Queue) -> dict[str, object]:
    """What moving writes. An assignee who would not see it there is taken off it."""
    keeps = row.assignee is not None and queue.pk in scope_of(row.assignee).queue_ids
    return {"queue_id": queue.pk, "assignee_id": row.assignee_id if keeps else None}


@action
def tag(
    *, actor: User, inquiry: Inquiry, now: datetime, add: Sequence[str] = (), remove: Sequence[str] = ()
) -> Event | None:
    """Add and take away tags; one that is there already in other capitals stays as it is."""
    row = lock_one(actor, inquiry)
    detail = {"added": list(add), "removed": list(remove)}
    events = change(
        [row], actor=actor, now=now, kind="tagged", detail=detail, became=lambda r: tagged_fields(r, add, remove)
    )  # fmt: skip
    return events[0] if events else None


def tagged_fields(row: Inquiry, add: Sequence[str], remove: Sequence[str]) -> dict[str, object]:
    """What tagging writes. Refused for a tag too long or one too many."""
    gone = {word.strip().lower() for word in remove}
    tags = {word.lower(): word for word in row.tags if word.lower() not in gone}
    for word in (" ".join(each.split()) for each in add):
        if len(word) > LONGEST_TAG:
            raise Refused(_("A tag has at most {n} letters. Nothing was changed.").format(n=LONGEST_TAG))
        if word:
            tags.setdefault(word.lower(), word)
    if len(tags) > MOST_TAGS:
        raise Refused(_("An inquiry has at most {n} tags. Nothing was changed.").format(n=MOST_TAGS))
    return {"tags": list(tags.values())}


@action
def undo(*, actor: User, event: Event, now: datetime) -> Inquiry:
    """Take back what the event did, where nothing it changed has changed since. Stale when something has."""
    if event.kind in ("merged", "merged_away"):
        return undo_merge(actor=actor, merge=merge_of(event), now=now)
    rows = lock_own(actor, [event.inquiry_id]) if event.actor_id == actor.pk else lock(actor, [event.inquiry_id])
    if not rows or rows[0].status == Status.MERGED:
        raise Refused(_("You do not see this inquiry any more. Nothing was changed."))
    row = rows[0]
    event = Event.objects.select_for_update().get(pk=event.pk)
    event.inquiry = row
    if event.undone_at is not None:
        raise Stale(_("That was undone already."))
    if not may_undo(actor, event, now):
        raise Refused(_("This cannot be undone by you. Nothing was changed."))
    if event.kind == "about":
        take_back(label_ids=event.detail.get("labels", []), now=now)
    if not put_back([event], [row], actor=actor, now=now):
        raise Stale(_("It was changed again since, so nothing was undone. Look at it as it is now."))
    return row


def put_back(events: Sequence[Event], rows: Sequence[Inquiry], *, actor: User | None, now: datetime) -> int:
    """Restore what the events' rows were, skipping those changed since; how many were restored. The rows are locked."""
    of = {event.inquiry_id: event for event in events}
    fresh = [row for row in rows if still_so(of[row.pk], row)]
    if not fresh:
        return 0
    change(
        fresh, actor=actor, now=now, kind="undone", detail={"of": of[fresh[0].pk].kind}, undoable=False,
        became=lambda row: restored((of[row.pk].before or {})["was"]),
    )  # fmt: skip
    Event.objects.filter(pk__in=[of[row.pk].pk for row in fresh]).update(undone_at=now)
    return len(fresh)
