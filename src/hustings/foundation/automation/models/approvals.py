"""Approvals: how one goes, one that was asked for, and who said what."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hustings.foundation.access.models import User
from hustings.foundation.core.models import Record

from .rules import Rule


class Process(Record):
    """How records of a type are approved. `steps` are [{"name", "roles", "users", "field", "quorum"}, …]."""

    name = models.TextField(unique=True)
    slug = models.SlugField(max_length=60, unique=True)
    about = models.TextField(default="", blank=True)
    record = models.CharField(max_length=60)
    steps = models.JSONField(default=list)
    remind_after = models.PositiveIntegerField(default=24)  # hours
    is_on = models.BooleanField(default=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.name


class RequestState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    RECALLED = "recalled", _("Recalled")


class ApprovalRequest(Record):
    """One approval, with its steps as they were when it was asked for. `asked` and `asked_roles` are who the step at
    hand waits for."""

    process = models.ForeignKey(Process, on_delete=models.PROTECT, related_name="+")
    record = models.CharField(max_length=60)
    record_id = models.BigIntegerField()
    requester = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    rule = models.ForeignKey(Rule, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.TextField(default="", blank=True)
    at = models.DateTimeField()
    steps = models.JSONField()
    step = models.PositiveSmallIntegerField(default=0)
    step_at = models.DateTimeField()
    asked = ArrayField(models.BigIntegerField(), default=list)
    asked_roles = ArrayField(models.CharField(max_length=40), default=list)
    state = models.CharField(max_length=8, choices=RequestState.choices, default=RequestState.WAITING)
    settled_at = models.DateTimeField(null=True)
    settled_because = models.TextField(default="", blank=True)
    remind_at = models.DateTimeField(null=True)
    reminders = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["process", "record", "record_id"], condition=Q(state="waiting"), name="automation_one_waiting"
            )
        ]
        indexes = [
            models.Index(fields=["record", "record_id"], name="automation_approvals_of"),
            models.Index(fields=["remind_at"], condition=Q(state="waiting"), name="automation_remind"),
            GinIndex(fields=["asked"], name="automation_asked", condition=Q(state="waiting")),
            GinIndex(fields=["asked_roles"], name="automation_asked_roles", condition=Q(state="waiting")),
        ]


class StepDecision(Record):
    """What someone said at a step: for themselves, or for the one who is away."""

    request = models.ForeignKey(ApprovalRequest, on_delete=models.CASCADE, related_name="decisions")
    step = models.PositiveSmallIntegerField()
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    # Whose voice it is: `user`'s own, or of the one they stand in for.
    voice = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    approved = models.BooleanField()
    reason = models.TextField(default="", blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "step", "user"], name="automation_decides_once"),
            models.UniqueConstraint(fields=["request", "step", "voice"], name="automation_one_voice"),
        ]


class Delegation(Record):
    """While someone is away another decides for them. Days are whole, first and last one included, in the zone of the
    one who is away."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    to = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    first_day = models.DateField()
    last_day = models.DateField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(user=F("to")), name="automation_not_to_oneself"),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="automation_days_in_order"),
        ]
