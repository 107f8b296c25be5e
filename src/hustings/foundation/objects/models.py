"""What an administrator builds, and what is kept in it.

A value lies in one JSON column under its field's slug, in the form of `kinds`; what is blank has no key. A withdrawn
field or object is not shown and loses nothing. Who reads which value is guarded in `guarding`.
"""

from typing import Any

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q

from hustings.foundation.access.models import Team, User
from hustings.foundation.core.models import GuardedModel, Record

MAKING, READY, FAILED = "making", "ready", "failed"


class ShapeStamp(models.Model):
    """One row whose token is another whenever an object or a field is made or changed: what is compiled from them is
    kept until then."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    token = models.UUIDField()


class ObjectType(Record):
    """A record type of the campaign's own. `stages` are [slug, label] in order, the last is where a record is
    finished; records of a type without stages have none. `slug` never changes."""

    slug = models.SlugField(max_length=30, unique=True)
    label = models.TextField()
    plural = models.TextField()
    about = models.TextField(default="", blank=True)
    icon = models.CharField(max_length=40, default="file-text")
    stages = models.JSONField(default=list)
    team = models.ForeignKey(Team, null=True, on_delete=models.SET_NULL, related_name="+")
    is_public = models.BooleanField(default=False)
    form_lead = models.TextField(default="", blank=True)
    form_thanks = models.TextField(default="", blank=True)
    version = models.PositiveIntegerField(default=1)
    withdrawn_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.label

    @property
    def record(self) -> str:
        """The name of its record type."""
        return f"x_{self.slug.replace('-', '_')}"


class FieldType(Record):
    """A field of an object (`object`), or one added to a main record type (`record` names it). `slug` and `kind`
    never change. `choices` are [slug, label]. `earned_at`: when it was indexed because a large list was sorted or
    narrowed by it; taken off by somebody afterwards, it is not indexed by itself again."""

    record = models.CharField(max_length=40)
    object = models.ForeignKey(ObjectType, null=True, on_delete=models.PROTECT, related_name="fields")
    slug = models.CharField(max_length=40)
    label = models.TextField()
    kind = models.CharField(max_length=20)
    help = models.TextField(default="", blank=True)
    choices = models.JSONField(default=list)
    to = models.CharField(max_length=40, default="", blank=True)
    is_required = models.BooleanField(default=False)
    is_sensitive = models.BooleanField(default=False)
    on_form = models.BooleanField(default=False)
    is_indexed = models.BooleanField(default=False)
    earned_at = models.DateTimeField(null=True)
    index_state = models.CharField(max_length=10, default="", blank=True)
    position = models.PositiveIntegerField(default=0)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "slug"], name="objects_field_once")]

    def __str__(self) -> str:
        return self.label

    @property
    def has_index(self) -> bool:
        """Whether its index is made; `is_indexed` says that it is to be."""
        return self.is_indexed and self.index_state == READY

    @property
    def is_earned(self) -> bool:
        """Indexed by itself: nobody asked for it."""
        return self.is_indexed and self.earned_at is not None

    @property
    def label_of(self) -> dict[str, str]:
        """Of its choices, by slug."""
        return dict(self.choices)


class CustomRecord(Record):
    """One record of an object. `words` is what a search looks through first, in lower case; `token` is of the public
    form's page that made it."""

    object = models.ForeignKey(ObjectType, on_delete=models.PROTECT, related_name="+")
    values = models.JSONField(default=dict)
    stage = models.CharField(max_length=40, default="", blank=True)
    owner = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    words = models.TextField(default="", blank=True)
    token = models.UUIDField(null=True, unique=True)
    made_by_id = models.BigIntegerField(null=True)
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["object", "id"], name="objects_record_order"),
            models.Index(fields=["object", "stage", "id"], name="objects_record_stage"),
            models.Index(fields=["object", "owner", "id"], name="objects_record_owner"),
            models.Index(F("object"), F("id"), condition=Q(owner=None), name="objects_record_free"),
            GinIndex(fields=["values"], opclasses=["jsonb_path_ops"], name="objects_record_values"),
            GinIndex(F("object"), OpClass(F("words"), name="gin_trgm_ops"), name="objects_record_words"),
        ]

    def __str__(self) -> str:
        return f"{self.object_id}/{self.pk}"

    def value(self, slug: str) -> Any:
        """One value as the current reader sees it; None where it is blank."""
        return self.values.get(slug)


class ImportFile(Record):
    """A file that was found good and waits for the word to make its records: for whom and of which object, until when
    (`rules.FILE_WAITS`). `used_at`: they were made."""

    object = models.ForeignKey(ObjectType, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    sha256 = models.CharField(max_length=64, db_index=True)
    at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)


class FieldValue(GuardedModel):
    """The values of added fields of one main record."""

    record = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    values = models.JSONField(default=dict)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "record_id"], name="objects_values_once")]
        indexes = [GinIndex(fields=["values"], opclasses=["jsonb_path_ops"], name="objects_fieldvalue_values")]
