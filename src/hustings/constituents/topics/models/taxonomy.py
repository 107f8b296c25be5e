"""What letters may be about: areas, topics, and every change to them."""

from django.db import models
from django.utils.translation import get_language

from hustings.foundation.access.models import User
from hustings.foundation.core.models import Record


def in_language(names: dict[str, str], language: str = "") -> str:
    """A name in the reader's language, else in English, else in any."""
    code = (language or get_language() or "en")[:2]
    return names.get(code) or names.get("en") or next(iter(names.values()), "")


class Area(Record):
    """Topics that stand together. `names` by language: {"en": "Voting", "es": "Votar"}."""

    slug = models.SlugField(max_length=60, unique=True)
    names = models.JSONField(default=dict)
    position = models.PositiveSmallIntegerField(default=100)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return in_language(self.names)


class Topic(Record):
    """What a letter may be about. `slug` never changes: letters carry it. A merge moves no rows: it sets `canonical`,
    always flattened."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="topics")
    slug = models.SlugField(max_length=60, unique=True)
    names = models.JSONField(default=dict)
    words = models.JSONField(default=dict)  # {"en": ["mail ballot", "immigra*"]}
    examples = models.JSONField(default=dict)  # {"en": ["Where is my ballot?"]}
    queue_hint = models.TextField(default="", blank=True)  # the queue or skill that suits: a word, no key
    position = models.PositiveSmallIntegerField(default=100)
    # From which sureness on it is applied and suggested; None: as the words or the model have it.
    apply_from = models.FloatField(null=True, blank=True)
    suggest_from = models.FloatField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True)
    canonical = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    split_from = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["area__position", "position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(canonical__isnull=True) | ~models.Q(canonical=models.F("id")),
                name="topics_not_its_own_canonical",
            )
        ]

    def __str__(self) -> str:
        return in_language(self.names)

    @property
    def is_read(self) -> bool:
        """Whether letters get it: neither retired nor merged into another."""
        return self.retired_at is None and self.canonical_id is None

    def all_words(self) -> list[str]:
        """Of all languages."""
        return [word for words in self.words.values() for word in words]


class TopicMerge(Record):
    """Two topics found to be one; undoing it restores both."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="+")
    into = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["topic"], condition=models.Q(undone_at__isnull=True), name="topics_merged_once"
            )
        ]


class Change(Record):
    """One change of the taxonomy; its number is the version that began with it. `detail` holds what was and became."""

    number = models.PositiveIntegerField(unique=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    kind = models.CharField(max_length=20)
    topic = models.ForeignKey(Topic, null=True, on_delete=models.SET_NULL, related_name="+")
    area = models.ForeignKey(Area, null=True, on_delete=models.SET_NULL, related_name="+")
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ["-number"]
