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


class ArticleKind(models.TextChoices):
    GENERAL = "general", _("General")
    VOTING = "voting", _("Voting")


class Category(Record):
    """What the public start page groups answers by. `names` holds its name by language, English at least."""

    slug = models.SlugField(max_length=60, unique=True)
    order = models.PositiveSmallIntegerField(default=0)
    names = models.JSONField(default=dict)

    class Meta:
        ordering = ("order", "slug")

    def __str__(self) -> str:
        return self.name_in("en")

    def name_in(self, language: str) -> str:
        """Its name in the language, else in English."""
        return str(self.names.get(language) or self.names.get("en") or self.slug)


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
    kind = models.CharField(max_length=8, choices=ArticleKind.choices, default=ArticleKind.GENERAL)
    category = models.ForeignKey(Category, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    # What the public may read: asked for, and within its times. `published_at` is when the public first could.
    is_public = models.BooleanField(default=False)
    publish_at = models.DateTimeField(null=True, blank=True)
    unpublish_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True)
    archived_at = models.DateTimeField(null=True)
    # Of voting answers: when the matter is over everywhere; `election`: in each state when its polls close that day.
    expires_at = models.DateTimeField(null=True, blank=True)
    election = models.DateField(null=True, blank=True)
    pinned_until = models.DateTimeField(null=True, blank=True)
    is_first = models.BooleanField(default=False)  # the first question of the start page

    class Meta:
        indexes = [
            models.Index(fields=["state", "check_by"], name="answers_state_check"),
            models.Index(fields=["category", "state"], condition=models.Q(is_public=True), name="answers_public"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["is_first"], condition=models.Q(is_first=True), name="answers_one_first")
        ]

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
    steps = models.JSONField(default=list, blank=True)  # what to do, one after the other
    expires_at = models.DateTimeField(null=True, blank=True)  # this state's own deadline, of a voting answer
    # Of a translation: the number of the version whose English it was made from, so that it knows it is behind.
    base_number = models.PositiveIntegerField(null=True)
    made_by_machine = models.BooleanField(default=False)
    signed_off_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    signed_off_at = models.DateTimeField(null=True)
    # What the public search looks through: as `search`, with the title as it is shown and the steps. A trigger writes
    # it (migration finding), since the title may be the version's.
    found_by = SearchVectorField(null=True, editable=False)
    search = models.GeneratedField(
        expression=SearchWords("language", "title", "body"), output_field=SearchVectorField(), db_persist=True
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "language", "state_code"], name="answers_text_once")]
        indexes = [
            GinIndex(fields=["search"], name="answers_text_search"),
        ]

    @property
    def is_behind(self) -> bool:
        """A translation of words that have changed since."""
        return self.base_number is not None and self.base_number < self.version.number


class EventKind(models.TextChoices):
    MADE = "made", _("Made")
    REVISED = "revised", _("Revised")
    APPROVED = "approved", _("Approved")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    RESTORED = "restored", _("Restored")
    OWNED = "owned", _("Owner or check date changed")
    PUBLISHED = "published", _("Published")
    UNPUBLISHED = "private", _("Taken off the public pages")
    ARCHIVED = "archived", _("Archived")
    UNARCHIVED = "taken_up", _("Taken out of the archive")
    RENAMED = "renamed", _("Address changed")
    VOTER_PROTECTION = "protected", _("Approved by voter protection")
    SIGNED_OFF = "signed_off", _("Translation signed off")
    STATE_WITHDRAWN = "state_off", _("One state’s words withdrawn")
    STATE_RESTORED = "state_on", _("One state’s words restored")
    CORRECTED = "corrected", _("Correction sent")


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
