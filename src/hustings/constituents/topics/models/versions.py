"""Models that learnt from labels: how each was made, how good it is, and when it was live."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hustings.foundation.access.models import User
from hustings.foundation.core.models import Record


class Kind(models.TextChoices):
    TOPIC = "topic", _("Topics")
    NATURE = "nature", _("Nature of the letter")


class State(models.TextChoices):
    WAITING = "waiting", _("Waiting to be trained")
    TRAINED = "trained", _("Trained")
    FAILED = "failed", _("Could not be trained")


class Version(Record):
    """One training run and what came of it. `report` compares it, on labels it never saw, with what was live then."""

    kind = models.CharField(max_length=8, choices=Kind.choices)
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    ended_at = models.DateTimeField(null=True)
    problem = models.TextField(default="", blank=True)
    taxonomy = models.PositiveIntegerField(default=0)  # the version of the taxonomy it learnt
    sha256 = models.CharField(max_length=64, default="", blank=True)
    size = models.PositiveBigIntegerField(default=0)
    report = models.JSONField(default=dict)
    is_not_worse = models.BooleanField(default=False)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["kind", "number"], name="topics_version_number")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"


class Tenure(Record):
    """From when to when a version decided. Without a version: words and phrases did."""

    kind = models.CharField(max_length=8, choices=Kind.choices)
    version = models.ForeignKey(Version, null=True, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    because = models.CharField(max_length=12)  # better, word, back

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["kind"], condition=models.Q(until__isnull=True), name="topics_one_live")
        ]
