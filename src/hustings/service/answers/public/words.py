"""Keeping the table of known words in step with what is public."""

from django.db import connection, transaction
from django.db.models import Max

from ..models import KnownWord, PublicStamp

# Not the stems: what is typed is compared with words as they are written.
WORDS = """
insert into answers_knownword (language, word, texts)
select %(language)s, word, ndoc from ts_stat(format($q$
  select to_tsvector('simple', t.title || ' ' || v.title || ' ' || t.body)
  from answers_articletext t join answers_articleversion v on v.id = t.version_id
  join answers_article a on a.approved_version_id = v.id
  where a.is_public and a.state = 'approved' and t.language = %%L $q$, %(language)s::text))
where length(word) between 2 and 40 and word !~ '[^[:alpha:]]'
"""
_written: int | None = None


def refresh_words() -> bool:
    """Write the words anew when the public texts have changed since this process last did; False, nothing waits."""
    global _written
    number = PublicStamp.objects.aggregate(number=Max("number"))["number"] or 0
    if number == _written and KnownWord.objects.exists():
        return False
    write_words()
    _written = number
    return False


def write_words() -> int:
    """Every word of every public text, by language; how many."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("lock table answers_knownword in exclusive mode")
        cursor.execute(
            "select distinct t.language from answers_articletext t"
            " join answers_article a on a.approved_version_id = t.version_id where a.is_public"
        )
        languages = [row[0] for row in cursor.fetchall()]
        cursor.execute("delete from answers_knownword")
        written = 0
        for language in languages:
            cursor.execute(WORDS, {"language": language})
            written += cursor.rowcount
    return written
