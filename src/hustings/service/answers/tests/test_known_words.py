"""The words that are known, kept by what changes: always the same as counted from scratch."""

import random
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection

from hustings.service.answers.actions import Words, approve, revise, withdraw
from hustings.service.answers.models import Article, ArticleText, KnownWord, WordsOfText
from hustings.service.answers.public import lexicon
from hustings.service.answers.public.words import write_words
from hustings.service.answers.queries.public import public_articles
from hustings.service.answers.queries.sayable import sayable_texts

SAID = "ballot Ballots clerk county zeppelin vote-by-mail urna café x 2028 mailing's the place".split()
LEXEMES = "select tsvector_to_array(to_tsvector('simple', normalize(%s)))"
IS_WORD = "select length(%s) between 2 and 40 and %s !~ '[[:digit:][:punct:][:space:]]'"


def from_scratch(now) -> dict[tuple[str, str], tuple[int, int]]:
    """Each text by itself, counted here."""
    texts, titles = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    versions = public_articles(now).values("approved_version_id")
    with connection.cursor() as cursor:
        for text in sayable_texts(now).filter(version_id__in=versions).select_related("version"):
            steps = ArticleText.objects.extra(select={"told": "steps::text"}).get(pk=text.pk).told
            cursor.execute(LEXEMES, [f"{text.title} {text.version.title} {text.body} {steps}"])
            texts.update((text.language, word) for word in cursor.fetchone()[0])
            cursor.execute(LEXEMES, [text.title or text.version.title])
            titles.update((text.language, word) for word in cursor.fetchone()[0])
        known = {}
        for (language, word), count in texts.items():
            cursor.execute(IS_WORD, [word, word])
            if cursor.fetchone()[0]:
                known[language, word] = (count, titles[language, word])
    return known


def in_table() -> dict[tuple[str, str], tuple[int, int]]:
    rows = KnownWord.objects.values_list("language", "word", "texts", "titles")
    return {(language, word): (texts, titles) for language, word, texts, titles in rows}


@pytest.mark.parametrize("seed", range(3))
def test_what_changes_is_counted_to_the_same_as_all_anew(make, cast, now, seed):
    chance = random.Random(seed)

    def saying(most: int) -> str:
        return " ".join(chance.choices(SAID, k=chance.randint(1, most)))

    def words() -> list[Words]:
        return [Words("en", saying(9)), Words("es", saying(9), title=chance.choice(["", saying(3)]))]

    def public(**fields: object) -> None:
        Article.objects.filter(pk=make(saying(4), *words()).pk).update(is_public=True, **fields)

    for _ in range(4):
        public()
    for step in range(8):
        act, article = chance.randrange(5), chance.choice(list(Article.objects.order_by("pk")))
        if act == 0:
            public(publish_at=now + timedelta(hours=step + 2))
        elif act == 1 and article.withdrawn_at is None:
            version = revise(actor=cast["lead"], article=article, title=saying(4), texts=words(), now=now)
            approve(actor=cast["administrator"], article=article, version=version, now=now)
        elif act == 2 and article.withdrawn_at is None:
            withdraw(actor=cast["administrator"], article=article, reason="Wrong", now=now)
        elif act == 3:
            Article.objects.filter(pk=article.pk).update(is_public=not article.is_public)
        else:
            ArticleText.objects.filter(version__article=article, language="es").update(body=saying(9))
        now += timedelta(hours=chance.randint(0, 1))
        assert write_words(now) == KnownWord.objects.count()
        assert in_table() == from_scratch(now)


def test_only_what_changed_is_written_again(make, now):
    """And a text that is gone takes its own words with it, which processes that know them notice."""
    lexicon.forget()
    for title in ("Ballot clerk", "Zeppelin clerk"):
        Article.objects.filter(pk=make(title, Words("en", "Ask.")).pk).update(is_public=True)
    write_words(now)
    rows = dict(KnownWord.objects.values_list("word", "pk"))
    assert set(rows) == {"ballot", "clerk", "zeppelin", "ask"}
    assert "zeppelin" in lexicon.lexicon("en").vocabulary
    write_words(now)
    assert dict(KnownWord.objects.values_list("word", "pk")) == rows
    Article.objects.filter(title="Zeppelin clerk").update(is_public=False)
    write_words(now)
    after = dict(KnownWord.objects.values_list("word", "pk"))
    assert (after["ballot"], set(after)) == (rows["ballot"], {"ballot", "clerk", "ask"})
    assert (in_table()["en", "clerk"], WordsOfText.objects.count()) == ((1, 1), 1)
    lexicon.forget()
    assert "zeppelin" not in lexicon.lexicon("en").vocabulary
