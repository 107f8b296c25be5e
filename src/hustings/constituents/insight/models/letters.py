"""Counts of the letters: what came in, what waits, what left, how long it took. Numbers and codes, never who.

Whoever writes adds rows of their own (`loose`) and touches nobody's, so that no writer ever waits for another; whoever
reads adds them up; `actions.folding` adds them together behind everyone's back. A sum is the same before and after.
The media market is no column: it is the county's, looked up when it is asked for (`queries.places.markets`).
"""

from django.db import models
from django.db.models import Q


def _once(name: str, *fields: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(fields=fields, condition=Q(loose=False), name=name)


class LetterHour(models.Model):
    """Inquiries opened in one hour (UTC), of one topic, nature, channel and place. An inquiry counts once, under the
    first of its topics; what is corrected moves, what is erased stays counted."""

    hour = models.DateTimeField()
    topic = models.CharField(max_length=60, default="", blank=True)
    nature = models.CharField(max_length=20, default="", blank=True)
    channel = models.CharField(max_length=8, default="", blank=True)
    state_code = models.CharField(max_length=2, default="", blank=True)
    county_fips = models.CharField(max_length=5, default="", blank=True)
    count = models.IntegerField()
    loose = models.BooleanField(default=True)

    class Meta:
        constraints = [_once("insight_lhour_once", "hour", "topic", "nature", "channel", "state_code", "county_fips")]
        indexes = [models.Index(fields=["hour"], condition=Q(loose=True), name="insight_lhour_loose")]


class LetterFlow(models.Model):
    """Inquiries that came to wait in one minute (opened, or written to again) and that went (answered, or closed)."""

    minute = models.DateTimeField()
    topic = models.CharField(max_length=60, default="", blank=True)
    nature = models.CharField(max_length=20, default="", blank=True)
    state_code = models.CharField(max_length=2, default="", blank=True)
    county_fips = models.CharField(max_length=5, default="", blank=True)
    came = models.IntegerField()
    went = models.IntegerField()
    loose = models.BooleanField(default=True)

    class Meta:
        constraints = [_once("insight_lflow_once", "minute", "topic", "nature", "state_code", "county_fips")]
        indexes = [models.Index(fields=["minute"], condition=Q(loose=True), name="insight_lflow_loose")]


class LetterWait(models.Model):
    """How long answers took that left within ten minutes. `step` is a step of a scale (`rules.step_of`)."""

    tenth = models.DateTimeField()
    topic = models.CharField(max_length=60, default="", blank=True)
    state_code = models.CharField(max_length=2, default="", blank=True)
    step = models.SmallIntegerField()
    count = models.IntegerField()
    loose = models.BooleanField(default=True)

    class Meta:
        constraints = [_once("insight_lwait_once", "tenth", "topic", "state_code", "step")]
        indexes = [models.Index(fields=["tenth"], condition=Q(loose=True), name="insight_lwait_loose")]


class LetterWaiting(models.Model):
    """How many wait for an answer now: by queue, topic, nature and state, due and since when (quarters of an hour).
    Its rows are at most as many as wait."""

    queue_id = models.BigIntegerField()
    topic = models.CharField(max_length=60, default="", blank=True)
    nature = models.CharField(max_length=20, default="", blank=True)
    state_code = models.CharField(max_length=2, default="", blank=True)
    due = models.DateTimeField()
    since = models.DateTimeField()
    count = models.IntegerField()
    loose = models.BooleanField(default=True)

    class Meta:
        constraints = [_once("insight_lwaiting_once", "queue_id", "topic", "nature", "state_code", "due", "since")]
        indexes = [
            models.Index(fields=["id"], condition=Q(loose=True), name="insight_lwaiting_loose"),
            models.Index(fields=["id"], condition=Q(loose=False, count=0), name="insight_lwaiting_none"),
        ]
