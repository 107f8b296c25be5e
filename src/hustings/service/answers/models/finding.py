"""What searching needs beside the texts: words of the same meaning, and every word that is there."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from hustings.foundation.core.models import Record


class Synonym(Record):
    """Words that mean the same to who searches: "mail ballot", "absentee ballot", "vote by mail"."""

    language = models.CharField(max_length=8)
    words = ArrayField(models.CharField(max_length=80))


class KnownWord(models.Model):
    """A word of the public texts in one language, how many texts have it, and how many in their title: what is typed is
    put right by it."""

    language = models.CharField(max_length=8)
    word = models.CharField(max_length=60)
    texts = models.PositiveIntegerField(default=1)
    titles = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["language", "word"], name="answers_known_word_once")]


class WordsOfText(models.Model):
    """The words of one public text as they are counted in `KnownWord`: what changes is taken off and added, and the
    rest is not read again. No foreign key: the words of a text that is gone are still to be taken off."""

    text_id = models.BigIntegerField(primary_key=True)
    language = models.CharField(max_length=8)
    mark = models.CharField(max_length=32)  # of all it was read from
    words = ArrayField(models.TextField())
    titles = ArrayField(models.TextField())
