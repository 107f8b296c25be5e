"""What stands in feeds."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hustings.foundation.access.models import Team, User
from hustings.foundation.core.models import Record


class Kind(models.TextChoices):
    POST = "post", _("Post")
    CHANGE = "change", _("Change")


class Post(Record):
    """Words on a record, or what was changed of it. A comment is a post with a parent.

    The record is named by type and id, since every room has its own; who may see the record sees the post
    (`queries.seen`). A change is seen by who may see at least one of its fields.
    """

    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.POST)
    record_type = models.CharField(max_length=60)
    record_id = models.BigIntegerField()
    record_uid = models.UUIDField()
    author = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")  # None: the house, a rule
    text = models.TextField(default="", blank=True)
    fields = ArrayField(models.CharField(max_length=60), default=list, blank=True)  # of a change
    at = models.DateTimeField()
    parent = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="comments")
    edited_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    by_mail = models.BooleanField(default=False)
    # Of a thread's first post: the id of its newest, by which feeds are in order, and how many comments stand.
    latest = models.BigIntegerField(default=0)
    comment_count = models.PositiveIntegerField(default=0)
    # What is written may be English or Spanish: both dictionaries' stems are kept.
    search = models.GeneratedField(
        expression=SearchVector("text", config="english") + SearchVector("text", config="spanish"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["record_type", "record_id", "-latest"], condition=Q(parent=None), name="feed_post_of_record"
            ),
            models.Index(fields=["-latest"], condition=Q(parent=None, kind="post"), name="feed_post_stream"),
            models.Index(fields=["record_type", "record_id", "id"], condition=Q(kind="post"), name="feed_post_unread"),
            models.Index(fields=["at"], condition=Q(kind="post"), name="feed_post_at"),
            models.Index(fields=["author", "-id"], name="feed_post_author"),
            GinIndex(fields=["search"], name="feed_post_search"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.uid}"

    @property
    def thread_id(self) -> int:
        """The id of the post that begins its thread."""
        return self.parent_id or self.pk


class PostVersion(models.Model):
    """Words that stood there until `until`: before an edit, or before they were withdrawn. No page shows them."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+")
    text = models.TextField()
    until = models.DateTimeField()


class ChangeLine(models.Model):
    """One field of a change, in true values: shown only by its reader's level (`queries.changes`)."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="lines")
    field = models.CharField(max_length=60)
    old = models.JSONField(null=True)
    new = models.JSONField(null=True)

    class Meta:
        ordering = ["id"]


class Mention(models.Model):
    """Someone named in a post, by name or with their team. `told`: they might see the record when it was posted, so
    it is in their stream; else it is only a word."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="mentions")
    thread = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    team = models.ForeignKey(Team, null=True, on_delete=models.CASCADE, related_name="+")
    told = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "user"], name="feed_mention_once")]
        indexes = [models.Index(fields=["user", "thread"], condition=Q(told=True), name="feed_mention_of_user")]


class Attachment(Record):
    """A file of a post; its bytes are in object storage."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="files")
    name = models.TextField()
    type = models.TextField()
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["id"]
