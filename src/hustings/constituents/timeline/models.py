"""One append-only line per fact about a person. Lines hold ids, never content, so that erasure leaves counts."""

from django.db import models


class Entry(models.Model):
    """Parted by month of `at`. `kind` is "room.noun" as registered by the room that wrote it; `ref` is the uid of
    the record it speaks of; `detail` holds ids and small codes."""

    pk = models.CompositePrimaryKey("id", "at")
    id = models.BigIntegerField()
    at = models.DateTimeField()
    person_id = models.BigIntegerField()
    kind = models.CharField(max_length=40)
    ref = models.UUIDField(null=True)
    actor_id = models.BigIntegerField(null=True)
    detail = models.JSONField(null=True)

    class Meta:
        managed = False
        db_table = "timeline_entry"
