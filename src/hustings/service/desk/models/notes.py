from django.db import models

from hustings.foundation.access.models import User
from hustings.foundation.core.models import Record

from .inquiry import Inquiry


class Note(Record):
    """A word to colleagues; it never leaves."""

    inquiry = models.ForeignKey(Inquiry, on_delete=models.CASCADE, related_name="+")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["inquiry", "at"], name="desk_note_ix")]


class Mention(Record):
    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="mentions")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["note", "user"], name="desk_mention_once")]
        indexes = [models.Index(fields=["user"], condition=models.Q(seen_at__isnull=True), name="desk_mention_unseen")]
