"""That the sample campaign is here, and up to which moment it was lived."""

from django.db import models


class SampleLoad(models.Model):
    """One row. `ends_at` is the sample's present when it began to load, so that a load cut short goes on with the
    same letters; `letters_at` says that they are all in, `finished_at` that all of it is here."""

    id = models.BigAutoField(primary_key=True)
    ends_at = models.DateTimeField()
    letters_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
