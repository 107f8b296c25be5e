from django.contrib.postgres.fields import ArrayField
from django.db import models

from hustings.foundation.access.models import Team
from hustings.foundation.core.models import Record


class Queue(Record):
    """A line of inquiries that one team answers."""

    name = models.TextField(unique=True)
    slug = models.SlugField(max_length=60, unique=True)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    colour = models.PositiveSmallIntegerField(default=1)
    minutes_to_answer = models.PositiveIntegerField(default=48 * 60)
    position = models.PositiveSmallIntegerField(default=100)
    # Where what no rule names goes: exactly one.
    is_default = models.BooleanField(default=False)
    # People in crisis come here: seen by those who are trained, and by leads.
    is_crisis = models.BooleanField(default=False)
    # An extra one is closed until a surge opens it: its rules hold only then.
    is_open = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=models.Q(is_default=True), name="desk_one_default_queue"
            ),
            models.UniqueConstraint(
                fields=["is_crisis"], condition=models.Q(is_crisis=True), name="desk_one_crisis_queue"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class QueueRule(Record):
    """The first rule, by position, whose every given condition holds decides. An empty condition always holds."""

    position = models.PositiveSmallIntegerField()
    queue = models.ForeignKey(Queue, on_delete=models.CASCADE, related_name="+")
    mailbox = models.TextField(default="", blank=True)  # an address of ours, lower case
    words = ArrayField(models.TextField(), default=list, blank=True)  # any of these, as whole words or phrases
    states = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    language = models.CharField(max_length=8, default="", blank=True)
    topics = ArrayField(models.TextField(), default=list, blank=True)  # slugs: any of these, and what was merged
    natures = ArrayField(models.TextField(), default=list, blank=True)  # any of these
    urgency = models.PositiveSmallIntegerField(default=0, blank=True)  # at least
    vip = models.CharField(max_length=40, default="", blank=True)  # a kind of VIP, or "any"
    priority = models.PositiveSmallIntegerField(null=True, blank=True)
    minutes_to_answer = models.PositiveIntegerField(null=True, blank=True)
    tag = models.TextField(default="", blank=True)

    class Meta:
        ordering = ["position", "id"]
