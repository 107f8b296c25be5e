from django.db import models

from hustings.foundation.access.models import Team, User
from hustings.foundation.core.models import Record

from .inquiry import Inquiry


class SavedView(Record):
    """A list's URL under a name. With a team it is that team's, else its owner's alone."""

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    name = models.TextField()
    query = models.TextField()
    position = models.PositiveSmallIntegerField(default=100)


class Presence(models.Model):
    """Who has an inquiry open, and whether they are writing. Lines older than a minute count as gone."""

    id = models.BigAutoField(primary_key=True)
    inquiry = models.ForeignKey(Inquiry, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    writing_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["inquiry", "user"], name="desk_presence_once")]
