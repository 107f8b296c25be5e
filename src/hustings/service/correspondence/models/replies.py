from django.db import models
from django.utils.translation import gettext_lazy as _

from hustings.foundation.access.models import User
from hustings.foundation.channels.models import Delivery, Mailbox, Outgoing
from hustings.foundation.core.models import Record
from hustings.service.answers.models import ArticleVersion
from hustings.service.desk.models import Inquiry

from .messages import Message


class Draft(Record):
    """What someone is writing: saved as it is typed, seen by colleagues, taken over by whoever goes on with it."""

    inquiry = models.ForeignKey(Inquiry, on_delete=models.CASCADE, related_name="+")
    author = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    text = models.TextField(default="", blank=True)
    attachments = models.JSONField(default=list)  # [{name, type, size, sha256}]
    # [{version: uid, language, state, text}] as inserted; a citation whose text is gone is dropped on sending
    citations = models.JSONField(default=list)
    saved_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=0)  # two tabs: a save over a revision not seen is refused

    class Meta:
        constraints = [models.UniqueConstraint(fields=["inquiry", "author"], name="correspondence_draft_once")]


class ReplyState(models.TextChoices):
    WAITING_RELEASE = "release", _("Waiting for release")
    SENT_BACK = "back", _("Sent back to its writer")
    LEAVING = "leaving", _("Leaving")
    SENT = "sent", _("Sent")
    UNCERTAIN = "uncertain", _("Uncertain")
    FAILED = "failed", _("Refused")
    UNDONE = "undone", _("Undone")


class Reply(Record):
    """An answer to one inquiry, from its writing to what became of it. `message` is there once it is leaving."""

    inquiry = models.ForeignKey(Inquiry, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    to_address = models.TextField()
    subject = models.TextField()
    text = models.TextField()
    text_before_release = models.TextField(default="", blank=True)  # what the volunteer wrote, when a lead mended it
    attachments = models.JSONField(default=list)
    mailbox = models.ForeignKey(Mailbox, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=ReplyState.choices)
    close_after = models.BooleanField(default=True)
    last_message_seen = models.BigIntegerField()
    written_at = models.DateTimeField()
    released_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    released_at = models.DateTimeField(null=True)
    sent_back_because = models.TextField(default="", blank=True)
    leaves_at = models.DateTimeField(null=True)  # the end of the undo window
    outgoing = models.OneToOneField(Outgoing, null=True, on_delete=models.PROTECT, related_name="+")
    message = models.OneToOneField(Message, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["inquiry", "written_at"], name="correspondence_reply_ix"),
            models.Index(fields=["written_at"], condition=models.Q(state="release"), name="correspondence_release"),
            models.Index(fields=["author", "written_at"], name="correspondence_reply_author"),
            models.Index(
                fields=["state"],
                condition=models.Q(state__in=["leaving", "uncertain", "failed"]),
                name="correspondence_open",
            ),
        ]


class Citation(Record):
    """Which version of approved language went to whom."""

    reply = models.ForeignKey(Reply, on_delete=models.CASCADE, related_name="citations")
    version = models.ForeignKey(ArticleVersion, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=8)
    state_code = models.CharField(max_length=2, default="", blank=True)
    text = models.TextField()  # as inserted, merge fields filled in
    of_many = models.BooleanField(default=False)  # one choice for many letters at once: no colleague's for this one

    class Meta:
        indexes = [models.Index(fields=["id"], condition=models.Q(of_many=False), name="correspondence_chosen")]


class Acknowledgement(Record):
    """That we told a writer their letter came: at most one per address and mailbox in three hours."""

    delivery = models.OneToOneField(Delivery, on_delete=models.CASCADE, related_name="+")
    address = models.TextField()
    mailbox = models.ForeignKey(Mailbox, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    outgoing = models.OneToOneField(Outgoing, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["address", "mailbox", "at"], name="correspondence_ack")]
