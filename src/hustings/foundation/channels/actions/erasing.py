"""What was handed to us and what left, without its words: rows stay, so that counts hold."""

from collections.abc import Sequence

from django.db import connection

from hustings.foundation.core.guard import action

from ..compression import compress
from ..models import ArchivedMail, CaughtMail, Delivery, Outgoing, OutgoingState, SendAttempt


class StillLeaving(Exception):
    """A message is being handed over at this moment; ask again when it has ended."""


@action
def erase_deliveries(*, ids: Sequence[int]) -> None:
    """The bytes and the envelopes of these deliveries; of what lies in the archive the keys, without which it is noise.
    The database's own first: whoever is moving them out holds those rows until the keys are there."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update channels_rawmail r set raw = %s from channels_delivery d"
            " where d.id = any(%s) and r.delivery_id = d.id and r.received_at = d.received_at",
            [compress(b""), list(ids)],
        )
    ArchivedMail.objects.filter(pk__in=ids).update(key=b"", length=0)
    Delivery.objects.filter(pk__in=ids).update(envelope_from="", envelope_to=[])


@action
def erase_outgoing(*, ids: Sequence[int]) -> None:
    """The content and the address of what left, or was to. What has not begun to leave never leaves. Raises
    StillLeaving."""
    rows = Outgoing.objects.select_for_update().filter(pk__in=ids)
    if any(row.state == OutgoingState.ATTEMPTING for row in rows.only("state")):
        raise StillLeaving("a message to this person is being handed over; the erasure goes on when it is settled")
    stopped = (OutgoingState.WAITING, OutgoingState.UNCERTAIN)
    Outgoing.objects.filter(pk__in=ids, state__in=stopped).update(state=OutgoingState.CANCELLED)
    Outgoing.objects.filter(pk__in=ids).update(content=b"", envelope_to="", last_reply="")
    SendAttempt.objects.filter(outgoing_id__in=ids).update(reply="")


@action
def erase_caught(*, ids: Sequence[int]) -> None:
    """Of the sample campaign's own mailbox."""
    CaughtMail.objects.filter(pk__in=ids).delete()
