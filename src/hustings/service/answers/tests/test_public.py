"""What anyone may read: approved, public, within its times, in words that may be said there."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from hustings.foundation.access.models import User
from hustings.foundation.core import bus
from hustings.service.answers.actions import Words, approve, restore, revise, withdraw
from hustings.service.answers.actions.publishing import Publication, archive, rename, set_publication, take_from_archive
from hustings.service.answers.actions.states import restore_state, withdraw_state
from hustings.service.answers.announcements import ArticleChanged, ArticlePublished, ArticleWithdrawn
from hustings.service.answers.models import Article, ArticleText
from hustings.service.answers.public import catalogue
from hustings.service.answers.public.catalogue import read_stamp
from hustings.service.answers.queries import citable, text_for
from hustings.service.answers.queries.public import (
    find_public,
    languages_of,
    next_change,
    public_articles,
    public_text,
)

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def publish(cast: dict[str, User], now: datetime) -> Callable[..., None]:
    def published(article: Article, **more: object) -> None:
        more.setdefault("is_public", True)
        set_publication(actor=cast["lead"], article=article, publication=Publication(**more), now=now)

    return published


def seen(now: datetime) -> list[str]:
    return sorted(public_articles(now).values_list("title", flat=True))


def test_only_what_was_put_before_the_public_is(make, publish, now):
    make("Inside")
    publish(make("Outside"))
    publish(make("Not approved", approved=False))
    assert seen(now) == ["Outside"]


def test_times_open_and_close_it(make, publish, now):
    article = make()
    publish(article, publish_at=now + HOUR, unpublish_at=now + 3 * HOUR)
    assert [bool(seen(now + n * HOUR)) for n in range(4)] == [False, True, True, False]
    assert next_change(now) == now + HOUR
    assert next_change(now + HOUR) == now + 3 * HOUR
    assert next_change(now + 3 * HOUR) is None
    article.refresh_from_db()
    assert article.published_at == now + HOUR


def test_an_end_before_its_beginning_is_refused(make, publish, now):
    article = make()
    with pytest.raises(ValidationError, match="end before"):
        publish(article, publish_at=now + HOUR, unpublish_at=now)
    article.refresh_from_db()
    assert (article.is_public, article.publish_at) == (False, None)


def test_withdrawing_archiving_and_back(cast, make, publish, now):
    article = make()
    publish(article)
    withdraw(actor=cast["lead"], article=article, reason="Wrong", now=now)
    assert seen(now) == []
    restore(actor=cast["lead"], article=article, now=now)
    assert seen(now) == ["Mail ballots"]
    archive(actor=cast["lead"], article=article, now=now)
    assert (seen(now), citable(words="mail ballots")) == ([], [])
    take_from_archive(actor=cast["lead"], article=article, now=now)
    assert seen(now) == ["Mail ballots"]


def test_words_that_need_a_person_cannot_be_public(cast, make, publish, now):
    article = make("Mail", Words("en", "Dear {{ person.first_name }},\n\nask {{ agent.name }}."))
    before = read_stamp().number
    with pytest.raises(ValidationError) as refused:
        publish(article)
    assert "person.first_name” is different for each reader (line 1, character 6)" in str(refused.value)
    assert "agent.name” is different for each reader (line 3, character 5)" in str(refused.value)
    assert (seen(now), read_stamp().number) == ([], before)
    version = revise(
        actor=cast["lead"],
        article=article,
        title="Mail",
        texts=[Words("en", 'Dear {{ person.first_name | default: "friend" }}')],
        now=now,
    )
    approve(actor=cast["administrator"], article=article, version=version, now=now)
    publish(article)
    assert public_text(article, "en", "", now).html == "<p>Dear friend</p>"


def test_what_is_public_cannot_be_approved_into_words_that_need_a_person(cast, make, publish, now):
    article = make()
    publish(article)
    texts = [Words("en", "Dear {{ person.city }}")]
    version = revise(actor=cast["lead"], article=article, title="Mail ballots", texts=texts, now=now)
    with pytest.raises(ValidationError, match=r"person\.city"):
        approve(actor=cast["administrator"], article=article, version=version, now=now)
    article.refresh_from_db()
    assert article.approved_version.number == 1


def test_the_words_are_safe_and_rich(make, publish, now):
    body = "## When\n\n**Mail** it <script>alert(1)</script> by [the law](https://sos.example.gov/a?b=1&c=2).\n\n"
    body += "- one\n- two"
    article = make("Mail", Words("en", body, steps=("Sign it", "Mail it **today**")))
    publish(article)
    text = public_text(article, "en", "", now)
    assert text.html == (
        "<h2>When</h2><p><strong>Mail</strong> it &lt;script&gt;alert(1)&lt;/script&gt; by "
        '<a href="https://sos.example.gov/a?b=1&amp;c=2" rel="noopener noreferrer">the law</a>.</p>'
        "<ul><li>one</li><li>two</li></ul>"
    )
    assert text.steps == ("Sign it", "Mail it <strong>today</strong>")


def test_the_state_then_the_language(make, publish, now):
    words = [Words("en", "All"), Words("es", "Todos"), Words("en", "Ohio", "OH")]
    article = make("Mail", *words)
    publish(article)

    def said(language: str, state: str) -> str:
        return public_text(article, language, state, now).html

    assert said("en", "") == said("en", "IA") == "<p>All</p>"
    assert said("es", "IA") == "<p>Todos</p>"
    assert said("es", "OH") == said("en", "OH") == "<p>Ohio</p>"
    assert languages_of(article) == ["en", "es"]


def test_one_states_words_are_withdrawn_alone(cast, make, publish, now, monkeypatch):
    article = make("Mail", Words("en", "All"), Words("en", "Ohio", "OH"))
    publish(article)
    heard: list[object] = []
    monkeypatch.setattr(bus, "announce", heard.append)
    number = read_stamp().number
    withdraw_state(actor=cast["lead"], article=article, state_code="OH", reason="A court order", now=now)
    assert read_stamp().number == number + 1
    assert public_text(article, "en", "OH", now) is None
    assert text_for(article, language="en", state_code="OH") is None
    assert text_for(article.approved_version, language="en", state_code="OH") is None
    assert [one.text.body for one in citable(words="mail", state_code="OH")] == []
    assert public_text(article, "en", "IA", now).html == "<p>All</p>"
    assert heard == [
        ArticleChanged(article.pk, article.uid, article.slug),
        ArticleWithdrawn(article.pk, "OH", article.uid, article.slug),
    ]
    restore_state(actor=cast["lead"], article=article, state_code="OH", now=now)
    assert public_text(article, "en", "OH", now).html == "<p>Ohio</p>"


def test_a_state_speaks_again_with_other_words_alone(cast, make, now):
    article = make("Mail", Words("en", "All"), Words("en", "Ohio", "OH"))
    withdraw_state(actor=cast["lead"], article=article, state_code="OH", reason="Wrong", now=now)
    for body, expected in (("Ohio", None), ("Ohio, mended", "Ohio, mended")):
        texts = [Words("en", "All, too"), Words("en", body, "OH")]
        version = revise(actor=cast["lead"], article=article, title="Mail", texts=texts, now=now)
        approve(actor=cast["administrator"], article=article, version=version, now=now)
        found = text_for(article, language="en", state_code="OH")
        assert (found.body if found else None) == expected


def test_old_addresses_lead_on(cast, make, publish, now):
    article = make("Mail")
    publish(article)
    rename(actor=cast["lead"], article=article, slug="Voting by Mail", now=now)
    assert find_public("mail", now) == (article, True)
    assert find_public("voting-by-mail", now) == (article, False)
    rename(actor=cast["lead"], article=article, slug="mail", now=now)
    assert find_public("mail", now) == (article, False)
    assert make("Voting by mail").slug != "voting-by-mail"
    assert find_public("nothing", now)[0] is None


def test_there_is_one_first_question(make, publish):
    one, other = make("One"), make("Other")
    publish(one, is_first=True)
    publish(other, is_first=True)
    assert [article.title for article in Article.objects.filter(is_first=True)] == ["Other"]


def test_the_public_is_told_once_published_then_changed(cast, make, publish, now, monkeypatch):
    article = make()
    heard: list[object] = []
    monkeypatch.setattr(bus, "announce", heard.append)
    publish(article)
    publish(article, pinned_until=now + HOUR)
    publish(article, is_public=False)
    publish(article, is_public=False)
    ids = (article.pk, article.uid, article.slug)
    assert heard == [ArticlePublished(*ids), ArticleChanged(*ids), ArticleChanged(*ids)]


def test_who_may_not_approve_puts_nothing_before_the_public(cast, make, now):
    article = make()
    for name in ("volunteer", "other_lead"):
        with pytest.raises(PermissionDenied):
            set_publication(actor=cast[name], article=article, publication=Publication(is_public=True), now=now)
    assert (seen(now), read_stamp().number) == ([], 0)


def test_a_translation_knows_that_it_is_behind(cast, make, now):
    article = make("Mail", Words("en", "One"), Words("es", "Uno"))

    def revised(*texts: Words) -> bool:
        version = revise(actor=cast["lead"], article=article, title="Mail", texts=texts, now=now)
        return ArticleText.objects.get(version=version, language="es").is_behind

    assert revised(Words("en", "One"), Words("es", "Uno")) is False
    assert revised(Words("en", "Two"), Words("es", "Uno")) is True
    assert revised(Words("en", "Two"), Words("es", "Uno")) is True
    assert revised(Words("en", "Two"), Words("es", "Uno", still_holds=True)) is False
    assert revised(Words("en", "Three"), Words("es", "Tres")) is False


def test_a_day_without_polls_known_ends_with_the_day(make, now):
    article = make()
    Article.objects.filter(pk=article.pk).update(is_public=True, election=date(2028, 10, 20))
    assert seen(now) == ["Mail ballots"]
    assert seen(now + 24 * HOUR) == []
    midnight = datetime(2028, 10, 21, tzinfo=UTC)
    assert next_change(now) == next_change(midnight - HOUR) == midnight
    assert next_change(midnight) is None


def test_a_catalogue_ends_it_at_that_midnight(make):
    article = make()
    Article.objects.filter(pk=article.pk).update(is_public=True, election=date(2028, 10, 20))
    midnight = datetime(2028, 10, 21, tzinfo=UTC)
    catalogue.forget()
    for language, state in (("en", ""), ("es", ""), ("en", "OH")):
        shown = [list(catalogue.catalogue(language, state, at).entries) for at in (midnight - MINUTE, midnight)]
        assert shown == [[article.pk], []]
        catalogue.forget()
