from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hustings.constituents.people.models import Person
from hustings.foundation.access.models import User
from hustings.foundation.core.models import Record
from hustings.service.desk.models import Inquiry

from .groups import Group


class Reason(models.TextChoices):
    """Why a letter of a campaign waits for a person (`engine.lifting`)."""

    NONE = "", _("Stays in the campaign")
    THREAT = "threat", _("Threat")
    CRISIS = "crisis", _("Someone in crisis")
    PLEA = "plea", _("Plea")
    QUESTION = "question", _("Question")
    STORY = "story", _("Story")
    AGAINST = "against", _("Against")
    OFFER = "offer", _("Offer")
    WORDS = "words", _("Many words of their own")
    BY_HAND = "hand", _("Lifted by hand")


class Member(Record):
    """A letter of a group. `added` is what its writer added to the shared text; with a `reason` it is lifted out and
    waits as any other letter. `decided_by` is who put it back or lifted it; empty: the rules."""

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+", db_index=False)
    inquiry = models.ForeignKey(Inquiry, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    message_id = models.BigIntegerField(unique=True)
    at = models.DateTimeField()
    state_code = models.CharField(max_length=2, default="", blank=True)
    added = models.TextField(default="", blank=True)
    reason = models.CharField(max_length=8, choices=Reason.choices, default=Reason.NONE, blank=True)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["group", "-at"], name="campaigns_member_group"),
            models.Index(fields=["group", "-at"], condition=~Q(added=""), name="campaigns_member_added"),
            models.Index(fields=["group", "reason", "-at"], condition=~Q(reason=""), name="campaigns_member_lifted"),
            models.Index(fields=["inquiry"], name="campaigns_member_inquiry"),
            models.Index(fields=["person", "group"], name="campaigns_member_person"),
        ]
