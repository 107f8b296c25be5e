"""What only a few may read: counsel's notes, and what vetting found."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hustings.constituents.people.models import Person
from hustings.foundation.access.models import User
from hustings.foundation.core.models import Record


class PrivilegedNote(Record):
    """Counsel's note on a person or a conversation, named by type and id."""

    record = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    record_uid = models.UUIDField()
    text = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["record", "record_id", "-at"], name="confidences_note_of")]


class Decision(models.TextChoices):
    OPEN = "open", _("Being vetted")
    CLEARED = "cleared", _("Cleared")
    CONDITIONS = "conditions", _("Cleared, with conditions")
    REFUSED = "refused", _("Not cleared")


class Risk(models.TextChoices):
    UNKNOWN = "", _("Not judged yet")
    LOW = "low", _("Low")
    SOME = "some", _("Some")
    HIGH = "high", _("High")


class VettingFile(Record):
    """The vetting of one person, or of an organisation. `subject`: what they are vetted for."""

    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.TextField(default="", blank=True)
    subject = models.TextField(default="", blank=True)
    findings = models.TextField(default="", blank=True)
    risk = models.CharField(max_length=8, choices=Risk.choices, default=Risk.UNKNOWN, blank=True)
    decision = models.CharField(max_length=12, choices=Decision.choices, default=Decision.OPEN)
    decided_because = models.TextField(default="", blank=True)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True)
    opened_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["-changed_at"], name="confidences_file_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(person__isnull=False), name="confidences_one_file"
            )
        ]

    def __str__(self) -> str:
        return str(self.person) if self.person_id else self.organisation

    def get_absolute_url(self) -> str:
        return reverse("confidences:file", args=[self.uid])


class VettingDocument(Record):
    """A document of a file. Its bytes lie encrypted in object storage: `sha256` names the encrypted ones."""

    file = models.ForeignKey(VettingFile, on_delete=models.CASCADE, related_name="documents")
    name = models.TextField()
    type = models.TextField()
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
