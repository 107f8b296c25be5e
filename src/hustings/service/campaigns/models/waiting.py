from django.db import models

from hustings.foundation.core.models import GuardedModel


class Waiting(GuardedModel):
    """A letter that came and was not compared with others yet, with all that this takes. Written in the transaction
    that stores the letter; taken out in the one that compares it."""

    message_id = models.BigIntegerField(primary_key=True)
    inquiry_id = models.BigIntegerField()
    person_id = models.BigIntegerField()
    at = models.DateTimeField()
    text = models.TextField()
    name = models.TextField(default="", blank=True)
    subject = models.TextField(default="", blank=True)
    state_code = models.CharField(max_length=2, default="", blank=True)
    language = models.CharField(max_length=8, default="", blank=True)
    numbers = models.BinaryField()
    told = models.JSONField(null=True)  # what whoever left it wants to hear again once it is compared
