"""What was read of each inquiry, and what people said it is. Ids and slugs alone: no words of a letter."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from hustings.foundation.access.models import User
from hustings.foundation.core.models import GuardedModel, Record


class Read(GuardedModel):
    """The reading of the letter that opened an inquiry: what words or a model said, whatever was corrected since."""

    id = models.BigAutoField(primary_key=True)
    inquiry_id = models.BigIntegerField(unique=True)
    message_id = models.BigIntegerField()
    at = models.DateTimeField()
    topics = ArrayField(models.TextField(), default=list)
    suggested = ArrayField(models.TextField(), default=list)
    nature = models.CharField(max_length=20, default="")
    maybe = models.CharField(max_length=20, default="")
    urgency = models.PositiveSmallIntegerField(default=0)
    stance = models.CharField(max_length=8, default="")
    language = models.CharField(max_length=8, default="")
    topic_version = models.IntegerField(default=0)
    nature_version = models.IntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["at"], name="topics_read_at")]


class Label(Record):
    """A person's word on one field of an inquiry's reading. The newest that was not taken back holds."""

    class Field(models.TextChoices):
        TOPIC = "topic"
        NATURE = "nature"
        URGENCY = "urgency"
        STANCE = "stance"

    inquiry_id = models.BigIntegerField()
    message_id = models.BigIntegerField()
    field = models.CharField(max_length=8, choices=Field.choices)
    was = ArrayField(models.TextField(), default=list)
    values = ArrayField(models.TextField(), default=list)
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["inquiry_id", "field"], name="topics_label_inquiry"),
            models.Index(fields=["field", "at"], name="topics_label_at"),
        ]
