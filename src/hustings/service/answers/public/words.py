"""Keeping the table of known words in step with what is public."""

from datetime import datetime

from django.db import connection, transaction

from hustings.foundation.core.clock import now as read_clock
from hustings.foundation.core.guard import unveiled

from ..models import KnownWord, WordsOfText
from ..queries.public import next_change, public_articles
from ..queries.sayable import sayable_texts
from .catalogue import read_stamp

# Not the stems: what is typed is compared with words as they are written. Of what may be shown at this moment alone: a
# word that stands in nothing public must not be given away by putting somebody's typing right.
#
# Only texts that came, went or were changed are taken apart. Their words are counted up or down; what comes of it
# stands in a table of this transaction first, since one statement cannot delete a row and write the same one again.
CHANGED = """
create temporary table answers_words_changed (language text, word text, texts integer, titles integer) on commit drop;
with shown as materialized (
  select t.id, t.language, t.title || ' ' || v.title || ' ' || t.body || ' ' || t.steps::text as whole,
         coalesce(nullif(t.title, ''), v.title) as title
  from answers_articletext t join answers_articleversion v on v.id = t.version_id
  where t.id = any(%(texts)s::bigint[])
), marked as materialized (
  select shown.*, md5(language || chr(1) || title || chr(1) || whole) as mark from shown
), went as materialized (
  select known.* from answers_wordsoftext known
  left join marked on (marked.id, marked.mark) = (known.text_id, known.mark)
  where marked.id is null
), came as materialized (
  select marked.id, marked.language, marked.mark, array(
           select word from unnest(tsvector_to_array(to_tsvector('simple', normalize(marked.whole)))) word
           where length(word) between 2 and 40 and word !~ '[[:digit:][:punct:][:space:]]') as words,
         tsvector_to_array(to_tsvector('simple', normalize(marked.title))) as titles
  from marked left join answers_wordsoftext known on (known.text_id, known.mark) = (marked.id, marked.mark)
  where known.text_id is null
), dropped as (
  delete from answers_wordsoftext known using went
  where known.text_id = went.text_id and not exists (select from came where came.id = went.text_id)
), kept as (
  insert into answers_wordsoftext (text_id, language, mark, words, titles)
  select id, language, mark, words, titles from came
  on conflict (text_id) do update
  set (language, mark, words, titles) = (excluded.language, excluded.mark, excluded.words, excluded.titles)
), counted as (
  select language, word, 1 as texts, (word = any(titles))::integer as titles from came, unnest(words) word
  union all
  select language, word, -1, -(word = any(titles))::integer from went, unnest(words) word
), differing as (
  select language, word, sum(texts) as texts, sum(titles) as titles from counted group by language, word
  having sum(texts) <> 0 or sum(titles) <> 0
)
insert into answers_words_changed
select language, word, one.texts + coalesce(known.texts, 0), one.titles + coalesce(known.titles, 0)
from differing one left join answers_knownword known using (language, word);
"""
WRITTEN = """
delete from answers_knownword known using answers_words_changed one
where (known.language, known.word) = (one.language, one.word);
insert into answers_knownword (language, word, texts, titles)
select language, word, texts, titles from answers_words_changed where texts > 0;
drop table answers_words_changed;
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
    """Every word of every text that may be shown, by language; how many. Costs what changed since it was done last,
    and comes to the same as counting all anew."""
    now = now or read_clock()
    with unveiled(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("lock table answers_knownword in exclusive mode")
        if not (KnownWord.objects.exists() and WordsOfText.objects.exists()):
            KnownWord.objects.all().delete()
            WordsOfText.objects.all().delete()
        versions = public_articles(now).values("approved_version_id")
        texts = list(sayable_texts(now).filter(version_id__in=versions).order_by().values_list("pk", flat=True))
        cursor.execute(CHANGED, {"texts": texts})
        cursor.execute(WRITTEN)
    return KnownWord.objects.count()
