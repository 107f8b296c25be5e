"""A correction: what those are told who were answered from words that were withdrawn."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hustings.constituents.people.models import Person
from hustings.foundation.access.models import User
from hustings.foundation.core.models import Record

from .articles import Article


class CorrectionState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    APPROVED = "approved", _("Approved and sent")


class Correction(Record):
    """Words to everyone who was answered from an article, or from its words for one state. Once approved it does not
    change, and neither does the list of those it goes to."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="corrections")
    state_code = models.CharField(max_length=2, default="", blank=True)
    state = models.CharField(max_length=8, choices=CorrectionState.choices, default=CorrectionState.DRAFT)
    subject = models.TextField()
    texts = models.JSONField(default=dict)  # words by language, English at least
    made_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    approved_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    approved_at = models.DateTimeField(null=True)
    note = models.TextField(default="", blank=True)


class RecipientState(models.TextChoices):
    WAITING = "waiting", _("Waiting to leave")
    LEAVING = "leaving", _("Leaving")
    SENT = "sent", _("Sent")
    UNCERTAIN = "uncertain", _("Uncertain")
    TO_CALL = "to_call", _("To be called")
    CALLED = "called", _("Called")
    GIVEN_UP = "given_up", _("Not reached")
    NOT_CONTACTED = "silent", _("Asked not to be contacted")


class CorrectionRecipient(Record):
    """One person a correction goes to: once. `answered_in` is the answer they got, `about` the conversation it was
    in, `sent_as` the letter that corrects it. What was said when they were called is kept by the room that calls."""

    correction = models.ForeignKey(Correction, on_delete=models.CASCADE, related_name="recipients")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    version_number = models.PositiveIntegerField()
    answered_at = models.DateTimeField()
    answered_by = models.CharField(max_length=8)  # mail, call, chat
    answered_in = models.UUIDField()
    about = models.UUIDField(null=True)
    state = models.CharField(max_length=9, choices=RecipientState.choices, default=RecipientState.WAITING)
    because = models.TextField(default="", blank=True)  # why they are to be called, or were not reached
    sent_as = models.UUIDField(null=True)
    settled_at = models.DateTimeField(null=True)
    called_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["correction", "person"], name="answers_correction_once")]
        indexes = [
            models.Index(fields=["correction", "state"], name="answers_correction_state"),
            models.Index(fields=["person"], condition=models.Q(state="to_call"), name="answers_to_call"),
            models.Index(fields=["sent_as"], condition=models.Q(sent_as__isnull=False), name="answers_correction_sent"),
        ]
