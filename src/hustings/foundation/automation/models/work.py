"""What rules have to do, and did: each row is written in the transaction of what it tells of."""

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hustings.foundation.core.models import Record

from .lookups import AnyIn
from .rules import Rule, RuleVersion


class Kind(models.TextChoices):
    MADE = "made", _("made")
    CHANGED = "changed", _("changed")
    ANNOUNCED = "announced", _("announced")
    TIME = "time", _("its time came")
    DATE = "date", _("its date came")


class Happening(Record):
    """Something that rules listen to: rules are asked one after the other, in their order. `versions` are those that
    listened when it happened, `place` the one to be asked next."""

    kind = models.CharField(max_length=10, choices=Kind.choices)
    name = models.CharField(max_length=60, default="", blank=True)  # of an announcement
    record = models.CharField(max_length=60)
    record_ids = ArrayField(models.BigIntegerField(), default=list)  # empty where a rule looks for itself
    changes = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    at = models.DateTimeField()
    due = models.DateField(null=True)  # of a date: the day that the field says
    actor_id = models.BigIntegerField(null=True)
    cause = ArrayField(models.BigIntegerField(), default=list)  # the rules by whose acts it came, the first one first
    versions = ArrayField(models.BigIntegerField(), default=list)
    place = models.PositiveIntegerField(default=0)
    after_id = models.BigIntegerField(default=0)  # how far the one being asked has looked
    said = models.TextField(default="", blank=True)  # what was left out before it came to this
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=Q(settled_at__isnull=True), name="automation_open_happening"),
            models.Index(fields=["at"], name="automation_happening_at"),
        ]


Happening._meta.get_field("record_ids").register_lookup(AnyIn)


class Run(Record):
    """One rule asked about one happening: a line of the log."""

    happening = models.ForeignKey(Happening, on_delete=models.CASCADE, related_name="+")
    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="+", db_index=False)
    version = models.ForeignKey(RuleVersion, on_delete=models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField()
    looked = models.PositiveIntegerField(default=0)
    matched = models.PositiveIntegerField(default=0)
    stopped = models.BooleanField(default=False)
    why = models.TextField(default="", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["happening", "version"], name="automation_asked_once")]
        indexes = [models.Index(fields=["rule", "at"], name="automation_run_log")]


class WorkState(models.TextChoices):
    ACTING = "acting", _("to be done")
    LIMIT = "limit", _("waits for its limit")
    RETRY = "retry", _("will be tried again")
    DONE = "done", _("done")
    LEFT = "left", _("left out")
    FAILED = "failed", _("could not be done")
    STOPPED = "stopped", _("stopped")


class Work(Record):
    """A rule has something to do with a record: once for each key."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="works")
    happening = models.ForeignKey(Happening, on_delete=models.CASCADE, related_name="+", db_index=False)
    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="+", db_index=False)
    version = models.ForeignKey(RuleVersion, on_delete=models.CASCADE, related_name="+", db_index=False)
    record = models.CharField(max_length=60)
    record_id = models.BigIntegerField()
    key = models.CharField(max_length=120)
    state = models.CharField(max_length=8, choices=WorkState.choices, default=WorkState.ACTING)
    not_before = models.DateTimeField(null=True)
    why = models.TextField(default="", blank=True)
    at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    is_free = models.BooleanField(default=False)  # an administrator let it go on beyond the limit

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "key"], name="automation_work_once")]
        indexes = [
            models.Index(fields=["happening"], condition=Q(state="acting"), name="automation_open_work"),
            models.Index(fields=["id"], condition=Q(state="acting"), name="automation_next_work"),
            models.Index(fields=["not_before"], condition=Q(state__in=["limit", "retry"]), name="automation_later"),
            models.Index(fields=["rule", "state"], name="automation_work_states"),
            models.Index(fields=["rule", "begun_at"], name="automation_work_begun"),
            models.Index(fields=["record", "record_id", "begun_at"], name="automation_work_record"),
        ]


class DeedState(models.TextChoices):
    WAITING = "waiting", _("to be done")
    DONE = "done", _("done")
    FAILED = "failed", _("could not be done")
    LEFT = "left", _("left out")


class Deed(Record):
    """One action of a rule on one record. It is marked done in the transaction that did it; its uid is a key that
    stays, for what leaves the house."""

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="deeds")
    position = models.PositiveSmallIntegerField()
    verb = models.CharField(max_length=80)
    state = models.CharField(max_length=8, choices=DeedState.choices, default=DeedState.WAITING)
    said = models.TextField(default="", blank=True)
    at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["work", "position"], name="automation_deed_once")]
