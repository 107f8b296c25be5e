from django.contrib.postgres.fields import ArrayField
from django.db import models

from hustings.foundation.core.models import Record


class Sheaf(Record):
    """What one batch left for the next ones to be compared with: the words, as numbers, of letters that belong to no
    group yet, and the groups that changed. Written under one lock, so that ids follow commits: whoever has read up to
    one has missed none."""

    at = models.DateTimeField(db_index=True)
    message_ids = ArrayField(models.BigIntegerField(), default=list)
    inquiry_ids = ArrayField(models.BigIntegerField(), default=list)
    person_ids = ArrayField(models.BigIntegerField(), default=list)
    lengths = ArrayField(models.IntegerField(), default=list)  # how many of the numbers are of each letter
    numbers = models.BinaryField(default=bytes)
    joined = ArrayField(models.BigIntegerField(), default=list)  # messages of earlier sheaves that are in a group now
    groups = ArrayField(models.BigIntegerField(), default=list)
