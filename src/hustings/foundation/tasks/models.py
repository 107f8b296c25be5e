"""What somebody is to do, about any record or none."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hustings.foundation.access.models import Team, User
from hustings.foundation.core.models import Record


class Status(models.TextChoices):
    OPEN = "open", _("To do")
    DONE = "done", _("Done")
    DROPPED = "dropped", _("Not needed any more")


class Task(Record):
    """Something to be done by one person, or by whoever of a team takes it. It is never deleted: what nobody needs any
    more is dropped. The record it is about is named by type and id, since every room has its own."""

    title = models.TextField(default="", blank=True)  # empty once it was erased with whom it was about
    words = models.TextField(default="", blank=True)
    record_type = models.CharField(max_length=60, default="", blank=True)
    record_id = models.BigIntegerField(null=True)
    record_uid = models.UUIDField(null=True)
    # The indexes below begin with these: none of their own.
    assignee = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    team = models.ForeignKey(Team, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    due_on = models.DateField(null=True)
    told_due_on = models.DateField(null=True)  # the day of which whoever has it was reminded
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.OPEN)
    made_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    ended_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(record_type="", record_id=None, record_uid=None)
                | ~Q(record_type="") & Q(record_id__isnull=False, record_uid__isnull=False),
                name="tasks_about_whole",
            ),
            models.CheckConstraint(condition=Q(status="open") ^ Q(ended_at__isnull=False), name="tasks_ended"),
        ]
        indexes = [
            models.Index(fields=["assignee", "status", "due_on"], name="tasks_assignee"),
            models.Index(fields=["team", "status", "due_on"], name="tasks_team"),
            models.Index(fields=["made_by", "status"], name="tasks_maker"),
            models.Index(fields=["record_type", "record_id"], name="tasks_record"),
            models.Index(fields=["due_on"], condition=Q(status="open"), name="tasks_due"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("tasks:task", args=[self.uid])
