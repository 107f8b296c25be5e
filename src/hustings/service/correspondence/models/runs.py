from django.db import models

from hustings.foundation.core.models import Record


class IntakeRun(Record):
    """Files being taken in: one run a path, resumed when it was cut short. `fingerprint` tells whether the path still
    holds what the run began with."""

    path = models.TextField()
    fingerprint = models.TextField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # Two who take the same file in at once share the run, and its chunks.
            models.UniqueConstraint(
                fields=["path", "fingerprint"],
                condition=models.Q(finished_at__isnull=True),
                name="correspondence_run_open",
            )
        ]


class IntakeChunk(models.Model):
    """A piece of a run: `position` to `until` (bytes of an mbox, places in a folder's list). Done and its letters are
    stored in one transaction, so that it is taken in once whatever dies."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(IntakeRun, on_delete=models.CASCADE, related_name="chunks", db_index=False)
    position = models.BigIntegerField()
    until = models.BigIntegerField()
    # Counted before each try: what was not done then ended its reader, and its letters are read one by one.
    tries = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict)  # by outcome; without those that were put in line to be read one by one

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "position"], name="correspondence_chunk_once")]
