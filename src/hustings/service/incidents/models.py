"""What happens at the polls, one record each: it stays open until voter protection closes it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hustings.foundation.access.models import User
from hustings.foundation.core.models import Record
from hustings.service.desk.models import Inquiry


class Kind(models.TextChoices):
    LINE = "line", _("Long line")
    MACHINE = "machine", _("Machine or ballots")
    ID = "id", _("Turned away over ID")
    INTIMIDATION = "intimidation", _("Intimidation")
    OTHER = "other", _("Something else")


class Source(models.TextChoices):
    PERSON = "person", _("Reported by hand")
    LETTER = "letter", _("Reported from a letter")
    RULE = "rule", _("Found in a letter by the rules")


class Incident(Record):
    """An election incident. `at` is when it happened, as far as is known; `inquiry` the letter that told of it."""

    kind = models.CharField(max_length=12, choices=Kind.choices)
    source = models.CharField(max_length=8, choices=Source.choices, default=Source.PERSON)
    state_code = models.CharField(max_length=2)
    county_fips = models.CharField(max_length=5, default="", blank=True)
    precinct = models.TextField(default="", blank=True)
    place = models.TextField(default="", blank=True)
    at = models.DateTimeField()
    what = models.TextField(default="", blank=True)
    done = models.TextField(default="", blank=True)  # what was done about it
    inquiry = models.ForeignKey(Inquiry, null=True, on_delete=models.SET_NULL, related_name="+")
    reported_at = models.DateTimeField()
    reported_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    outcome = models.TextField(default="", blank=True)
    is_sample = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["inquiry", "kind"], condition=Q(closed_at__isnull=True), name="incidents_one_open_of_a_kind"
            )
        ]
        indexes = [
            models.Index(fields=["state_code", "reported_at"], name="incidents_state"),
            models.Index(fields=["state_code"], condition=Q(closed_at__isnull=True), name="incidents_open"),
        ]

    @property
    def is_open(self) -> bool:
        """Asked of whoever may read the status: to others it seems to be."""
        return self.closed_at is None

    def get_absolute_url(self) -> str:
        return f"/incidents/{self.uid}/"
