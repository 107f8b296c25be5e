"""How long things are kept, what may not go, and what was erased. No row here holds words of the erased."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hustings.foundation.access.models import User
from hustings.foundation.core.models import Record


class Schedule(Record):
    """How many days one kind of data is kept. A kind without a row is kept for ever."""

    part = models.CharField(max_length=60, unique=True)
    days = models.PositiveIntegerField()
    set_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    set_at = models.DateTimeField()


class Expiry(Record):
    """What one night let go of one kind: counts, never content. `upto`: what was older went."""

    part = models.CharField(max_length=60)
    upto = models.DateTimeField()
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    after = models.JSONField(null=True)  # the last key that was looked at: a run goes through its rows once
    gone = models.PositiveIntegerField(default=0)
    held = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["-at"], name="retention_expiry_at")]
        constraints = [
            models.UniqueConstraint(fields=["part"], condition=Q(ended_at__isnull=True), name="retention_one_run")
        ]


class Hold(Record):
    """Counsel's word that nothing of a matter may go."""

    name = models.TextField()
    reason = models.TextField()
    placed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField()
    released_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    released_at = models.DateTimeField(null=True)
    released_because = models.TextField(default="", blank=True)

    class Meta:
        indexes = [models.Index(fields=["-placed_at"], name="retention_hold_newest")]

    def __str__(self) -> str:
        return self.name


class TermKind(models.TextChoices):
    PEOPLE = "people", _("People")
    CONVERSATIONS = "conversations", _("Conversations")
    QUEUE = "queue", _("Conversations of a queue")
    PERIOD = "period", _("Everything in a period")


class Term(models.Model):
    """One thing that a hold is over. `ids` are people, conversations or queues; a queue and a period have a span."""

    hold = models.ForeignKey(Hold, on_delete=models.CASCADE, related_name="terms")
    kind = models.CharField(max_length=16, choices=TermKind.choices)
    ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    since = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)


class ErasureState(models.TextChoices):
    WAITING = "waiting", _("Waits for a second person")
    RUNNING = "running", _("Being erased")
    DONE = "done", _("Erased")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Taken back")


OPEN = (ErasureState.WAITING, ErasureState.RUNNING)  # not settled, or not through


class Who(models.TextChoices):
    PERSON = "person", _("The person")
    FOR_THEM = "for_them", _("Somebody for them")
    AUTHORITY = "authority", _("An authority or a court")
    HOUSE = "house", _("We ourselves")
    SCHEDULE = "schedule", _("Nothing was heard of them for too long")
    REPLAY = "replay", _("It was erased before a backup was restored")


class Erasure(Record):
    """A wish that a person be erased, and what became of it. `note` may say more of who asked: it goes with them."""

    person_id = models.BigIntegerField()
    person_uid = models.UUIDField()
    who = models.CharField(max_length=10, choices=Who.choices)
    note = models.TextField(default="", blank=True)
    due_on = models.DateField(null=True)
    asked_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=ErasureState.choices, default=ErasureState.WAITING)
    settled_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True)
    reason = models.TextField(default="", blank=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "due_on"], name="retention_erasure_queue")]
        constraints = [
            models.UniqueConstraint(
                fields=["person_id"], condition=Q(state__in=["waiting", "running"]), name="retention_erased_once"
            )
        ]


class Tombstone(Record):
    """What is left of an erased person: who it was in numbers and keyed hashes, so that a restored backup can be
    erased again. `listed_at`: it stands in the list outside the database (`actions.tombstones`), before anything went.
    `counts` by kind, of the kinds that everyone who may erase can know of; `done` names the parts that are through."""

    erasure = models.OneToOneField(Erasure, on_delete=models.PROTECT, related_name="tombstone")
    person_ids = ArrayField(models.BigIntegerField())
    person_uids = ArrayField(models.UUIDField())
    marks = ArrayField(models.CharField(max_length=64), default=list)
    at = models.DateTimeField()
    by_id = models.BigIntegerField(null=True)
    counts = models.JSONField(default=dict)
    done = ArrayField(models.CharField(max_length=60), default=list)
    listed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["-at"], name="retention_tombstone_newest")]


class ObjectRemoval(models.Model):
    """Stored bytes that a row let go of: removed once nothing else of the house names them, not before `due_at`."""

    id = models.BigAutoField(primary_key=True)
    sha256 = models.CharField(max_length=64, unique=True)
    due_at = models.DateTimeField(db_index=True)
