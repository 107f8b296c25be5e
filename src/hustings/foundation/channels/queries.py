"""Reading what arrived and what is to leave."""

import hashlib
import hmac
from collections.abc import Iterable

from django.conf import settings
from django.db.models import Count, QuerySet

from .compression import expand
from .models import CaughtMail, Delivery, ImapAccount, Mailbox, Outgoing, OutgoingState, RawMail


def raw_of(delivery: Delivery) -> bytes:
    """The bytes as they were handed to us. Raises RawMail.DoesNotExist after an erasure."""
    row = RawMail.objects.get(delivery_id=delivery.pk, received_at=delivery.received_at)
    return expand(row.raw)


def content_of(outgoing: Outgoing) -> bytes:
    """The whole message that leaves or left."""
    return expand(outgoing.content)


def mailboxes() -> list[Mailbox]:
    """All of ours, the default one first."""
    return list(Mailbox.objects.order_by("-is_default", "address"))


def mailbox_for(addresses: Iterable[str]) -> Mailbox | None:
    """The first of ours among these addresses; `help+r.token@…` is `help@…`."""
    plain = [_without_detail(address) for address in addresses]
    ours = {box.address: box for box in Mailbox.objects.filter(address__in=plain)}
    return next((ours[address] for address in plain if address in ours), None)


def default_mailbox() -> Mailbox:
    """Where answers leave from when nothing says otherwise. Raises Mailbox.DoesNotExist before there is any."""
    box = Mailbox.objects.order_by("-is_default", "id").first()
    if box is None:
        raise Mailbox.DoesNotExist("no mailbox has been set up")
    return box


def outbox_counts() -> dict[str, int]:
    """How many messages are in each state of the outbox, every state named."""
    counts = dict.fromkeys(OutgoingState.values, 0)
    counts.update(Outgoing.objects.values_list("state").annotate(Count("pk")))
    return counts


def uncertain() -> QuerySet[Outgoing]:
    """What may or may not have arrived, oldest first: a person settles it."""
    return Outgoing.objects.filter(state=OutgoingState.UNCERTAIN).order_by("id")


def caught_mail() -> QuerySet[CaughtMail]:
    """The sample campaign's local mailbox, newest first."""
    return CaughtMail.objects.order_by("-id")


def imap_accounts() -> QuerySet[ImapAccount]:
    """Mailboxes elsewhere that are read."""
    return ImapAccount.objects.select_related("mailbox").order_by("name")


def reply_secret() -> bytes:
    """The key that signs reply addresses: derived, so that no other use of the secret key gives it away."""
    return hmac.new(settings.SECRET_KEY.encode(), b"hustings reply address", hashlib.sha256).digest()


def _without_detail(address: str) -> str:
    local, at, domain = address.strip().lower().rpartition("@")
    return f"{local.split('+', 1)[0]}{at}{domain}"
