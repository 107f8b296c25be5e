"""States as nouns: each row says who, when and why."""

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


class Event(Record):
    """A line in the thread: what was done to the inquiry. `before` holds what undoing it restores."""

    inquiry = models.ForeignKey(Inquiry, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    actor = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    kind = models.CharField(max_length=20)
    detail = models.JSONField(default=dict)
    before = models.JSONField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["inquiry", "at"], name="desk_event_ix")]
