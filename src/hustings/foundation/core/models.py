"""What every record has, and the few tables that belong to no room: attempts (rate limits) and stored objects."""

from typing import Any

from django.db import models

from .guard.querysets import GuardedManager
from .guard.reading import ReadOnly, current, unveiled
from .ids import new_uid


class GuardedModel(models.Model):
    """Its attributes can be guarded (`core.guard`): what is stored are true values, whoever reads."""

    objects = GuardedManager()

    class Meta:
        abstract = True

    def save_base(self, *args: Any, **kwargs: Any) -> None:
        """Raises ReadOnly for a reader who may change nothing."""
        reader = current()
        if reader is not None and reader.read_only:
            raise ReadOnly
        with unveiled():
            super().save_base(*args, **kwargs)


class Record(GuardedModel):
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
