from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hustings.foundation.access.models import User
from hustings.foundation.core.models import Record
from hustings.service.answers.models import Article, ArticleVersion
from hustings.service.campaigns.models import StandingReply

MOST_WITHOUT_LINE = 500  # people: more need the committee's "Paid for by" line


class BulkState(models.TextChoices):
    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("Draft")
    WAITING = "waiting", _("Waits for approval")
    RUNNING = "running", _("Leaving")
    PAUSED = "paused", _("Paused")
    STOPPED = "stopped", _("Stopped")
    DONE = "done", _("Done")


class BulkReply(Record):
    """One answer to many: its words, whom it is for, how far it is. What approval fixed does not change afterwards."""

    title = models.TextField()
    chosen_by = models.TextField(default="", blank=True)  # in words: the list, the search, the group
    wanted = ArrayField(models.BigIntegerField(), default=list)  # ids of inquiries, as they were chosen
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(ArticleVersion, on_delete=models.PROTECT, related_name="+")
    # What is still true once the polls have closed: sent instead of the article's words.
    successor = models.ForeignKey(Article, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    successor_version = models.ForeignKey(
        ArticleVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    opening = models.JSONField(default=dict)  # words by language, around the article's
    closing = models.JSONField(default=dict)
    matter = models.TextField()  # "article:<uid>": nobody is answered twice in one matter
    pace = models.PositiveIntegerField(default=300)  # letters a minute
    state = models.CharField(max_length=8, choices=BulkState.choices, default=BulkState.CHECKING)
    revision = models.PositiveIntegerField(default=1)  # grows with its words: what was checked and read is this one
    checked = models.PositiveIntegerField(default=0)  # how many of `wanted` were looked at
    checked_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    declined_because = models.TextField(default="", blank=True)
    approved_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    people = models.PositiveIntegerField(default=0)  # fixed at approval
    paid_line = models.TextField(default="", blank=True)  # who paid, as it stands at the foot of each letter
    next_at = models.DateTimeField(null=True)  # when the next letter may leave
    paused_because = models.TextField(default="", blank=True)
    # Of a mail campaign: what it answers with. Those who write later are gathered by themselves, after the reply that
    # another person approved, and leave with that approval (`actions.following_up`).
    standing_reply = models.ForeignKey(
        StandingReply, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    follows = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ended_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("made_by")), name="bulk_approved_by_another"
            ),
            models.CheckConstraint(
                condition=Q(people__lte=MOST_WITHOUT_LINE) | ~Q(paid_line=""), name="bulk_says_who_paid"
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state__in=["running", "checking"]), name="bulk_reply_at_work"),
            models.Index(fields=["article"], name="bulk_reply_article"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("bulk:one", args=[self.uid])

    @property
    def is_by_itself(self) -> bool:
        """Gathered by itself, and leaving, if it leaves, with the approval of the one it follows."""
        return self.follows_id is not None

    @property
    def is_open(self) -> bool:
        """Its words may still change."""
        return self.state in (BulkState.CHECKING, BulkState.CHECKED, BulkState.WAITING)

    @property
    def is_at_work(self) -> bool:
        return self.state in (BulkState.RUNNING, BulkState.PAUSED)
