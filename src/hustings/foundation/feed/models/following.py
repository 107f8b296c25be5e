"""Who follows what, how far they have read, and what each type of record tells of its changes."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hustings.foundation.access.models import User
from hustings.foundation.core.models import Record


class Follow(Record):
    """Somebody follows a record, or (`muted`) wants to hear of it only when called by name."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    record_type = models.CharField(max_length=60)
    record_id = models.BigIntegerField()
    record_uid = models.UUIDField()
    muted = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "record_type", "record_id"], name="feed_follow_once")]
        indexes = [models.Index(fields=["record_type", "record_id"], name="feed_follow_record")]


class ReadMark(models.Model):
    """How far somebody has read a record's feed: the id of the newest post that was there."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    record_type = models.CharField(max_length=60)
    record_id = models.BigIntegerField()
    upto = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "record_type", "record_id"], name="feed_read_once")]


class Every(models.TextChoices):
    NEVER = "", _("No digest")
    DAY = "day", _("Every day")
    WEEK = "week", _("Every week")


class Standing(models.Model):
    """What somebody wants of the feed, and how far they have read their stream."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+", primary_key=True)
    read_upto = models.BigIntegerField(default=0)
    # Record types all of whose posts they want, as far as they may see the records.
    types = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    changes = models.BooleanField(default=False)  # tracked changes stand in the stream; they never count as unread
    digest = models.CharField(max_length=8, choices=Every.choices, default=Every.NEVER, blank=True)
    hour = models.PositiveSmallIntegerField(default=7)  # of their own day
    weekday = models.PositiveSmallIntegerField(default=0)  # of a weekly digest; Monday is 0
    next_digest_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_digest_at"], condition=Q(next_digest_at__isnull=False), name="feed_digest_due")
        ]


class TrackedFields(Record):
    """The fields of a record type whose changes its feed tells. A type without a row has those that its room chose."""

    record_type = models.CharField(max_length=60, unique=True)
    fields = ArrayField(models.CharField(max_length=60), default=list, blank=True)
