"""What every record has, and the few tables that belong to no room: attempts (rate limits) and stored objects."""

from django.db import models

from .ids import new_uid


class Record(models.Model):
    """A bigint inside, a UUIDv7 outside, and when it was made."""

    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True


class Attempt(models.Model):
    """How often something was tried in a window: `core.limits` counts here, so that every process sees the same."""

    key = models.CharField(max_length=200)
    window = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "window"], name="core_attempt_key_window")]
        indexes = [models.Index(fields=["window"])]
