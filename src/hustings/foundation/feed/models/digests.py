from django.contrib.postgres.fields import ArrayField
from django.db import models

from hustings.foundation.access.models import User
from hustings.foundation.core.models import Record


class Digest(Record):
    """The digest of one person for one period ("2028-10-20", "2028-W42"): made once, sent once. `posts` are those it
    told of; none when there was nothing to tell, and nothing was sent."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    period = models.CharField(max_length=16)
    at = models.DateTimeField()
    posts = ArrayField(models.BigIntegerField(), default=list)
    outgoing_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "period"], name="feed_digest_once")]
        indexes = [models.Index(fields=["user", "-at"], name="feed_digest_newest")]
