from django.db import models

from hustings.foundation.access.models import User
from hustings.foundation.core.models import Record
from hustings.service.answers.models import Article, ArticleVersion

from .groups import Group, Position


class StandingReply(Record):
    """The approved words that answer a campaign: those who have written and those who will. One holds at a time for
    each position; `until`: for letters that come before."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="+")
    position = models.CharField(max_length=8, choices=Position.choices, default=Position.UNKNOWN, blank=True)
    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(ArticleVersion, on_delete=models.PROTECT, related_name="+")
    set_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    set_at = models.DateTimeField()
    until = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group", "position"], condition=models.Q(ended_at__isnull=True), name="campaigns_reply_once"
            )
        ]
