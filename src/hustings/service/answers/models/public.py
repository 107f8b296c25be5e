"""What stands around an article's words where the public reads them: old addresses, sources, files, and the stamp."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from hustings.foundation.access.models import User
from hustings.foundation.core.models import Record

from .articles import Article, ArticleVersion


class ArticleSlug(Record):
    """An address an article once had: it leads to the one it has now."""

    slug = models.SlugField(max_length=100, unique=True)
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="old_slugs")


class Source(Record):
    """What a version's words stand on, for all states or for one, and when somebody last looked."""

    version = models.ForeignKey(ArticleVersion, on_delete=models.CASCADE, related_name="sources")
    state_code = models.CharField(max_length=2, default="", blank=True)
    title = models.TextField()
    url = models.URLField(max_length=600)
    official = models.BooleanField(default=False)
    checked_at = models.DateTimeField()
    checked_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")


class Attachment(Record):
    """A file of a version; its bytes lie in `core.storage` under `sha256`."""

    version = models.ForeignKey(ArticleVersion, on_delete=models.CASCADE, related_name="attachments")
    name = models.TextField()
    content_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)


class PublicChange(models.Model):
    """Which articles a growth of the stamp was about; null: any."""

    number = models.PositiveBigIntegerField(primary_key=True)
    articles = ArrayField(models.BigIntegerField(), null=True)


class PublicStamp(models.Model):
    """One row whose number grows, in the same transaction, whenever anything the public may read changes: a cache that
    remembers the number it was filled at knows whether it still holds."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.PositiveBigIntegerField(default=0)
