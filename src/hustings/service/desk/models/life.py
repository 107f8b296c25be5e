"""States as nouns: each row says who, when and why."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from hustings.foundation.access.models import User
from hustings.foundation.core.models import Record

from .inquiry import Inquiry


class Assignment(Record):
    inquiry = models.ForeignKey(Inquiry, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["inquiry"], condition=models.Q(ended_at__isnull=True), name="desk_one_assignment"
            )
        ]


class Closure(Record):
    inquiry = models.ForeignKey(Inquiry, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField(default="", blank=True)
    reopened_at = models.DateTimeField(null=True)
    reopened_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")


class Snooze(Record):
    inquiry = models.ForeignKey(Inquiry, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=10, default="", blank=True)  # time, reply, person


class InquiryMerge(Record):
    inquiry = models.ForeignKey(Inquiry, on_delete=models.CASCADE, related_name="+")
    into = models.ForeignKey(Inquiry, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    before = models.JSONField(default=dict)  # what undoing restores
    undone_at = models.DateTimeField(null=True)


class BulkRun(Record):
    """One act over many inquiries: what was asked, how far it is, and who was skipped."""

    actor = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    verb = models.CharField(max_length=20)
    values = models.JSONField(default=dict)  # what the verb was given: {"assignee": 7}
    wanted = ArrayField(models.BigIntegerField(), default=list)  # ids of inquiries, as they were chosen
    done = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)  # not theirs to touch, or nothing to change
    ended_at = models.DateTimeField(null=True)
    stop_asked = models.BooleanField(default=False)
    undone_at = models.DateTimeField(null=True)

    @property
    def total(self) -> int:
        return len(self.wanted)

    @property
    def percent(self) -> int:
        return 100 * (self.done + self.skipped) // max(1, self.total)


class Event(Record):
    """A line in the thread: what was done to the inquiry. `before` is {"was": …, "became": …}: undoing restores the
    first where the second still holds."""

    inquiry = models.ForeignKey(Inquiry, on_delete=models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField()
    actor = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    kind = models.CharField(max_length=20)
    detail = models.JSONField(default=dict)
    before = models.JSONField(null=True)
    undone_at = models.DateTimeField(null=True)
    bulk = models.ForeignKey(BulkRun, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)

    class Meta:
        indexes = [
            models.Index(fields=["inquiry", "at"], name="desk_event_ix"),
            models.Index(
                fields=["actor", "at"],
                condition=models.Q(kind="answered", undone_at__isnull=True),
                name="desk_answered_by",
            ),
            models.Index(fields=["bulk"], condition=models.Q(bulk__isnull=False), name="desk_event_bulk"),
        ]
