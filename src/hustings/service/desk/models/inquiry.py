from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hustings.constituents.people.models import Person
from hustings.foundation.access.models import User
from hustings.foundation.core.models import Record

from .queues import Queue


class Status(models.TextChoices):
    OPEN = "open", _("Open")
    SNOOZED = "snoozed", _("Snoozed")
    CLOSED = "closed", _("Closed")
    MERGED = "merged", _("Merged")


class Stage(models.TextChoices):
    """Reviewing is a stage of its own: does this need an answer at all?"""

    NEW = "new", _("To be reviewed")
    ANSWER = "answer", _("Needs an answer")
    NONE = "none", _("Read, none needed")


class Priority(models.IntegerChoices):
    CRISIS = 0, _("Someone in crisis")
    HIGH = 1, _("High")
    NORMAL = 2, _("Normal")
    LOW = 3, _("Low")


class Channel(models.TextChoices):
    MAIL = "mail", _("Email")
    FORM = "form", _("Web form")


class Inquiry(Record):
    """One matter of one person, on any channels. Lists read this row and the person's alone."""

    # The indexes below begin with these three, or hold what lists ask for: none of their own.
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    queue = models.ForeignKey(Queue, on_delete=models.PROTECT, related_name="+", db_index=False)
    assignee = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    subject = models.TextField(default="", blank=True)
    snippet = models.TextField(default="", blank=True)  # the start of the newest words, at most 140 characters
    channel = models.CharField(max_length=8, choices=Channel.choices)
    mailbox = models.TextField(default="", blank=True)  # the address of ours it came to
    language = models.CharField(max_length=8, default="", blank=True)
    state_code = models.CharField(max_length=2, default="", blank=True)
    county_fips = models.CharField(max_length=5, default="", blank=True)  # where it came from when it came
    tags = ArrayField(models.TextField(), default=list, blank=True)
    # What the letter that opened it is about, as read or as a colleague said. Slugs: those of merged topics stay.
    topics = ArrayField(models.TextField(), default=list, blank=True)
    nature = models.CharField(max_length=20, default="", blank=True)
    urgency = models.PositiveSmallIntegerField(default=0)  # 0 normal, 1 soon, 2 today
    stance = models.CharField(max_length=8, default="", blank=True)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.OPEN)
    stage = models.CharField(max_length=8, choices=Stage.choices, default=Stage.NEW)
    priority = models.PositiveSmallIntegerField(choices=Priority.choices, default=Priority.NORMAL)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)  # the newest answer that left
    closed_at = models.DateTimeField(null=True)
    snoozed_until = models.DateTimeField(null=True)
    last_message_at = models.DateTimeField()
    # The newest message of theirs: what a reply being sent must have seen.
    last_message_id = models.BigIntegerField(null=True)
    messages = models.PositiveIntegerField(default=1)
    unread = models.BooleanField(default=True)  # something came that its assignee has not opened
    has_attachment = models.BooleanField(default=False)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    # A possible threat: out of everyone's sight but the security leads'.
    is_sealed = models.BooleanField(default=False)
    is_crisis = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["queue", "priority", "due_at"],
                condition=Q(status="open", assignee__isnull=True),
                name="desk_next_work",
            ),
            # Most urgent first: one queue's list, and everyone's.
            models.Index(
                fields=["queue", "priority", "due_at"],
                include=["is_sealed", "is_crisis"],  # so that the rail counts without reading rows
                condition=Q(status="open"),
                name="desk_open",
            ),
            models.Index(fields=["priority", "due_at"], condition=Q(status="open"), name="desk_urgent"),
            models.Index(fields=["assignee", "status", "due_at"], name="desk_mine"),
            models.Index(fields=["person", "opened_at"], name="desk_person"),
            models.Index(fields=["snoozed_until"], condition=Q(status="snoozed"), name="desk_snoozed"),
            models.Index(fields=["status", "last_message_at"], name="desk_status"),
            models.Index(fields=["state_code", "status", "due_at"], name="desk_state"),
            models.Index(fields=["merged_into"], condition=Q(merged_into__isnull=False), name="desk_merged"),
            models.Index(fields=["last_message_at"], condition=Q(is_sealed=True), name="desk_sealed"),
            GinIndex(fields=["tags"], name="desk_tags"),
            GinIndex(fields=["topics"], name="desk_topics"),
        ]

    def __str__(self) -> str:
        return self.subject or self.snippet
