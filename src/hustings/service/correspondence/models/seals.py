from django.db import models

from hustings.foundation.access.models import User
from hustings.foundation.core.models import Record
from hustings.service.desk.models import Inquiry


class Seal(Record):
    """A possible threat under seal: who may see it is decided by role, who touched it lies in the audit trail."""

    inquiry = models.ForeignKey(Inquiry, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")  # empty: the rules
    evidence = models.TextField()
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    lifted_because = models.TextField(default="", blank=True)
