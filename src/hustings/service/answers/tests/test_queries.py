"""What may be cited, in which words, and who sees what."""

from datetime import date, timedelta

import pytest

from hustings.service.answers.actions import Words, revise, withdraw
from hustings.service.answers.models import Article
from hustings.service.answers.queries import Wish, citable, listed, overdue_count, text_for, visible_to

TODAY = date(2028, 10, 20)


def bodies(**wish) -> list[str]:
    return [suggestion.text.body for suggestion in citable(**{"words": "", "language": "en", "state_code": ""} | wish)]


@pytest.fixture
def shelf(make):
    return {
        "ballot": make(
            "Ballot asked for but not received",
            Words("en", "Your county mails the ballot. Ask the county to look for it."),
            Words("en", "In Ohio you may vote in person with a provisional ballot.", "OH"),
            Words("es", "Su condado envía la boleta.", title="Boleta pedida y no recibida"),
        ),
        "polls": make("Where do I vote", Words("en", "Your polling place is set by your county.")),
        "iowa": make("Registering in Iowa", Words("en", "You may register at the polls.", "IA")),
        "draft": make("Ballot drafts", Words("en", "Not yet said about a ballot."), approved=False),
    }


@pytest.mark.parametrize(
    ("language", "state", "begins"),
    [
        ("en", "", "Your county mails"),
        ("en", "OH", "In Ohio"),
        ("en", "IA", "Your county mails"),
        ("es", "", "Su condado"),
        ("es", "IA", "Su condado"),
        # A state's own rule stands before the language: the general words would be wrong there.
        ("es", "OH", "In Ohio"),
        ("fr", "", "Your county mails"),
    ],
)
def test_the_words_for_a_language_and_state(shelf, language, state, begins):
    article = shelf["ballot"]
    for of in (article, article.versions.get()):
        assert text_for(of, language=language, state_code=state).body.startswith(begins)


def test_an_article_of_other_states_has_no_words_here(shelf):
    assert text_for(shelf["iowa"], language="en", state_code="OH") is None
    assert text_for(shelf["iowa"], language="en", state_code="IA") is not None


def test_only_what_is_approved_has_words(shelf, cast, now):
    assert text_for(shelf["draft"], language="en") is None
    withdraw(actor=cast["lead"], article=shelf["ballot"], reason="Wrong", now=now)
    assert text_for(shelf["ballot"], language="en") is None


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("ballot", "ballot"),
        ("ballots received", "ballot"),
        ("polling plac", "polls"),
        ("Wher do I vot", "polls"),
        ("Dear Sir, I asked the county for my ballot on 2 October and it has not come. " * 5, "ballot"),
    ],
)
def test_the_best_fit_comes_first(shelf, words, first):
    assert citable(words=words, language="en", state_code="")[0].article == shelf[first]


def test_a_spanish_letter_finds_the_spanish_words(shelf):
    (suggestion,) = citable(words="No he recibido la boleta de mi condado", language="es", state_code="")[:1]
    assert (suggestion.article, suggestion.text.language) == (shelf["ballot"], "es")


def test_nothing_that_is_not_approved_or_not_for_this_state_is_cited(shelf, cast, now):
    titles = {
        suggestion.article.title
        for suggestion in citable(words="ballot vote register polls", language="en", state_code="OH")
    }
    assert titles == {"Ballot asked for but not received", "Where do I vote"}
    withdraw(actor=cast["lead"], article=shelf["ballot"], reason="Wrong", now=now)
    revise(actor=cast["lead"], article=shelf["polls"], title="Ballot", texts=[Words("en", "ballot")], now=now)
    assert bodies(words="ballot") == []
    assert bodies() == ["Your polling place is set by your county."]


@pytest.mark.parametrize("words", ["", " ", "!!!", "' | & <-> :*", "\x00", "the of and", "ñ", "a" * 5000])
def test_any_words_are_an_answerable_question(shelf, words):
    assert isinstance(citable(words=words.replace("\x00", ""), language="en", state_code=""), list)


@pytest.mark.parametrize("count", [1, 4])
def test_the_questions_do_not_grow_with_the_shelf(make, count, django_assert_num_queries):
    for number in range(count):
        make(f"Ballot {number}")
    with django_assert_num_queries(5):
        assert len(citable(words="ballot", language="en", state_code="OH")) == count


def titles(user, **wish) -> list[str]:
    return [article.title for article in listed(user, Wish.of(wish), TODAY)]


def test_who_sees_what(shelf, cast, teams, now):
    withdraw(actor=cast["lead"], article=shelf["iowa"], reason="Wrong", now=now)
    approved = {"Ballot asked for but not received", "Where do I vote"}
    assert set(titles(cast["volunteer"])) == approved
    assert set(titles(cast["other_lead"])) == approved
    assert set(titles(cast["lead"])) == {article.title for article in shelf.values()}
    assert set(titles(cast["administrator"])) == {article.title for article in shelf.values()}
    cast["lead"].is_active = False
    assert not visible_to(cast["lead"]).exists()


def test_the_list_begins_with_what_is_overdue(make, cast):
    for title, days in (("later", 30), ("late", -1), ("latest", -30), ("soon", 1)):
        make(title, check_by=TODAY + timedelta(days=days))
    make("draft", approved=False, check_by=TODAY - timedelta(days=90))
    make("never")
    assert titles(cast["lead"]) == ["latest", "late", "draft", "soon", "later", "never"]
    assert titles(cast["lead"], sort="title") == ["draft", "late", "later", "latest", "never", "soon"]
    assert titles(cast["lead"], state="overdue") == ["latest", "late"]
    assert titles(cast["volunteer"], state="overdue") == ["latest", "late"]
    assert (overdue_count(cast["lead"], TODAY), overdue_count(cast["volunteer"], TODAY)) == (2, 0)


def test_the_list_is_filtered(shelf, cast, now):
    Article.objects.filter(pk=shelf["polls"].pk).update(topic="Polling place", owner=cast["volunteer"])
    revise(actor=cast["lead"], article=shelf["ballot"], title="B", texts=[Words("en", "b")], now=now)
    lead = cast["lead"]
    assert titles(lead, state="waiting") == ["Ballot asked for but not received", "Ballot drafts"]
    assert titles(lead, state="draft") == ["Ballot drafts"]
    assert titles(lead, topic="Polling place") == ["Where do I vote"]
    assert titles(lead, owner=str(cast["volunteer"].uid)) == ["Where do I vote"]
    assert titles(lead, q="boleta") == ["Ballot asked for but not received"]
    assert titles(lead, q="poling place") == ["Where do I vote"]
    assert titles(lead, q="zzzz") == []
    assert len(titles(lead, owner="nonsense", state="nonsense", sort="nonsense")) == 4


def test_searching_tells_nobody_of_words_they_may_not_read(make, cast, now):
    article = make("Mail")
    revise(actor=cast["lead"], article=article, title="Mail", texts=[Words("en", "The embargoed number")], now=now)
    assert titles(cast["lead"], q="embargoed") == ["Mail"]
    assert titles(cast["volunteer"], q="embargoed") == []
    assert titles(cast["other_lead"], q="embargoed") == []
