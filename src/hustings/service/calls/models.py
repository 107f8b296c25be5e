"""Calls: who spoke with whom by telephone, what came of it, and which approved words were said."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hustings.constituents.people.models import Person
from hustings.foundation.access.models import User
from hustings.foundation.core.models import Record
from hustings.service.answers.models import ArticleVersion, CorrectionRecipient
from hustings.service.desk.models import Inquiry


class Direction(models.TextChoices):
    OUT = "out", _("We called")
    IN = "in", _("They called")


class Outcome(models.TextChoices):
    TOLD = "told", _("Spoke with them")
    MESSAGE = "message", _("Left a message")
    NO_ANSWER = "none", _("No answer")
    WRONG = "wrong", _("Wrong number")
    REFUSED = "refused", _("Asked not to be called")


class Call(Record):
    """One call with one person. Under way until it is noted (`ended_at`); one that is not noted within half an hour
    was none. `recipient`: it was made to tell them of a correction."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    inquiry = models.ForeignKey(Inquiry, null=True, on_delete=models.PROTECT, related_name="+")
    recipient = models.ForeignKey(CorrectionRecipient, null=True, on_delete=models.SET_NULL, related_name="+")
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    direction = models.CharField(max_length=3, choices=Direction.choices, default=Direction.OUT)
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default="", blank=True)
    note = models.TextField(default="", blank=True)
    # The approved words that were said: the version, and of it those of this language and state (empty: everyone's).
    version = models.ForeignKey(ArticleVersion, null=True, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=8, default="", blank=True)
    state_code = models.CharField(max_length=2, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["recipient"], condition=Q(ended_at__isnull=True), name="calls_one_under_way"
            )
        ]
        indexes = [
            models.Index(fields=["by"], condition=Q(ended_at__isnull=True), name="calls_in_hand"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("calls:call", args=[self.uid])


class Undoing(Record):
    """What was noted of a call was wrong: by whom, when and why it was undone. The call stays as it was noted."""

    call = models.OneToOneField(Call, on_delete=models.CASCADE, related_name="undoing")
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    because = models.TextField(default="", blank=True)
