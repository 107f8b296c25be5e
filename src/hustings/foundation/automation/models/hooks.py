from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hustings.foundation.access.models import User
from hustings.foundation.core.models import Record

from .work import Deed


class Hook(Record):
    """An address elsewhere that rules may call. Its secret is shown once and kept sealed."""

    name = models.TextField(unique=True)
    url = models.TextField()
    secret = models.BinaryField()
    is_on = models.BooleanField(default=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.name


class CallState(models.TextChoices):
    WAITING = "waiting", _("waits")
    SENT = "sent", _("sent")
    FAILED = "failed", _("given up")


class HookCall(Record):
    """One call: its uid goes along and stays the same at each try, so that the other side can tell."""

    hook = models.ForeignKey(Hook, on_delete=models.CASCADE, related_name="+")
    deed = models.ForeignKey(Deed, null=True, on_delete=models.SET_NULL, related_name="+")
    body = models.TextField()  # the very bytes that are signed, as text
    state = models.CharField(max_length=8, choices=CallState.choices, default=CallState.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField()
    said = models.TextField(default="", blank=True)  # the other side's status, or why not
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["not_before"], condition=Q(state="waiting"), name="automation_calls_due")]
