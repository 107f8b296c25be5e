"""Surge mode and its plan, the freeze, those who were called in, and what the board remembers by the minute."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hustings.foundation.access.models import Team, User
from hustings.foundation.core.models import Record


class Plan(models.Model):
    """What a surge does and when the rule switches it, in one row; the order of what gives way is in GiveWay."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    by_rule = models.BooleanField(default=False)
    arrivals_on = models.PositiveIntegerField(default=60)  # a minute
    arrivals_off = models.PositiveIntegerField(default=30)
    waiting_on = models.PositiveIntegerField(default=8000)
    waiting_off = models.PositiveIntegerField(default=2000)
    minutes_on = models.PositiveIntegerField(default=5)
    minutes_off = models.PositiveIntegerField(default=30)
    queues = ArrayField(models.BigIntegerField(), default=list, blank=True)  # extra ones, which it opens
    articles = ArrayField(models.TextField(), default=list, blank=True)  # uids, put before the web form
    acknowledgements = models.JSONField(default=dict, blank=True)  # by language
    teams = ArrayField(models.BigIntegerField(), default=list, blank=True)  # called in, in this order
    calls_by_rule = models.BooleanField(default=False)
    clear_within = models.PositiveIntegerField(default=4)  # hours: beyond, the rule calls the next team in
    # What the rule remembers (engine.latch).
    over_since = models.DateTimeField(null=True)
    under_since = models.DateTimeField(null=True)
    waits_to_fall = models.BooleanField(default=False)


class GiveWay(models.Model):
    """A step of the order: letters of these natures or topics wait behind the others once so many wait; or `never`."""

    position = models.PositiveSmallIntegerField()
    name = models.TextField()
    natures = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    topics = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    from_waiting = models.PositiveIntegerField(default=0)
    never = models.BooleanField(default=False)

    class Meta:
        ordering = ["position", "id"]


class Surge(Record):
    """Surge mode from its beginning to its end. `changed` is what was otherwise before, and goes back."""

    began_at = models.DateTimeField()
    began_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    because = models.TextField(default="", blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    ended_because = models.TextField(default="", blank=True)
    changed = models.JSONField(default=dict)
    steps = models.PositiveSmallIntegerField(default=0)  # how many steps of the order give way now

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ended_at"],
                condition=Q(ended_at__isnull=True),
                name="surge_one_at_a_time",
                nulls_distinct=False,
            )
        ]


class CallIn(Record):
    """A team was asked to come."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    surge = models.ForeignKey(Surge, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    told = models.PositiveIntegerField(default=0)
    because = models.TextField(default="", blank=True)


class Sample(models.Model):
    """How it stood in one minute: kept for two weeks."""

    minute = models.DateTimeField(primary_key=True)
    waiting = models.PositiveIntegerField()
    people = models.PositiveIntegerField()


class Rising(models.Model):
    """What rose in the half hour before `at`, worked out each minute: one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    at = models.DateTimeField()
    cells = models.JSONField(default=list)  # [{topic, nature, state, county, count, expected, p}]


class FrozenKind(models.TextChoices):
    ROLES = "roles", _("Roles and who has them")
    ARTICLES = "articles", _("Approved language and answers")
    MODELS = "models", _("Topics and how letters are read")
    CODE = "code", _("The program")


class Freeze(Record):
    """From the night before: what must not change, and who may let a change through."""

    began_at = models.DateTimeField()
    began_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    kinds = ArrayField(models.CharField(max_length=10, choices=FrozenKind.choices))
    keepers = models.ManyToManyField(User, related_name="+")  # who may let a change through, by name
    code = models.TextField(default="")  # the program's fingerprint when it was frozen
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ended_at"], condition=Q(ended_at__isnull=True), name="surge_one_freeze", nulls_distinct=False
            )
        ]


class Leave(Record):
    """A keeper lets somebody change one kind of thing for a while, and says why."""

    freeze = models.ForeignKey(Freeze, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=FrozenKind.choices)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    until = models.DateTimeField()
    reason = models.TextField()


class FrozenChange(Record):
    """What was changed all the same, with the leave that let it through (none: a withdrawal, or the program)."""

    freeze = models.ForeignKey(Freeze, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=FrozenKind.choices)
    action = models.TextField()
    by_id = models.BigIntegerField(null=True)
    leave = models.ForeignKey(Leave, null=True, on_delete=models.SET_NULL, related_name="+")
    detail = models.TextField(default="", blank=True)
