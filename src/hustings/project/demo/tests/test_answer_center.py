"""The sample's Answer Center: whole in both languages, and marked as sample wherever it speaks of voting."""

import re
from collections import Counter
from urllib.parse import urlsplit

import pytest

from hustings.project.demo.answer_center import load
from hustings.project.demo.generator.places import STATES

LANGUAGES = {"en", "es"}
MARKS = {
    "en": "Sample answer for the demonstration campaign.",
    "es": "Respuesta de muestra de la campaña de demostración.",
}
KEYS = {"slug", "category", "voting", "question", "answer", "steps", "source", "related", "states"}
LINK = re.compile(r"\[(?P<words>[^\]]+)\]\((?P<url>[^)]+)\)")
# People who ran for President of the United States, or served, in the years people remember.
REAL_NAMES = re.compile(
    r"\b(Biden|Trump|Harris|Vance|Walz|Pence|Obama|Romney|McCain|Clinton|Bush|Sanders|Warren|Buttigieg|Klobuchar"
    r"|Haley|DeSantis|Ramaswamy|Christie|Newsom|Shapiro|Whitmer|Pritzker|Rubio|Cruz|Kennedy|Stein)\b"
)


@pytest.fixture(scope="module")
def center():
    return load()


@pytest.fixture(scope="module")
def articles(center):
    return center["articles"]


def answers(article):
    """(state or "", language, text) of each answer of an article."""
    yield from (("", language, text) for language, text in article["answer"].items())
    for state, by_language in article.get("states", {}).items():
        yield from ((state, language, text) for language, text in by_language.items())


def length(text):
    return len(LINK.sub(r"\g<words>", text).split())


def test_every_article_has_its_parts_in_both_languages(center, articles):
    categories = {category["slug"] for category in center["categories"]}
    assert all(set(category) == {"slug", "en", "es"} and all(category.values()) for category in center["categories"])
    assert {article["category"] for article in articles} == categories
    for article in articles:
        assert set(article) <= KEYS, article["slug"]
        for part in ("question", "answer", "steps"):
            if part in article:
                assert {language for language, said in article[part].items() if said} == LANGUAGES, article["slug"]
        for state, by_language in article.get("states", {}).items():
            assert {language for language, said in by_language.items() if said} == LANGUAGES, (article["slug"], state)
        if "steps" in article:
            assert len(article["steps"]["en"]) == len(article["steps"]["es"]) >= 2, article["slug"]


def test_there_are_120_questions_and_25_with_answers_by_state(articles):
    assert len(articles) >= 120
    by_state = [len(article["states"]) for article in articles if "states" in article]
    assert len(by_state) >= 25
    assert min(by_state) >= 6
    assert len([states for states in by_state if states >= 20]) >= 10


def test_slugs_and_questions_are_unique_and_related_articles_exist(articles):
    slugs = [article["slug"] for article in articles]
    assert [slug for slug, times in Counter(slugs).items() if times > 1] == []
    assert [slug for slug in slugs if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)] == []
    for language in sorted(LANGUAGES):
        asked = Counter(article["question"][language] for article in articles)
        assert [question for question, times in asked.items() if times > 1] == []
    for article in articles:
        related = article.get("related", [])
        assert set(related) <= set(slugs) - {article["slug"]}, article["slug"]
        assert len(set(related)) == len(related), article["slug"]


def test_states_are_states(articles):
    assert {code for article in articles for code in article.get("states", {})} <= set(STATES)


def test_what_is_said_of_voting_is_marked_as_sample_and_has_an_official_source(articles):
    voting = [article for article in articles if article["voting"]]
    assert len(voting) >= 40
    for article in voting:
        assert article["source"]["official"] is True, article["slug"]
        assert article["source"]["title"], article["slug"]
        for state, language, text in answers(article):
            assert text.split("\n\n")[-1].startswith(MARKS[language]), (article["slug"], state, language)
            assert LINK.search(text.split("\n\n")[-1]), (article["slug"], state, language)


def test_a_day_of_2028_is_called_a_sample_in_the_words_beside_it(articles):
    """Not only at the end: the paragraph that names a day other than the election's own says so, or the next does."""
    called = re.compile(r"sample|muestra", re.I)
    voting = [article for article in articles if article["voting"]]
    dated = re.compile(r"(?!November 7|7 de noviembre)\b(?:[A-Z][a-z]+ \d{1,2}|\d{1,2} de [a-z]+)(?:,| de) 2028")
    unmarked = [
        (article["slug"], state, language)
        for article in voting
        for state, language, text in answers(article)
        if dated.search(body := text.rpartition("\n\n")[0]) and not called.search(body)
    ]
    assert unmarked == []


def test_every_address_is_an_example(articles):
    addresses = [article["source"]["url"] for article in articles if "source" in article]
    addresses += [link["url"] for article in articles for *_, text in answers(article) for link in LINK.finditer(text)]
    assert len(addresses) > 300
    wrong = [url for url in addresses if not re.fullmatch(r"https", urlsplit(url).scheme)]
    wrong += [url for url in addresses if not (urlsplit(url).hostname or "").endswith(".example")]
    assert wrong == []


def test_answers_are_neither_thin_nor_long(articles):
    wrong = []
    for article in articles:
        for state, language, text in answers(article):
            if not (40 if state else 60) <= length(text) <= 160:
                wrong.append((article["slug"], state, language, length(text)))
    assert wrong == []


def test_no_paragraph_is_said_twice(articles):
    seen = Counter(
        paragraph
        for article in articles
        for _, language, text in answers(article)
        for paragraph in text.split("\n\n")
        if not paragraph.startswith(MARKS[language])
    )
    assert [paragraph for paragraph, times in seen.items() if times > 1] == []


def test_no_real_candidate_is_named(articles):
    texts = [(article["slug"], text) for article in articles for *_, text in answers(article)]
    texts += [(article["slug"], text) for article in articles for text in article["question"].values()]
    assert [(slug, found[0]) for slug, text in texts if (found := REAL_NAMES.search(text))] == []


def test_texts_are_plain(articles):
    """No markup but paragraphs, lists and links; the two languages are not mixed up."""
    for article in articles:
        for state, language, text in answers(article):
            where = (article["slug"], state, language)
            assert text == text.strip(), where
            assert not re.search(r"[<>{}*_#|]|[ \t]{2}|[ \t]$|\n{3}", LINK.sub("", text), re.M), where
            spanish = len(re.findall(r"\b(?:de|el|la|los|las|que|para|una|por|y)\b", text.lower()))
            english = len(re.findall(r"\b(?:the|and|you|your|with|for|it)\b", text.lower()))
            assert (spanish > english) is (language == "es"), where
