"""Keeping the table of known words in step with what is public."""

from datetime import datetime

from django.db import connection, transaction

from hustings.foundation.core.clock import now as read_clock
from hustings.foundation.core.guard import unveiled

from ..models import ArticleText, KnownWord
from ..queries.public import next_change, public_articles
from ..queries.sayable import sayable_texts
from .catalogue import read_stamp

# Not the stems: what is typed is compared with words as they are written. Of what may be shown at this moment alone: a
# word that stands in nothing public must not be given away by putting somebody's typing right.
WORDS = """
insert into answers_knownword (language, word, texts, titles)
select %(language)s, whole.word, whole.ndoc, coalesce(title.ndoc, 0)
from ts_stat(format($q$
  select to_tsvector('simple', normalize(t.title || ' ' || v.title || ' ' || t.body || ' ' || t.steps::text))
  from answers_articletext t join answers_articleversion v on v.id = t.version_id
  where t.language = %%L and t.id = any(%%L::bigint[]) $q$, %(language)s::text, %(texts)s::text)) whole
left join ts_stat(format($q$
  select to_tsvector('simple', normalize(coalesce(nullif(t.title, ''), v.title)))
  from answers_articletext t join answers_articleversion v on v.id = t.version_id
  where t.language = %%L and t.id = any(%%L::bigint[]) $q$, %(language)s::text, %(texts)s::text)) title using (word)
where length(whole.word) between 2 and 40 and whole.word !~ '[[:digit:][:punct:][:space:]]'
"""
_written: tuple[int, datetime | None] | None = None


def refresh_words() -> bool:
    """Write the words anew when what is public has changed since this process last did; False, nothing waits."""
    global _written
    now, number = read_clock(), read_stamp().number
    if _written is not None and KnownWord.objects.exists():
        then, until = _written
        if then == number and (until is None or now < until):
            return False
    until = next_change(now)
    write_words(now)
    _written = number, until
    return False


def write_words(now: datetime | None = None) -> int:
    """Every word of every text that may be shown, by language; how many."""
    now = now or read_clock()
    with unveiled(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("lock table answers_knownword in exclusive mode")
        versions = public_articles(now).values("approved_version_id")
        texts = list(sayable_texts(now).filter(version_id__in=versions).order_by().values_list("pk", flat=True))
        languages = ArticleText.objects.filter(pk__in=texts).order_by("language").values_list("language", flat=True)
        listed = "{" + ",".join(map(str, texts)) + "}"
        cursor.execute("delete from answers_knownword")
        written = 0
        for language in languages.distinct():
            cursor.execute(WORDS, {"language": language, "texts": listed})
            written += cursor.rowcount
    return written
