from django.contrib.postgres.fields import ArrayField
from django.db import models

from hustings.foundation.core.models import Record
from hustings.service.desk.models import Inquiry


class MergeMove(Record):
    """What moved when two inquiries were merged, so that undoing it moves exactly that back."""

    inquiry = models.ForeignKey(Inquiry, on_delete=models.CASCADE, related_name="+", db_index=False)
    into = models.ForeignKey(Inquiry, on_delete=models.CASCADE, related_name="+", db_index=False)
    messages = ArrayField(models.BigIntegerField(), default=list)
    replies = ArrayField(models.BigIntegerField(), default=list)
    asides = ArrayField(models.BigIntegerField(), default=list)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["inquiry"], condition=models.Q(undone_at__isnull=True), name="correspondence_moved_once"
            )
        ]
