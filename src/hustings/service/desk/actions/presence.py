"""Who has it open, who is writing."""

from datetime import datetime

from hustings.foundation.access.models import User
from hustings.foundation.core import live
from hustings.foundation.core.guard import action

from ..models import Inquiry, Presence
from ..queries.presence import GONE_AFTER, STOPPED_AFTER


@action
def be_here(*, actor: User, inquiry: Inquiry, writing: bool, now: datetime) -> None:
    """Keep the actor's line fresh; others are told only when it says something new."""
    line, made = Presence.objects.get_or_create(inquiry=inquiry, user=actor, defaults={"at": now})
    was_here = not made and now - line.at < GONE_AFTER
    was_writing = line.writing_at is not None and now - line.writing_at < STOPPED_AFTER
    Presence.objects.filter(pk=line.pk).update(at=now, writing_at=now if writing else None)
    if not was_here or was_writing != writing:
        live.publish(f"here:{inquiry.uid}", kind="presence")


@action
def leave(*, actor: User, inquiry: Inquiry) -> None:
    """The page was closed or another opened."""
    if Presence.objects.filter(inquiry=inquiry, user=actor).delete()[0]:
        live.publish(f"here:{inquiry.uid}", kind="presence")


def forget_gone(now: datetime) -> int:
    """Delete the lines of those long gone."""
    return Presence.objects.filter(at__lt=now - 10 * GONE_AFTER).delete()[0]


@action
def see(*, actor: User, inquiry: Inquiry) -> None:
    """Its assignee has opened it: it is not new to them any more. Opened by another, it stays so."""
    if not inquiry.unread or inquiry.assignee_id != actor.pk:
        return
    if Inquiry.objects.filter(pk=inquiry.pk, unread=True).update(unread=False):
        live.publish([f"queue:{inquiry.queue_id}", f"user:{actor.pk}"])
