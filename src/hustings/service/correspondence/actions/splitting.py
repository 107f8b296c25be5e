"""Letters that move between inquiries: split off, or with a merge; what a merge moved, undoing it moves back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from hustings.foundation.channels.models import Source
from hustings.foundation.channels.queries import mailbox_for
from hustings.foundation.core.guard import action
from hustings.service.desk.models import Channel, Inquiry
from hustings.service.desk.queries.inquiries import ids_of_whole
from hustings.service.desk.registry import Mover, Whole

from ..models import Attachment, Direction, Draft, MergeMove, Message, Reply, SetAside
from ..queries import messages

SNIPPET = 140


def preview(inquiry: Inquiry, keys: Sequence[str]) -> Whole:
    """What the named letters come to by themselves. ValueError when one is not of this inquiry."""
    return _whole_of(inquiry, _named(inquiry, keys))


def whole(inquiry: Inquiry) -> Whole:
    """What all the letters of the inquiry come to. ValueError when it has none."""
    rows = Message.objects.filter(inquiry_id__in=ids_of_whole(inquiry)).select_related("delivery", "person")
    return _whole_of(inquiry, list(rows.order_by("at", "id")))


@action
def move(inquiry: Inquiry, keys: Sequence[str], into: Inquiry) -> None:
    """Move the named letters, with the answers among them and what was set aside about them."""
    moved = [message.pk for message in _named(inquiry, keys)]
    Message.objects.filter(pk__in=moved).update(inquiry=into)
    Reply.objects.filter(message_id__in=moved).update(inquiry=into)
    keys_of = Message.objects.filter(pk__in=moved).values("message_key")
    SetAside.objects.filter(inquiry_id__in=ids_of_whole(inquiry), message_key__in=keys_of).update(inquiry=into)


def follow_merge(*, inquiry_id: int, into_id: int) -> MergeMove:
    """Every letter, reply and what was set aside goes where the conversation goes on; the ids are kept. In the
    desk's own transaction."""
    moved = MergeMove(inquiry_id=inquiry_id, into_id=into_id)
    for name, model in _MOVING:
        rows = model.objects.filter(inquiry_id=inquiry_id)
        setattr(moved, name, sorted(rows.values_list("pk", flat=True)))
        rows.update(inquiry_id=into_id)
    moved.save()
    _move_drafts(inquiry_id, into_id)
    return moved


def follow_parting(*, inquiry_id: int, into_id: int, now: datetime) -> None:
    """Move back what the merge moved and what is still there; what came since stays. Drafts stay where they are
    being written."""
    moved = MergeMove.objects.select_for_update().filter(inquiry_id=inquiry_id, into_id=into_id, undone_at=None).first()
    if moved is None:
        return
    for name, model in _MOVING:
        model.objects.filter(pk__in=getattr(moved, name), inquiry_id=into_id).update(inquiry_id=inquiry_id)
    moved.undone_at = now
    moved.save(update_fields=["undone_at"])


def _move_drafts(inquiry_id: int, into_id: int) -> None:
    """One who wrote in both has both texts in one draft."""
    for draft in Draft.objects.select_for_update().filter(inquiry_id=inquiry_id):
        other = Draft.objects.select_for_update().filter(inquiry_id=into_id, author_id=draft.author_id).first()
        if other is None:
            draft.inquiry_id = into_id
            draft.save(update_fields=["inquiry"])
            continue
        other.text = "\n\n".join(part for part in (other.text.strip(), draft.text.strip()) if part)
        other.attachments = [*other.attachments, *draft.attachments]
        other.citations = [*other.citations, *draft.citations]
        other.revision = max(other.revision, draft.revision) + 1
        other.save()
        draft.delete()


_MOVING: tuple[tuple[str, Any], ...] = (("messages", Message), ("replies", Reply), ("asides", SetAside))
MOVER = Mover(preview=preview, move=move, whole=whole)


def _named(inquiry: Inquiry, keys: Sequence[str]) -> list[Message]:
    uids = {UUID(uid) for kind, _colon, uid in (key.partition(":") for key in keys) if kind == "message"}
    rows = Message.objects.filter(inquiry_id__in=ids_of_whole(inquiry), uid__in=uids)
    found = list(rows.select_related("delivery", "person").order_by("at", "id"))
    if len(found) != len(keys):
        raise ValueError("not every one of these is a letter of this inquiry")
    return found


def _whole_of(inquiry: Inquiry, found: list[Message]) -> Whole:
    letters = [message for message in found if message.direction == Direction.IN]
    if not letters:
        raise ValueError("there is no letter among these")
    first, last = letters[0], max(letters, key=lambda message: message.pk)
    bodies = messages.bodies_of([first, last])
    first_body, last_body = bodies.get(first.pk), bodies.get(last.pk)
    ours = mailbox_for(first.delivery.envelope_to) if first.delivery else None
    is_form = first.delivery is not None and first.delivery.source == Source.FORM
    return Whole(
        person_id=first.person_id,
        subject=first_body.subject if first_body else inquiry.subject,
        snippet=" ".join(last_body.text.split())[:SNIPPET] if last_body else "",
        channel=Channel.FORM if is_form else Channel.MAIL,
        mailbox=ours.address if ours else inquiry.mailbox,
        opened_at=first.at,
        last_message_at=max(message.at for message in found),
        last_message_id=last.pk,
        messages=len(letters),
        has_attachment=Attachment.objects.filter(message__in=letters).exists(),
    )
