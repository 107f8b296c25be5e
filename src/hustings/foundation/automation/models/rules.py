from django.db import models
from django.db.models import Q

from hustings.foundation.access.models import User
from hustings.foundation.core.models import Record

USUAL_LIMIT = 500


class Rule(Record):
    """When, if, then. It sees and does what its owner may. What it says stands in its version: work that was begun
    under one is ended under it."""

    name = models.TextField()
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    record = models.CharField(max_length=60)  # the type of record it is about
    position = models.PositiveIntegerField(default=0)
    version = models.ForeignKey("RuleVersion", null=True, on_delete=models.PROTECT, related_name="+")
    is_on = models.BooleanField(default=False)
    most_an_hour = models.PositiveIntegerField(default=USUAL_LIMIT)  # records; more wait
    next_at = models.DateTimeField(null=True)  # of a timed rule
    # Stopped by the house, not by a person: its owner lost a right it needs.
    stopped_at = models.DateTimeField(null=True)
    stopped_because = models.TextField(default="", blank=True)
    removed_at = models.DateTimeField(null=True)  # its log stays

    class Meta:
        ordering = ["position", "id"]
        indexes = [
            models.Index(fields=["record"], condition=Q(is_on=True), name="automation_listening"),
            models.Index(fields=["next_at"], condition=Q(is_on=True), name="automation_timed"),
        ]

    def __str__(self) -> str:
        return self.name


class RuleVersion(Record):
    """A rule as it was written at a time; never changed. `trigger`, `conditions` and `actions` are read by `triggers`,
    `conditions.tree` and `verbs`."""

    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    trigger = models.JSONField()
    conditions = models.JSONField()
    actions = models.JSONField()  # [{"verb": name, "values": {…}}, …]
    is_last = models.BooleanField(default=False)  # when it has acted, rules after it are not asked
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "number"], name="automation_version_once")]
