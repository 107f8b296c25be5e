"""What answers on voting need besides: who of voter protection approved which words, when polls close, where to ask."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hustings.foundation.access.models import User
from hustings.foundation.core.models import Record
from hustings.foundation.geography.models import County, State

from .articles import Article, ArticleVersion


class VotingApproval(Record):
    """Voter protection approved a version's words for one state, or (empty) those for all the others. Words that a
    later version leaves exactly as they were keep it (`carried`)."""

    version = models.ForeignKey(ArticleVersion, on_delete=models.CASCADE, related_name="voting_approvals")
    state_code = models.CharField(max_length=2, default="", blank=True)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    note = models.TextField(default="", blank=True)
    carried = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "state_code"], name="answers_voting_approval_once")]


class StateWithdrawal(Record):
    """One state's words of an article may not be said: by whom, when and why. Over once `lifted_at` is set."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="state_withdrawals")
    state_code = models.CharField(max_length=2)
    version = models.ForeignKey(ArticleVersion, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    because = models.TextField()
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["article", "state_code"],
                condition=models.Q(lifted_at=None),
                name="answers_state_withdrawn_once",
            )
        ]


class PollClosing(Record):
    """When the last polls of a state close on an election day: local time and zone, so that the moment is right
    whatever the clocks do."""

    state = models.ForeignKey(State, on_delete=models.CASCADE, related_name="+")
    election = models.DateField()
    closes = models.TimeField()
    zone = models.CharField(max_length=40)
    closes_at = models.DateTimeField()  # the same moment, worked out when the row is written
    is_sample = models.BooleanField(default=False)  # not yet checked with the state

    class Meta:
        constraints = [models.UniqueConstraint(fields=["state", "election"], name="answers_poll_closing_once")]


class OfficeKind(models.TextChoices):
    COUNTY = "county", _("County")
    STATE = "state", _("State")


class ElectionOffice(Record):
    """A county's election office (or the state's): whom to ask where to vote, when nothing official says it."""

    state = models.ForeignKey(State, on_delete=models.PROTECT, related_name="+")
    county = models.ForeignKey(County, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=6, choices=OfficeKind.choices, default=OfficeKind.COUNTY)
    name = models.TextField()
    phone = models.TextField(default="", blank=True)
    lookup_url = models.URLField(max_length=600, default="", blank=True)
    checked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["state", "county"], nulls_distinct=False, name="answers_office_once")
        ]
