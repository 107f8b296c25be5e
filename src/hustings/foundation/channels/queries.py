"""Reading what arrived and what is to leave."""

import hashlib
import hmac
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db.models import Count, QuerySet, Sum

from hustings.foundation.core import storage

from .compression import compress, expand
from .models import (
    ArchivedMail,
    ArchiveFile,
    CaughtMail,
    Delivery,
    ImapAccount,
    Mailbox,
    Outgoing,
    OutgoingState,
    RawMail,
)
from .sealing import Damaged, unseal


def raw_of(delivery: Delivery) -> bytes:
    """The bytes as they were handed to us, from the database or the archive; none after an erasure. Raises
    RawMail.DoesNotExist when there never were any, ARCHIVE_LOST when the archive has lost them."""
    row = RawMail.objects.filter(delivery_id=delivery.pk, received_at=delivery.received_at).first()
    packed = archived_of([delivery.pk]).get(delivery.pk) if row is None else row.raw
    if packed is None:
        raise RawMail.DoesNotExist
    return expand(packed)


# What the archive raises when it cannot give back what it was given.
ARCHIVE_LOST = (Damaged, FileNotFoundError)


def archived_of(delivery_ids: Sequence[int]) -> dict[int, bytes]:
    """Of those of these deliveries that were moved out of the database, the bytes as RawMail had them, compressed.
    Reads no more of a file than the letter. Raises ARCHIVE_LOST."""
    found = {}
    for row in ArchivedMail.objects.filter(pk__in=delivery_ids).select_related("file"):
        if not row.length:
            found[row.pk] = compress(b"")
            continue
        sealed = storage.read_part(row.file.sha256, row.offset, row.length)
        found[row.pk] = unseal(sealed, key=bytes(row.key), delivery_id=row.pk)
    return found


def names_archive(sha256: str) -> bool:
    """Whether these stored bytes are a file of the archive."""
    return ArchiveFile.objects.filter(sha256=sha256).exists()


def archive_counts() -> dict[str, int]:
    """How much lies in the archive; `erased` of the letters are noise in it."""
    files = ArchiveFile.objects.exclude(checked_at=None)
    letters = ArchivedMail.objects.filter(file__checked_at__isnull=False)
    size = files.aggregate(n=Sum("size"))["n"] or 0
    erased = letters.filter(length=0).count()
    return {"files": files.count(), "letters": letters.count(), "erased": erased, "bytes": size}


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
