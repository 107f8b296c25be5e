from django.db import models
from django.db.models import Q

from hustings.foundation.access.models import User
from hustings.foundation.core.models import Record

from .rules import Rule


class Notice(Record):
    """A word of the house to one person. What it says of a record is read when it is shown, as its reader sees it."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField()
    text = models.TextField()
    record = models.CharField(max_length=60, default="", blank=True)
    record_id = models.BigIntegerField(null=True)
    url = models.TextField(default="", blank=True)  # where it is about no record
    rule = models.ForeignKey(Rule, null=True, on_delete=models.CASCADE, related_name="+")
    matter = models.CharField(max_length=120, default="", blank=True)  # of one matter there is one unseen notice
    times = models.PositiveIntegerField(default=1)
    told_at = models.DateTimeField(null=True)  # it was on the screen in passing
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "matter"],
                condition=Q(seen_at__isnull=True) & ~Q(matter=""),
                name="automation_one_matter",
            )
        ]
        indexes = [
            models.Index(fields=["user"], condition=Q(seen_at__isnull=True), name="automation_unseen"),
            models.Index(fields=["user", "at"], name="automation_notices"),
        ]
