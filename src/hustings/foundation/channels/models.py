"""Mail in and out, without understanding: what arrived byte for byte, and what is to leave."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hustings.foundation.core.models import Record


class Mailbox(Record):
    """An address of the campaign's that people write to and that answers leave from (lower case)."""

    address = models.TextField(unique=True)
    name = models.TextField()
    language = models.CharField(max_length=8, default="en")
    is_default = models.BooleanField(default=False)
    acknowledges = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.address


class Source(models.TextChoices):
    LMTP = "lmtp", _("LMTP")
    IMAP = "imap", _("IMAP")
    FORM = "form", _("Web form")
    FILE = "file", _("File")


class Outcome(models.TextChoices):
    """What became of a delivery. The ledger of messages is the count of these."""

    PENDING = "", _("Waiting to be read")
    STORED = "stored", _("Stored")
    DUPLICATE = "duplicate", _("Duplicate")
    AUTO_REPLY = "auto_reply", _("Auto-reply")
    BOUNCE = "bounce", _("Bounce")
    LIST = "list", _("List")
    JUNK = "junk", _("Junk")
    QUARANTINED = "quarantined", _("Quarantined")
    FEED = "feed", _("For the feed")


class Delivery(Record):
    """One message as it was handed to us. Its bytes lie in RawMail, written in the same transaction."""

    source = models.CharField(max_length=8, choices=Source.choices)
    # Where it came from, for once-only taking: "imap:3:1700:42", "form:<token>"; empty where the sender repeats safely.
    origin = models.TextField(default="", blank=True)
    envelope_from = models.TextField(default="", blank=True)
    envelope_to = ArrayField(models.TextField(), default=list, blank=True)
    sha256 = models.BinaryField(max_length=32)
    size = models.PositiveIntegerField()
    received_at = models.DateTimeField()
    outcome = models.CharField(max_length=12, choices=Outcome.choices, default="", blank=True)
    # Tries to read it; one that kills its reader is tried alone, then quarantined.
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=Q(outcome=""), name="channels_delivery_pending"),
            models.Index(fields=["outcome"], name="channels_delivery_outcome"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["origin"], condition=~Q(origin=""), name="channels_delivery_origin_once")
        ]


class RawMail(models.Model):
    """The bytes of a delivery, compressed with zstandard. Parted by month of `received_at`."""

    pk = models.CompositePrimaryKey("delivery_id", "received_at")
    delivery_id = models.BigIntegerField()
    received_at = models.DateTimeField()
    raw = models.BinaryField()

    class Meta:
        managed = False
        db_table = "channels_rawmail"


class ArchiveFile(Record):
    """A file in the campaign's storage with raw mail of one month that was moved out of RawMail. While `checked_at` is
    empty nothing rests on it: the bytes are still in RawMail."""

    month = models.DateField()
    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField()
    checked_at = models.DateTimeField(null=True)  # when every letter in it was read back


class ArchivedMail(models.Model):
    """Where the bytes of a delivery lie in a file, encrypted by a key of their own: who is erased, whose key goes."""

    delivery_id = models.BigIntegerField(primary_key=True)
    file = models.ForeignKey(ArchiveFile, on_delete=models.PROTECT, related_name="+")
    offset = models.PositiveBigIntegerField()
    length = models.PositiveIntegerField()  # 0: erased
    key = models.BinaryField()


class ImapAccount(Record):
    """A mailbox elsewhere that is read, never emptied. The password lies encrypted (core.secrets)."""

    name = models.TextField()
    host = models.TextField()
    port = models.PositiveIntegerField(default=993)
    tls = models.BooleanField(default=True)
    username = models.TextField()
    secret = models.BinaryField()
    folder = models.TextField(default="INBOX")
    mailbox = models.ForeignKey(Mailbox, on_delete=models.PROTECT, related_name="+")
    active = models.BooleanField(default=True)
    uid_validity = models.BigIntegerField(default=0)
    last_uid = models.BigIntegerField(default=0)
    checked_at = models.DateTimeField(null=True)
    last_error = models.TextField(default="", blank=True)


class OutgoingState(models.TextChoices):
    WAITING = "waiting", _("Waiting to leave")
    ATTEMPTING = "attempting", _("Being handed over")
    SENT = "sent", _("Sent")
    UNCERTAIN = "uncertain", _("Uncertain")
    FAILED = "failed", _("Refused")
    CANCELLED = "cancelled", _("Cancelled")


WRITTEN = "reply:"  # how the matter of what a person wrote begins: it leaves before what is said by itself


class Outgoing(Record):
    """The outbox: one row per person and matter, one Message-ID for good (DESIGN section 4).

    An attempt is recorded before DATA. What is `attempting` when its sender is gone becomes `uncertain` and is never
    sent again by itself.
    """

    matter = models.TextField(unique=True)  # "reply:<uid>", "ack:<delivery uid>": the once in exactly-once
    message_id = models.TextField(unique=True)
    envelope_from = models.TextField()
    envelope_to = models.TextField()
    content = models.BinaryField()  # the whole MIME message, compressed with zstandard
    state = models.CharField(max_length=12, choices=OutgoingState.choices, default=OutgoingState.WAITING)
    not_before = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    last_reply = models.TextField(default="", blank=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.BigIntegerField(null=True)  # a person, for what was uncertain

    class Meta:
        indexes = [
            models.Index(fields=["not_before"], condition=Q(state="waiting"), name="channels_outgoing_waiting"),
            models.Index(
                fields=["not_before"],
                condition=Q(state="waiting", matter__startswith=WRITTEN),
                name="channels_outgoing_written",
            ),
            models.Index(fields=["state"], condition=Q(state__in=["attempting", "uncertain"]), name="channels_open"),
        ]


class SendAttempt(Record):
    """One hand-over, recorded before DATA; `ended_at` stays empty when the sender died in it."""

    outgoing = models.ForeignKey(Outgoing, on_delete=models.CASCADE, related_name="+")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, default="", blank=True)  # sent, refused, unreached, uncertain
    reply = models.TextField(default="", blank=True)


class CaughtMail(Record):
    """The sample campaign's local mailbox: what would have left."""

    at = models.DateTimeField()
    envelope_from = models.TextField()
    envelope_to = models.TextField()
    subject = models.TextField()
    raw = models.BinaryField()
