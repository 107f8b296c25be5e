from django.db import models

from hustings.foundation.channels.models import Delivery, Outcome
from hustings.foundation.core.models import Record
from hustings.service.desk.models import Inquiry


class SetAside(Record):
    """A delivery that is no letter of a person's (or could not be read): kept, counted, shown, and restorable."""

    delivery = models.OneToOneField(Delivery, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Outcome.choices)
    reason = models.TextField()
    message_key = models.UUIDField(null=True)
    content_key = models.UUIDField(null=True)
    from_address = models.TextField(default="", blank=True)
    subject = models.TextField(default="", blank=True)
    at = models.DateTimeField()
    # The thread it speaks of: the reply that bounced, the message it doubles.
    inquiry = models.ForeignKey(Inquiry, null=True, on_delete=models.SET_NULL, related_name="+")
    restored_at = models.DateTimeField(null=True)
    restored_by_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["kind", "at"], name="correspondence_setaside_ix"),
            models.Index(fields=["message_key"], name="correspondence_setaside_key"),
        ]
        constraints = [
            # Two readers that meet the same machine's message at once: the second finds a duplicate.
            models.UniqueConstraint(
                fields=["message_key", "content_key"],
                condition=~models.Q(kind="duplicate") & models.Q(restored_at__isnull=True),
                name="correspondence_setaside_once",
            )
        ]
