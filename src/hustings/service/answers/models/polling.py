"""Where people vote, as official feeds say it: which stretch of which street, and the place it votes at."""

from django.db import models

from hustings.foundation.access.models import User
from hustings.foundation.core.models import Record
from hustings.foundation.geography.models import State


class PollingFeed(Record):
    """One official file: whose, for which election day, and when it was taken in. A newer one of the same state and day
    takes its place."""

    state = models.ForeignKey(State, on_delete=models.PROTECT, related_name="+")
    election = models.DateField()
    source = models.TextField()
    checked_at = models.DateTimeField()
    taken_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    segments = models.PositiveIntegerField(default=0)
    ignored = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["state", "election"], name="answers_polling_feed_once")]


class PollingPlace(Record):
    feed = models.ForeignKey(PollingFeed, on_delete=models.CASCADE, related_name="places")
    name = models.TextField(default="", blank=True)
    address = models.TextField()
    hours = models.TextField(default="", blank=True)
    directions = models.TextField(default="", blank=True)


class StreetSegment(models.Model):
    """The keys are those of `engine.streets`; `street` is "*" for a whole city, `high` 0 for every number."""

    id = models.BigAutoField(primary_key=True)
    feed = models.ForeignKey(PollingFeed, on_delete=models.CASCADE, related_name="+", db_index=False)
    place = models.ForeignKey(PollingPlace, on_delete=models.CASCADE, related_name="+")
    street = models.TextField()
    city = models.TextField()
    zip = models.CharField(max_length=5, default="", blank=True)
    low = models.PositiveIntegerField(default=0)
    high = models.PositiveIntegerField(default=0)
    side = models.CharField(max_length=4)
    unit = models.TextField(default="", blank=True)

    class Meta:
        indexes = [models.Index(fields=["feed", "street", "low"], name="answers_segment")]
