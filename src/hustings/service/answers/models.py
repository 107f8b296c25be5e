"""Approved language: what may be said, by whom it was approved, and until when it is to be checked."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hustings.foundation.access.models import Team, User
from hustings.foundation.core.models import Record


class ArticleState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    APPROVED = "approved", _("Approved")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Article(Record):
    """One question's approved answer. Its words lie in versions; the approved one is what agents may cite."""

    slug = models.SlugField(max_length=100, unique=True)
    title = models.TextField()
    topic = models.TextField(default="", blank=True)
    owner = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    team = models.ForeignKey(Team, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=10, choices=ArticleState.choices, default=ArticleState.DRAFT)
    approved_version = models.ForeignKey("ArticleVersion", null=True, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    approved_at = models.DateTimeField(null=True)
    check_by = models.DateField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    withdrawn_because = models.TextField(default="", blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "check_by"], name="answers_state_check")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("answers:article", args=[self.uid])


class ArticleVersion(Record):
    """A version never changes once another follows it: which one went to whom must stay true."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.TextField()
    made_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.TextField(default="", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "number"], name="answers_version_number")]


class SearchWords(models.Func):
    """The text's search vector, by the dictionary of its language (function answers_words of migration 0002)."""

    function = "answers_words"
    output_field = SearchVectorField()


class ArticleText(Record):
    """The words in one language, for one state or (empty) for all the others. An empty title is the version's."""

    version = models.ForeignKey(ArticleVersion, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=8)
    state_code = models.CharField(max_length=2, default="", blank=True)
    title = models.TextField(default="", blank=True)
    body = models.TextField()
    search = models.GeneratedField(
        expression=SearchWords("language", "title", "body"), output_field=SearchVectorField(), db_persist=True
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "language", "state_code"], name="answers_text_once")]
        indexes = [GinIndex(fields=["search"], name="answers_text_search")]


class EventKind(models.TextChoices):
    MADE = "made", _("Made")
    REVISED = "revised", _("Revised")
    APPROVED = "approved", _("Approved")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    RESTORED = "restored", _("Restored")
    OWNED = "owned", _("Owner or check date changed")


class ArticleEvent(Record):
    """What was done with an article, by whom, when and why: its history."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="+")
    version = models.ForeignKey(ArticleVersion, null=True, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=EventKind.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    note = models.TextField(default="", blank=True)
    # The author approved their own words: allowed with a note, and shown.
    own = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["article", "at"], name="answers_event_ix")]
