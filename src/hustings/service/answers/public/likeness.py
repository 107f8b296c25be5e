"""What is close in meaning: where nobody has read enough to say what is read together."""

from django.db import connection

from .catalogue import Catalogue, Entry

# The words of its title, any of them, among the titles; the rarer a text's other words, the shorter it is.
ALIKE = """
select a.id from answers_articletext t join answers_article a on a.approved_version_id = t.version_id,
  (select nullif(replace(plainto_tsquery(%s::regconfig, %s)::text, '&', '|'), '')::tsquery as query) q
where t.found_by @@ q.query and t.language = %s and t.state_code = '' and a.is_public and a.id <> %s
order by ts_rank('{0, 0, 0.2, 1}', t.found_by, q.query, 1) desc, a.id limit 24
"""


def close_to(kept: Catalogue, entry: Entry, most: int, without: set[int]) -> list[Entry]:
    """Public questions whose words are like this one's, the likest first."""
    config = {"en": "english", "es": "spanish"}.get(entry.language, "simple")
    with connection.cursor() as cursor:
        cursor.execute(ALIKE, [config, entry.title[:300], entry.language, entry.article_id])
        near = [pk for (pk,) in cursor.fetchall() if pk not in without]
    return [kept.entries[pk] for pk in near if pk in kept.entries][:most]
