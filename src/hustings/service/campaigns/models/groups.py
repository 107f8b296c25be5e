from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hustings.foundation.access.models import User
from hustings.foundation.core.models import Record


class Position(models.TextChoices):
    """What the letters ask for, as a person read them: of the candidate's own position."""

    UNKNOWN = "", _("Nobody has said yet")
    FOR = "for", _("For")
    AGAINST = "against", _("Against")
    NEITHER = "neither", _("Neither")


class Status(models.TextChoices):
    OPEN = "open", _("Open")
    OVER = "over", _("Over")
    NONE = "none", _("No campaign")  # people happened to write alike: its letters wait as ordinary ones


class Group(Record):
    """The letters that share a text: a mail campaign. Of one that is combined into another the letters stay where they
    are; whoever reads follows `combined_into`, which is always the last one. What it counts, it counts with those that
    are combined into it."""

    name = models.TextField()
    sentences = models.JSONField(default=list)  # [{text, share, begins}]: the shared text, and who kept what of it
    wordings = models.JSONField(default=list)  # sentences of the text in one writer's words: compared with, never shown
    looked_at = models.PositiveIntegerField(default=0)  # letters that the text and its shares are of
    sponsor = models.TextField(default="", blank=True)
    sponsor_by = models.CharField(max_length=8, default="", blank=True)  # "words" or "links" of a guess, "person"
    sponsor_letters = models.PositiveIntegerField(default=0)  # of `looked_at`, that a guess is by
    position = models.CharField(max_length=8, choices=Position.choices, default=Position.UNKNOWN, blank=True)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.OPEN)
    language = models.CharField(max_length=8, default="", blank=True)
    letters = models.PositiveIntegerField(default=0)
    people = models.PositiveIntegerField(default=0)
    lifted = models.PositiveIntegerField(default=0)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    combined_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [
            models.Index(
                fields=["status", "-last_at"], condition=Q(combined_into__isnull=True), name="campaigns_group_list"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("campaigns:group", args=[self.uid])

    @property
    def is_guess(self) -> bool:
        """Whether who stands behind it is only guessed."""
        return bool(self.sponsor) and self.sponsor_by != "person"


class Shape(models.Model):
    """What new letters are compared with (`engine.grouping.Shape`): pairs of words as numbers, in the byte order of
    the machine's little end."""

    group = models.OneToOneField(Group, primary_key=True, on_delete=models.CASCADE, related_name="+")
    pairs = models.BinaryField()
    counts = models.BinaryField()
    learned = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    tightness = models.FloatField(default=1.0)
    apart = models.BooleanField(default=False)  # a person parted it from another: the two are never found to be one


class Count(models.Model):
    """Letters of one group, of one state on one day (UTC), kept up to date as they come."""

    id = models.BigAutoField(primary_key=True)
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    state_code = models.CharField(max_length=2, default="", blank=True)
    letters = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "day", "state_code"], name="campaigns_count_once")]


class ChangeKind(models.TextChoices):
    MADE = "made", _("Found")
    RENAMED = "renamed", _("Renamed")
    COMBINED = "combined", _("Combined")
    SPLIT = "split", _("Split")
    POSITION = "position", _("Position said")
    SPONSOR = "sponsor", _("Sponsor said")
    STATUS = "status", _("Status changed")
    REPLY = "reply", _("Standing reply set")
    REPLY_ENDED = "ended", _("Standing reply ended")
    LIFTED = "lifted", _("Letter lifted out")
    PUT_BACK = "back", _("Letter put back")


class Change(Record):
    """What was done with a group, by whom (nobody: the house), and what undoing it needs."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=8, choices=ChangeKind.choices)
    at = models.DateTimeField()
    actor = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    detail = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["group", "-at"], name="campaigns_change_ix")]
