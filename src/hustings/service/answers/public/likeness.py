"""What is close in meaning: where nobody has read enough to say what is read together."""

from django.db import connection

from ..queries.articles import CONFIGS
from .catalogue import Catalogue, Entry
from .finding import COMMON, known_words, tokens_of

# The words of its title that few others have, any of them, in other titles.
ALIKE = """
select a.id from answers_articletext t join answers_article a on a.approved_version_id = t.version_id,
  (select to_tsquery(%s::regconfig, %s) as query) q
where t.found_by @@ q.query and t.language = %s and t.state_code = '' and a.is_public and a.id <> %s
order by ts_rank('{0, 0, 0, 1}', t.found_by, q.query) desc, a.id limit 24
"""
RARE = 4  # of a title's words


def close_to(kept: Catalogue, entry: Entry, most: int, without: set[int]) -> list[Entry]:
    """Public questions whose words are like this one's, the likest first."""
    known = known_words(entry.language, kept.stamp.number)
    words = [word for word in tokens_of(entry.title[:300]) if 1 < known.get(word, 0) <= COMMON and len(word) > 2]
    rare = sorted(words, key=lambda word: (known[word], word))[:RARE]
    if not rare:
        return []
    with connection.cursor() as cursor:
        query = " | ".join(f"{word}:A" for word in rare)
        cursor.execute(ALIKE, [CONFIGS.get(entry.language, "simple"), query, entry.language, entry.article_id])
        near = [pk for (pk,) in cursor.fetchall() if pk not in without]
    return [kept.entries[pk] for pk in near if pk in kept.entries][:most]
