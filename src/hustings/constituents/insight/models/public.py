"""Counts of what the public reads, seeks and says: numbers by day and place, never who.

A *subject* is the uid of what was read (an article), as text: this room knows none of the rooms above.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    VIEW = "view", _("Views")
    READ = "read", _("Readers")  # a view, at most a few a day from one network: what popularity is made of
    SEARCH = "search", _("Searches")
    HELPED = "helped", _("It helped")
    PARTLY = "partly", _("It helped partly")
    UNHELPED = "unhelped", _("It did not help")
    AGAIN = "again", _("Searched or asked after reading")
    CITED = "cited", _("Answered with it")
    LETTER = "letter", _("Letters")
    REFUSED = "refused", _("Refused as too many")


class Tally(models.Model):
    """How often, on one day (UTC), of one kind, for one subject, from one place: a counter, whatever it counts to."""

    day = models.DateField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    subject = models.CharField(max_length=40, default="", blank=True)
    topic = models.CharField(max_length=60, default="", blank=True)
    language = models.CharField(max_length=8, default="", blank=True)
    state_code = models.CharField(max_length=2, default="", blank=True)
    county_fips = models.CharField(max_length=5, default="", blank=True)
    market = models.CharField(max_length=60, default="", blank=True)
    zip = models.CharField(max_length=5, default="", blank=True)
    count = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "day", "kind", "subject", "topic", "language", "state_code", "county_fips", "market", "zip",
                ],
                name="insight_tally_once",
            )
        ]  # fmt: skip
        indexes = [models.Index(fields=["kind", "day"], name="insight_tally_kind_day")]


class Hour(models.Model):
    """The same by the hour, without the place: what is rising now."""

    hour = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    subject = models.CharField(max_length=40, default="", blank=True)
    count = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hour", "kind", "subject"], name="insight_hour_once")]


class Phrase(models.Model):
    """What was typed into the search on one day, without numbers or addresses a person may have typed with it."""

    day = models.DateField()
    words = models.CharField(max_length=120)
    language = models.CharField(max_length=8)
    state_code = models.CharField(max_length=2, default="", blank=True)
    count = models.BigIntegerField(default=0)
    empty = models.BigIntegerField(default=0)  # found nothing
    opened = models.BigIntegerField(default=0)  # an answer of the list was opened

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "words", "language", "state_code"], name="insight_phrase_once")
        ]


class PhraseDone(models.Model):
    """A search that somebody has dealt with: an answer was begun from it, or it needs none."""

    words = models.CharField(max_length=120)
    language = models.CharField(max_length=8)
    at = models.DateTimeField()
    by_id = models.BigIntegerField(null=True)
    subject = models.CharField(max_length=40, default="", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["words", "language"], name="insight_phrase_done_once")]


class Pair(models.Model):
    """How many visits of one day read both (`first` < `second`)."""

    day = models.DateField()
    first = models.CharField(max_length=40)
    second = models.CharField(max_length=40)
    count = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "first", "second"], name="insight_pair_once")]


class Standing(models.Model):
    """How a subject stands now, worked out every minute (actions.standing)."""

    subject = models.CharField(max_length=40, primary_key=True)
    score = models.FloatField(default=0)
    helped = models.BigIntegerField(default=0)  # of the last 28 days
    voted = models.BigIntegerField(default=0)
    views = models.BigIntegerField(default=0)
    rising = models.FloatField(default=0)  # times as often as usual; 0 when it is not rising


class Kin(models.Model):
    """Who read `subject` also read `other`, more often than chance has it."""

    subject = models.CharField(max_length=40)
    other = models.CharField(max_length=40)
    share = models.FloatField()  # of the visits that read the subject
    lift = models.FloatField()  # over chance, held back where there is little to go by

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "other"], name="insight_kin_once")]


class Reason(models.Model):
    """Why an answer did not help, as a reader said it; without who."""

    at = models.DateTimeField()
    subject = models.CharField(max_length=40)
    language = models.CharField(max_length=8)
    state_code = models.CharField(max_length=2, default="", blank=True)
    why = models.CharField(max_length=60, default="", blank=True)
    words = models.TextField(default="", blank=True)

    class Meta:
        indexes = [models.Index(fields=["subject", "at"], name="insight_reason_subject")]
