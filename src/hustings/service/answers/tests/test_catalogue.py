"""What is kept of all that the public may read: everyone's with a state's own laid over, and only what changed anew."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hustings.foundation.ui.models import Campaign
from hustings.service.answers.actions import Words, approve, restore, revise, withdraw
from hustings.service.answers.actions.noting import bump
from hustings.service.answers.actions.publishing import Publication, archive, rename, set_publication
from hustings.service.answers.actions.states import restore_state, withdraw_state
from hustings.service.answers.models import Article, PollClosing, PublicChange
from hustings.service.answers.public import catalogue, finding, holdings
from hustings.service.answers.public.catalogue import Catalogue

PLACES = [("en", ""), ("es", ""), ("en", "OH"), ("es", "OH"), ("en", "IA")]
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def fresh(db):
    catalogue.forget()
    yield
    catalogue.forget()


@pytest.fixture
def publish(cast, now) -> Callable[..., None]:
    def published(article: Article, **more: Any) -> None:
        shown = Publication(**{"is_public": True, **more})
        set_publication(actor=cast["administrator"], article=article, publication=shown, now=now)

    return published


@pytest.fixture
def three(make, publish) -> list[Article]:
    made = [
        make("Mail", Words("en", "All"), Words("es", "Todos"), Words("en", "Ohio", "OH")),
        make("Only Iowa", Words("en", "Iowa", "IA")),
        make("Everywhere", Words("en", "The same")),
    ]
    for article in made:
        publish(article)
    return made


def kept(language: str, state: str, now: datetime) -> Catalogue:
    return catalogue.catalogue(language, state, now)


def titles(language: str, state: str, now: datetime) -> list[str]:
    return [entry.title for entry in kept(language, state, now).entries.values()]


def test_a_state_shares_with_everyone_what_is_the_same_there(three, now):
    mail, iowa, same = (article.pk for article in three)
    all_of, ohio, other = kept("en", "", now), kept("en", "OH", now), kept("en", "IA", now)
    assert (set(all_of.entries), set(ohio.entries), set(other.entries)) == (
        {mail, same},
        {mail, same},
        {mail, iowa, same},
    )
    assert (len(ohio.entries), len(other.entries), iowa in ohio.entries, iowa in other.entries) == (2, 3, False, True)
    assert ohio.entries[same] is all_of.entries[same]
    assert ohio.entries[mail].state_code == "OH"
    assert ohio.of_subject(str(three[1].uid)) is None
    assert other.of_subject(str(three[1].uid)).title == "Only Iowa"
    with pytest.raises(KeyError):
        ohio.entries[iowa]


def test_every_state_in_both_languages_fits(three, now):
    codes = [f"{one}{other}" for one in "ABCDEFG" for other in "ABCDEFGH"]
    first = {(language, code): kept(language, code, now) for language in ("en", "es") for code in ["", *codes]}
    assert all(kept(*place, now) is one for place, one in first.items())


def test_what_changed_alone_is_read_anew(three, make, publish, cast, now, monkeypatch):
    """After each deed the catalogues and the search are those that a process just begun would have."""
    mail, iowa, same = three
    read: list[Any] = []
    whole = holdings._read
    monkeypatch.setattr(holdings, "_read", lambda only, at: read.append(only) or whole(only, at))
    lead, administrator = cast["lead"], cast["administrator"]

    def revised() -> None:
        version = revise(actor=lead, article=same, title="Everywhere now", texts=[Words("en", "Zoning")], now=now)
        approve(actor=administrator, article=same, version=version, now=now + HOUR)

    def published_new() -> None:
        publish(make("Brand new", Words("en", "A novelty")))

    deeds: list[Callable[[], Any]] = [
        lambda: withdraw(actor=administrator, article=mail, reason="Wrong", now=now),
        lambda: restore(actor=administrator, article=mail, reason="Right", now=now),
        lambda: withdraw_state(actor=administrator, article=mail, state_code="IA", reason="A court", now=now),
        lambda: restore_state(actor=administrator, article=mail, state_code="IA", reason="Again", now=now),
        revised,
        published_new,
        lambda: publish(same, is_first=True),
        lambda: publish(mail, is_first=True),
        lambda: rename(actor=lead, article=iowa, slug="iowa-alone", now=now),
        lambda: archive(actor=administrator, article=iowa, now=now),
    ]
    for number, deed in enumerate(deeds):
        _seen(now)
        read.clear()
        deed()
        seen = _seen(now)
        assert all(only is not None and len(only) <= 2 for only in read), number
        assert read, number
        catalogue.forget()
        assert seen == _seen(now), number


def _seen(now: datetime) -> list[Any]:
    """All that is kept, and what is found in it."""
    told: list[Any] = []
    for language, state in PLACES:
        one = kept(language, state, now)
        found = finding.find("mail zoning novelty everywhere", language=language, kept=one)
        by_category = {slug: sorted(entries) for slug, entries in one.by_category.items()}
        found = replace(found, entries=sorted(found.entries))  # of three texts a change moves what each word says
        told.append((dict(one.entries), len(one.entries), by_category, sorted(one.held.by_slug), found))
    return told


def test_what_may_concern_any_article_has_all_of_them_read(three, now, monkeypatch):
    read: list[Any] = []
    whole = holdings._read
    monkeypatch.setattr(holdings, "_read", lambda only, at: read.append(only) or whole(only, at))
    kept("en", "", now)
    bump()
    kept("en", "", now)
    Campaign.objects.update_or_create(pk=1, defaults={"name": "Another campaign"})
    kept("en", "", now)
    bump([])
    PublicChange.objects.all().delete()  # further behind than what is kept
    kept("en", "", now)
    assert read == [None] * 4
    bump([three[0].pk])
    kept("en", "", now)
    assert read[4:] == [frozenset({three[0].pk})]


def test_only_so_many_changes_are_kept(monkeypatch, db):
    monkeypatch.setattr("hustings.service.answers.actions.noting.MOST_CHANGES", 3)
    for _ in range(5):
        bump([1])
    assert sorted(PublicChange.objects.values_list("number", flat=True)) == [3, 4, 5]


def test_polls_close_in_each_state_for_what_is_kept(make, publish, now):
    article = make("Mail", Words("en", "All"))
    day = date(2028, 10, 21)
    closes = {"OH": datetime(2028, 10, 21, 23, tzinfo=UTC), "IA": datetime(2028, 10, 22, 1, tzinfo=UTC)}
    for code, at in closes.items():
        PollClosing.objects.create(state_id=code, election=day, closes=at.time(), zone="UTC", closes_at=at)
    Article.objects.filter(pk=article.pk).update(is_public=True, election=day)
    bump()
    shown = [
        [state for state in ("", "OH", "IA") if titles("en", state, at)]
        for at in (closes["OH"] - HOUR, closes["OH"], closes["IA"] - HOUR, closes["IA"])
    ]
    assert shown == [["", "OH", "IA"], ["", "IA"], ["", "IA"], []]


def test_a_state_asks_the_database_for_nothing_but_the_stamp(three, now):
    kept("en", "", now)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        kept("en", "OH", now)
        kept("es", "IA", now)
    assert len(asked) == 4  # before it waits, and when it is its turn
    with CaptureQueriesContext(connection) as asked:
        kept("es", "IA", now + timedelta(minutes=6))  # counts are read anew, words are not
    assert len(asked) == 2


def test_a_search_reads_the_campaigns_row_no_more_than_the_stamp_says(three, client, now):
    client.get("/help/search/?q=mail")
    with CaptureQueriesContext(connection) as asked:
        client.get("/help/search/?q=mail")
    assert [one["sql"] for one in asked if 'from "ui_campaign"' in one["sql"].lower()] == []
    Campaign.objects.update_or_create(pk=1, defaults={"name": "Renamed for America"})
    assert "Renamed for America" in client.get("/help/search/?q=mail").content.decode()
