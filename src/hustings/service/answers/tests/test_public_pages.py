"""The public pages: what they show, in which language, for which state, and that they give nothing else away."""

import json
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from hustings.constituents.insight.actions.counting import buffer
from hustings.constituents.insight.actions.noting import noting
from hustings.constituents.insight.models import Kind, Reason, Tally
from hustings.constituents.insight.queries.standings import forget as forget_standings
from hustings.service.answers.actions import Words, withdraw
from hustings.service.answers.models import Article, Category, Synonym
from hustings.service.answers.public import catalogue, lexicon, views, words

BROWSER = {"HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", "REMOTE_ADDR": "203.0.113.7"}


@pytest.fixture(autouse=True)
def fresh(db: None):
    """Nothing of another test in the process's memory; counts are written when a test says so."""
    catalogue.forget()
    lexicon.forget()
    forget_standings()
    noting.forget()
    buffer.forget()
    yield
    buffer.forget()
    noting.forget()
    catalogue.forget()


@pytest.fixture
def category(db: None) -> Category:
    return Category.objects.create(slug="voting-by-mail", names={"en": "Voting by mail", "es": "Votar por correo"})


@pytest.fixture
def public(make: Callable[..., Article], category: Category) -> Callable[..., Article]:
    """An approved article that the public may read."""

    def made(title: str, *texts: Words, slug: str, **fields: object) -> Article:
        article = make(title, *texts)
        Article.objects.filter(pk=article.pk).update(
            slug=slug, is_public=True, category=category, published_at=article.approved_at, **fields
        )
        catalogue.forget()
        article.refresh_from_db()
        return article

    return made


@pytest.fixture
def reader() -> Client:
    return Client(**BROWSER)


MAIL = (
    Words("en", "Ask your county for a **new ballot**."),
    Words("es", "Pida una nueva boleta a su condado.", title="Mi boleta no ha llegado"),
    Words("en", "In Ohio the board of elections sends another.", state_code="OH"),
)


def test_start_shows_the_questions_by_category_in_the_language_of_the_address(public, reader):
    public("My ballot has not come", *MAIL, slug="ballot-not-come", is_first=True)
    english = reader.get("/help/").content.decode()
    assert "All" not in english or "One question" in english
    assert "Voting by mail" in english
    assert 'href="/help/ballot-not-come/"' in english
    spanish = reader.get("/es/ayuda/").content.decode()
    assert '<html lang="es"' in spanish
    assert "Votar por correo" in spanish
    assert "Mi boleta no ha llegado" in spanish


def test_an_answer_is_for_the_state_of_the_address(public, reader):
    public("My ballot has not come", *MAIL, slug="ballot-not-come")
    general = reader.get("/help/ballot-not-come/").content.decode()
    ohio = reader.get("/help/ballot-not-come/?state=oh").content.decode()
    assert "<strong>new ballot</strong>" in general
    assert "board of elections" not in general
    assert "the board of elections sends another" in ohio
    assert "Answer for <b>Ohio</b>" in ohio
    nonsense = reader.get("/help/ballot-not-come/?state=%3Cscript%3E").content.decode()
    assert "<script>" not in nonsense.replace("<script type", "").replace("<script src", "")


def test_no_cookie_no_account_and_no_other_origin(public, reader):
    public("My ballot has not come", *MAIL, slug="ballot-not-come")
    for path in (
        "/help/",
        "/help/ballot-not-come/",
        "/help/search/?q=ballot",
        "/help/about/voting-by-mail/",
        "/es/ayuda/",
    ):
        answer = reader.get(path)
        assert answer.status_code == 200
        assert not answer.cookies
        html = answer.content.decode()
        assert not re.search(r'(src|action)="https?://', html)


def test_withdrawn_it_is_gone_with_the_next_request(public, reader, cast, now):
    article = public("My ballot has not come", *MAIL, slug="ballot-not-come")
    assert reader.get("/help/ballot-not-come/").status_code == 200
    assert "ballot-not-come" in reader.get("/help/").content.decode()
    withdraw(actor=cast["administrator"], article=article, reason="The court said so", now=now)
    answer = reader.get("/help/ballot-not-come/")
    assert answer.status_code == 404
    assert "new ballot" not in answer.content.decode()
    assert "ballot-not-come" not in reader.get("/help/").content.decode()
    assert "ballot-not-come" not in reader.get("/help/search/?q=ballot").content.decode()
    assert "ballot-not-come" not in reader.get("/sitemap.xml").content.decode()


def test_an_old_address_leads_to_the_new_one(public, reader):
    article = public("My ballot has not come", *MAIL, slug="ballot-not-come")
    article.old_slugs.create(slug="lost-ballot")
    answer = reader.get("/help/lost-ballot/?state=OH")
    assert (answer.status_code, answer["Location"]) == (301, "/help/ballot-not-come/?state=OH")


def test_structured_data_cannot_end_its_block(public, reader):
    public("What of </script><b>this</b>?", Words("en", "An answer & more </script>."), slug="odd")
    html = reader.get("/help/odd/").content.decode()
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    told = json.loads(block[1])
    assert told["@type"] == "FAQPage"
    assert told["mainEntity"][0]["name"] == "What of </script><b>this</b>?"
    assert "<b>this</b>" not in html


def test_feed_map_and_robots(public, reader):
    public("My ballot has not come", *MAIL, slug="ballot-not-come")
    assert b"ballot-not-come" in reader.get("/help/feed.atom").content
    assert "Mi boleta no ha llegado" in reader.get("/es/ayuda/feed.atom").content.decode()
    site = reader.get("/sitemap.xml").content.decode()
    assert "/help/ballot-not-come/</loc>" in site
    assert "/es/ayuda/ballot-not-come/</loc>" in site
    assert "Disallow: /\n" in reader.get("/robots.txt").content.decode()


def test_the_same_page_again_is_not_sent_again(public, reader):
    public("My ballot has not come", *MAIL, slug="ballot-not-come")
    first = reader.get("/help/ballot-not-come/")
    again = reader.get("/help/ballot-not-come/", HTTP_IF_NONE_MATCH=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")


def test_search_forgives_spelling_and_knows_synonyms(public, reader):
    public("My mail ballot has not come", *MAIL, slug="ballot-not-come")
    public("Where do I park at a rally?", Words("en", "Beside the hall."), slug="park")
    words.write_words()
    Synonym.objects.create(language="en", words=["mail ballot", "absentee ballot"])
    hit = 'href="/help/ballot-not-come/"'
    for asked in ("mail ballots", "mial balot", "absentee ballot", "bal"):
        html = reader.get("/help/search/", {"q": asked}).content.decode()
        assert hit in html, asked
        assert "/help/park/" not in html, asked
    nothing = reader.get("/help/search/", {"q": "zeppelin"}).content.decode()
    assert "We have not answered that yet." in nothing
    told = reader.get("/help/suggest/", {"q": "my mail bal"}).json()
    assert told == {"hits": [{"title": "My mail ballot has not come", "href": "/help/ballot-not-come/"}]}


def test_search_in_spanish_finds_what_is_only_in_english_too(public, reader):
    public("My mail ballot has not come", *MAIL, slug="ballot-not-come")
    public("Where do I park at a rally?", Words("en", "Beside the hall."), slug="park")
    words.write_words()
    assert "/es/ayuda/ballot-not-come/" in reader.get("/es/ayuda/search/", {"q": "boletas"}).content.decode()
    assert "/es/ayuda/park/" in reader.get("/es/ayuda/search/", {"q": "rally"}).content.decode()


def test_script_in_every_field_stays_text(public, reader):
    public("My mail ballot has not come", *MAIL, slug="ballot-not-come")
    evil = "\"><script>alert(1)</script>'`{{7*7}}\x00"
    for path in ("/help/search/", "/help/", "/help/ballot-not-come/", "/help/about/voting-by-mail/", "/help/suggest/"):
        for field in ("q", "state", "about", "page", "voted"):
            html = reader.get(path, {field: evil}).content.decode()
            assert "<script>alert" not in html
            assert "49" not in html.replace("&#", "") or "{{7*7}}" in html or field != "q"
    answer = reader.post("/help/ballot-not-come/helped/", {"helped": evil, "why": evil, "more": evil, "state": evil})
    assert answer.status_code == 302
    assert Reason.objects.count() == 0


def test_views_are_counted_and_programs_are_not(public, reader):
    article = public("My mail ballot has not come", *MAIL, slug="ballot-not-come")
    for _ in range(5):
        reader.get("/help/ballot-not-come/?state=OH")
    Client(HTTP_USER_AGENT="Mozilla/5.0 (compatible; Googlebot/2.1)").get("/help/ballot-not-come/")
    reader.head("/help/ballot-not-come/")
    reader.get("/help/ballot-not-come/", HTTP_SEC_PURPOSE="prefetch")
    buffer.write()
    views = Tally.objects.get(kind=Kind.VIEW)
    assert (views.count, views.subject, views.state_code, views.topic) == (5, str(article.uid), "OH", "voting-by-mail")
    assert Tally.objects.get(kind=Kind.READ, subject=str(article.uid)).count == 1
    text = " ".join(map(str, Tally.objects.values_list()))
    assert "203.0.113" not in text


def test_votes_from_one_network_count_twice_a_day(public, reader):
    article = public("My mail ballot has not come", *MAIL, slug="ballot-not-come")
    told = []
    for last in range(30):
        answer = reader.post("/help/ballot-not-come/helped/", {"helped": "yes"}, REMOTE_ADDR=f"203.0.113.{last}")
        told.append("voted=many" in answer["Location"])
    assert told == [False, False] + [True] * 28
    beside = reader.post(
        "/help/ballot-not-come/helped/", {"helped": "no", "why": "hard", "more": "Too long"}, REMOTE_ADDR="198.51.100.9"
    )
    assert "voted=no" in beside["Location"]
    buffer.write()
    counts = dict(Tally.objects.filter(subject=str(article.uid)).values_list("kind", "count"))
    assert counts == {Kind.HELPED: 2, Kind.REFUSED: 28, Kind.UNHELPED: 1}
    assert [(row.why, row.words) for row in Reason.objects.all()] == [("hard", "Too long")]


def test_what_comes_by_time_alone_comes(public, reader, now, monkeypatch):
    public("My mail ballot has not come", *MAIL, slug="ballot-not-come", unpublish_at=now + timedelta(hours=1))
    monkeypatch.setattr(views, "read_clock", lambda: now)
    assert "ballot-not-come" in reader.get("/help/").content.decode()
    monkeypatch.setattr(views, "read_clock", lambda: now + timedelta(hours=2))
    assert "ballot-not-come" not in reader.get("/help/").content.decode()
    assert reader.get("/help/ballot-not-come/").status_code == 404
