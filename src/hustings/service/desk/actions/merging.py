"""Two inquiries into one, and one into two. Messages follow in the rooms above, inside the same transaction."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from hustings.foundation.access.models import User
from hustings.foundation.core import bus
from hustings.foundation.core.guard import action
from hustings.foundation.retention.actions.refusing import why_not_merged

from ..announcements import InquiriesMerged
from ..models import Event, Inquiry, InquiryMerge, Stage, Status
from ..registry import Whole, registry
from ..rules import Refused, Stale, restored
from .changing import change, lock, record
from .counting import count_made


@action
def merge(*, actor: User | None, inquiry: Inquiry, into: Inquiry, now: datetime) -> InquiryMerge:
    """Read all of `inquiry` under `into` from now on: its messages, notes and lines. Both may be of different people:
    each letter keeps its own writer. Refused for an inquiry with itself, for a sealed one with one that is not, and for
    one that a legal hold is over."""
    if said := why_not_merged(actor, "inquiry", inquiry.pk):
        raise Refused(said)
    gone, kept = _both(actor, inquiry, into)
    children = list(Inquiry.objects.filter(merged_into=gone).values_list("id", flat=True))
    before = {"kept": {name: _plain(getattr(kept, name)) for name in _MIXED}, "children": children}
    detail = {"other": str(gone.uid), "subject": gone.subject or gone.snippet}
    mixed = _mixed(gone, kept, now)
    change([kept], actor=actor, now=now, kind="merged", detail=detail, became=lambda _row: mixed, undoable=False)
    was = change(
        [gone], actor=actor, now=now, kind="merged_away", detail={"into": str(kept.uid)}, undoable=True,
        became=lambda _row: {
            "status": Status.MERGED.value, "merged_into_id": kept.pk, "assignee_id": None, "snoozed_until": None,
            "closed_at": now, "unread": False,
        },
    )[0]  # fmt: skip
    Inquiry.objects.filter(pk__in=children).update(merged_into=kept)
    before["gone"] = (was.before or {})["was"]
    done = InquiryMerge.objects.create(inquiry=gone, into=kept, by=actor, at=now, before=before)
    bus.announce(InquiriesMerged(inquiry_id=gone.pk, into_id=kept.pk))
    return done


@action
def undo_merge(*, actor: User, merge: InquiryMerge, now: datetime) -> Inquiry:
    """Part them again: each as it was, what came since stays with the one that was kept."""
    rows = {row.pk: row for row in lock(actor, [merge.inquiry_id, merge.into_id])}
    merge = InquiryMerge.objects.select_for_update().get(pk=merge.pk)
    gone, kept = rows.get(merge.inquiry_id), rows.get(merge.into_id)
    if gone is None or kept is None:
        raise Refused(_("You do not see both of these any more. Nothing was changed."))
    if merge.undone_at is not None or gone.merged_into_id != kept.pk:
        raise Stale(_("They were parted already."))
    change(
        [gone], actor=actor, now=now, kind="parted", undoable=False, became=lambda _row: restored(merge.before["gone"])
    )
    if kept.last_message_at <= merge.at and kept.messages == merge.before["kept"]["messages"] + gone.messages:
        was = restored({name: value for name, value in merge.before["kept"].items() if name != "tags"})
    else:
        was = {"messages": max(1, kept.messages - gone.messages)}
    change(
        [kept], actor=actor, now=now, kind="parted", undoable=False, detail={"other": str(gone.uid)},
        became=lambda _row: was,
    )  # fmt: skip
    Inquiry.objects.filter(pk__in=merge.before["children"], merged_into=kept).update(merged_into=gone)
    InquiryMerge.objects.filter(pk=merge.pk).update(undone_at=now)
    Event.objects.filter(inquiry_id__in=rows, kind__in=["merged", "merged_away"], at=merge.at).update(undone_at=now)
    bus.announce(InquiriesMerged(inquiry_id=gone.pk, into_id=kept.pk, undone=True))
    return gone


def merge_of(event: Event) -> InquiryMerge:
    """The merge that one of its two lines tells of."""
    side = "into" if event.kind == "merged" else "inquiry"
    found = InquiryMerge.objects.filter(at=event.at, **{side: event.inquiry_id}).first()
    if found is None:
        raise Stale(_("They were parted already."))
    return found


@action
def split_off(*, actor: User, inquiry: Inquiry, keys: Sequence[str], now: datetime) -> Inquiry:
    """Make a new inquiry of the named items ("message:<uid>") of this one, in the same queue, and give it to the
    actor. Refused when no room can move messages, or nothing would be left here."""
    rows = lock(actor, [inquiry.pk])
    if not rows or rows[0].status == Status.MERGED:
        raise Refused(_("You do not see this inquiry any more. Nothing was changed."))
    mover, row = registry.mover, rows[0]
    if mover is None or not keys:
        raise Refused(_("Choose a letter to split off. Nothing was changed."))
    try:
        part = mover.preview(row, keys)
    except ValueError as error:
        raise Stale(_("That letter is not in this conversation any more. Nothing was changed.")) from error
    if part.messages >= row.messages:
        raise Refused(_("That is all there is here: nothing would be left. Nothing was changed."))
    new = _opened(row, part, now)
    mover.move(row, keys, new)
    rest = mover.whole(row)
    change(
        [row], actor=actor, now=now, kind="split", detail={"other": str(new.uid), "subject": new.subject},
        undoable=False, became=lambda _row: _of_whole(rest),
    )  # fmt: skip
    record(new, actor=actor, now=now, kind="split_from", detail={"other": str(row.uid), "subject": row.subject})
    change([new], actor=actor, now=now, kind="taken", undoable=False, became=lambda _row: {"assignee_id": actor.pk})
    return new


_MIXED = ("messages", "last_message_at", "last_message_id", "snippet", "due_at", "priority", "tags", "status", "unread",
          "closed_at", "snoozed_until", "stage", "has_attachment")  # fmt: skip


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _both(actor: User | None, inquiry: Inquiry, into: Inquiry) -> tuple[Inquiry, Inquiry]:
    rows = {row.pk: row for row in lock(actor, [inquiry.pk, into.pk])}
    if inquiry.pk == into.pk:
        raise Refused(_("That is the same inquiry. Choose another one to merge it with."))
    if len(rows) < 2:
        raise Refused(_("You do not see both of these. Nothing was changed."))
    gone, kept = rows[inquiry.pk], rows[into.pk]
    if Status.MERGED in (gone.status, kept.status):
        raise Stale(_("One of them was merged already. Nothing was changed."))
    if gone.is_sealed != kept.is_sealed or gone.is_crisis > kept.is_crisis:
        raise Refused(
            _("A sealed letter, or someone in crisis, is not merged with another letter. Nothing was changed.")
        )
    return gone, kept


def _mixed(gone: Inquiry, kept: Inquiry, now: datetime) -> dict[str, object]:
    newer = gone if gone.last_message_at > kept.last_message_at else kept
    known = {word.lower() for word in kept.tags}
    fields: dict[str, object] = {
        "messages": gone.messages + kept.messages,
        "last_message_at": newer.last_message_at,
        # One that we began has none of theirs yet.
        "last_message_id": newer.last_message_id or (kept if newer is gone else gone).last_message_id,
        "snippet": newer.snippet,
        "has_attachment": gone.has_attachment or kept.has_attachment,
        "tags": [*kept.tags, *(word for word in gone.tags if word.lower() not in known)],
        "priority": min(gone.priority, kept.priority),
    }
    if gone.status == Status.OPEN:
        # What still waits goes on waiting, from its own time.
        waits = kept.status == Status.OPEN
        fields |= {
            "status": Status.OPEN.value, "closed_at": None, "snoozed_until": None, "unread": True,
            "due_at": min(gone.due_at, kept.due_at) if waits else gone.due_at,
        }  # fmt: skip
    return fields


def _opened(row: Inquiry, part: Whole, now: datetime) -> Inquiry:
    late = part.last_message_at + timedelta(minutes=row.queue.minutes_to_answer)
    new = Inquiry.objects.create(
        queue=row.queue,
        language=row.language,
        state_code=row.state_code,
        county_fips=row.county_fips,
        stage=Stage.NEW,
        priority=row.priority,
        due_at=late if late > now else now + timedelta(minutes=row.queue.minutes_to_answer),
        is_sealed=row.is_sealed,
        is_crisis=row.is_crisis,
        person_id=part.person_id,
        channel=part.channel,
        mailbox=part.mailbox,
        opened_at=part.opened_at,
        **_of_whole(part),
        subject=part.subject,
    )
    count_made([new])
    return new


def _of_whole(whole: Whole) -> dict[str, object]:
    names = ("snippet", "last_message_at", "last_message_id", "messages", "has_attachment")
    return {name: getattr(whole, name) for name in names}
