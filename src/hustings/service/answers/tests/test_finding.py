"""Search as readers meet it: spelling, words of the same meaning, languages, states, and at once what is published."""

from datetime import timedelta
from threading import Thread

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from hustings.constituents.insight.models import Standing
from hustings.constituents.insight.queries.standings import forget as forget_standings
from hustings.service.answers.actions import Words, withdraw
from hustings.service.answers.actions.noting import bump
from hustings.service.answers.actions.synonyms import set_synonyms
from hustings.service.answers.models import Article, Synonym
from hustings.service.answers.public import catalogue, finding, lexicon
from hustings.service.answers.public.finding import Found, find
from hustings.service.answers.public.words import refresh_words, write_words
from hustings.service.answers.queries.synonyms import sets_of


@pytest.fixture(autouse=True)
def fresh(db):
    for forget in (catalogue.forget, lexicon.forget, forget_standings):
        forget()
    yield
    for forget in (catalogue.forget, lexicon.forget, forget_standings):
        forget()


@pytest.fixture
def public(make):
    def made(slug: str, title: str, *texts: Words, **fields: object) -> Article:
        article = make(title, *texts)
        Article.objects.filter(pk=article.pk).update(slug=slug, is_public=True, **fields)
        bump()
        article.refresh_from_db()
        return article

    return made


@pytest.fixture
def look(now):
    def looked(typed: str, language: str = "en", state: str = "", at=None) -> Found:
        at = at or now
        return find(typed, language=language, kept=catalogue.catalogue(language, state, at))

    return looked


def slugs(found: Found) -> list[str]:
    return [entry.slug for entry in found.entries]


def test_stems_beginnings_and_the_better_fit_first(public, look):
    public("mail", "How do I mail my ballot?", Words("en", "Sign it."))
    public("track", "Can I track it?", Words("en", "Yes: mailed ballots are tracked by the county."))
    public("rally", "Where is the rally?", Words("en", "By the hall."))
    write_words()
    assert slugs(look("mailing ballots")) == ["mail", "track"]
    assert slugs(look("trac")) == ["track"]
    assert slugs(look("the")) == []
    assert look("   ") == Found()
    assert slugs(look("rally ballots")) == ["rally", "mail", "track"]
    assert look("rally ballots").loose


def test_spelling_goes_by_what_the_answers_say(public, look):
    public("where", "Where is my polling place?", Words("en", "Each place is listed. Find your place."))
    public("kind", "Please be kind", Words("en", "Please."))
    public("place", "Is a place open late?", Words("en", "No place is."))
    write_words()
    found = look("poling plase")
    assert (slugs(found)[0], found.put_right, found.words) == (
        "where",
        {"poling": "polling", "plase": "place"},
        "polling place",
    )
    assert look("wheree is").put_right == {"wheree": "where"}
    assert slugs(look("zeppelin")) == []


def test_an_accent_left_out_is_no_slip(public, look):
    words = Words("es", "Aquí está la votación anticipada.", title="¿Dónde es la votación?")
    public("early", "Where is early voting?", Words("en", "At the hall."), words)
    write_words()
    found = look("votacion", "es")
    assert (slugs(found), found.put_right) == (["early"], {})
    assert slugs(look("early voting", "es")) == ["early"]  # English words too
    assert slugs(look("votaciones", "es")) == ["early"]


def test_each_state_searches_its_own_words_and_everyones(public, look):
    words = [Words("en", "Ask the county."), Words("en", "Ask the zoning board.", "OH")]
    public("mail", "How do I mail my ballot?", *words)
    assert slugs(look("zoning")) == slugs(look("zoning", state="OH")) == ["mail"]
    assert slugs(look("zoning", state="IA")) == []


def test_what_is_published_or_withdrawn_is_found_or_not_at_once(public, look, cast, now):
    article = public("mail", "How do I mail my ballot?")
    assert slugs(look("ballot")) == ["mail"]
    public("late", "Is my ballot late?")
    assert sorted(slugs(look("ballot"))) == ["late", "mail"]
    withdraw(actor=cast["administrator"], article=article, reason="Wrong", now=now)
    assert slugs(look("ballot")) == ["late"]


def test_what_ends_by_time_alone_is_not_found_after_it(public, look, now):
    public("mail", "How do I mail my ballot?", unpublish_at=now + timedelta(hours=1))
    assert slugs(look("ballot")) == ["mail"]
    assert slugs(look("ballot", at=now + timedelta(hours=2))) == []


def test_of_much_the_same_fit_what_solves_more_comes_first(public, look):
    public("one", "Ballot by mail")
    two = public("two", "Ballot by mail")
    Standing.objects.create(subject=str(two.uid), score=500.0)
    forget_standings()
    assert slugs(look("ballot")) == ["two", "one"]


def test_words_are_those_that_may_be_shown(public, cast, now):
    article = public("mail", "How do I mail my ballot?", Words("en", "Ask the clerk."))
    public("later", "Is the zeppelin late?", publish_at=now + timedelta(days=9))
    write_words(now)
    known = lexicon.lexicon("en").vocabulary
    assert "clerk" in known
    assert "zeppelin" not in known
    withdraw(actor=cast["administrator"], article=article, reason="Wrong", now=now)
    assert refresh_words() is False
    lexicon.forget()
    assert "clerk" not in lexicon.lexicon("en").vocabulary


def test_a_vowel_that_is_a_mark_ends_no_word(public, look):
    """Hindi as its writers type it; and an accent as a sign of its own, in what is typed or in what was written."""
    public("vote", "How do I vote?", Words("hi", "हर काउंटी में", title="मैं वोट कैसे करूँ?"))
    public("other", "Where?", Words("hi", "वह नहीं", title="कहाँ?"))
    public("early", "Early", Words("es", "Aqui\u0301.", title="La votacio\u0301n anticipada"))
    write_words()
    assert lexicon.tokens_of("मैं वोट कैसे करूँ? cafe\u0301s") == ["मैं", "वोट", "कैसे", "करूँ", "cafés"]
    assert "करूँ" in lexicon.lexicon("hi").vocabulary
    for typed in ("वोट", "कैसे करूँ"):
        assert (slugs(look(typed, "hi")), look(typed, "hi").put_right) == (["vote"], {})
    for typed in ("votación", "votacio\u0301n", "aquí"):
        assert (slugs(look(typed, "es")), look(typed, "es").put_right) == (["early"], {})


def test_while_one_reads_the_words_anew_the_others_go_on(public, monkeypatch):
    public("mail", "How do I mail my ballot?")
    write_words()
    before = lexicon.lexicon("en")
    monkeypatch.setattr(lexicon, "KEPT_SECONDS", -1.0)  # from now on it is always time to ask
    public("clerk", "Ask the clerk")
    write_words()
    load, meanwhile = lexicon._load, []

    def slow(language: str, written: lexicon.Writing, before: lexicon.Lexicon | None) -> lexicon.Lexicon:
        thread = Thread(target=lambda: meanwhile.append(lexicon.lexicon("en")))
        thread.start()
        thread.join(10)
        return load(language, written, before)

    monkeypatch.setattr(lexicon, "_load", slow)
    assert "clerk" in lexicon.lexicon("en").vocabulary
    assert meanwhile == [before]


# ---- words of the same meaning ----------------------------------------------------------------------------------


def test_synonyms_are_found_by_the_next_search(public, look, cast, now):
    public("mail", "How do I mail my ballot?")
    assert slugs(look("absentee ballots")) == ["mail"]
    assert look("absentee ballots").loose
    set_synonyms(
        actor=cast["lead"], language="en", sets=[["Mail ballot", " absentee  ballot ", "mail ballot"]], now=now
    )
    found = look("absentee ballots")
    assert (slugs(found), found.loose, found.meant) == (["mail"], False, ["mail ballot"])
    assert sets_of("en")[0] == [["mail ballot", "absentee ballot"]]


def test_the_longest_saying_counts_and_all_sets_it_is_in(public, look, cast, now):
    public("drop", "Where is a drop box?")
    public("van", "Is there a van?")
    public("box", "A box of signs")
    sets = [["box", "carton"], ["ballot boxes", "drop box"], ["ballot box", "van"]]
    set_synonyms(actor=cast["lead"], language="en", sets=sets, now=now)
    found = look("ballot box")
    assert (sorted(slugs(found)), found.meant, found.loose) == (["drop", "van"], ["drop box", "van"], False)


def test_five_hundred_sets_are_stemmed_once_and_not_at_each_search(
    public, look, django_assert_num_queries, monkeypatch
):
    public("mail", "How do I mail my ballot?")
    sets = [[f"saying{n}s of word{n}", f"other{n}"] for n in range(499)] + [["absentee ballots", "mail ballot"]]
    Synonym.objects.bulk_create(Synonym(language="en", words=words) for words in sets)
    bump()
    asked: list[str] = []
    stems_of_all = lexicon.stems_of_all
    monkeypatch.setattr(
        lexicon, "stems_of_all", lambda words, language: asked.extend(words) or stems_of_all(words, language)
    )
    monkeypatch.setattr(finding, "stems_of_all", lexicon.stems_of_all)
    assert slugs(look("absentee ballot")) == ["mail"]
    asked.clear()
    with django_assert_num_queries(1):  # the stamp
        assert slugs(look("absentee ballot")) == ["mail"]
    assert len(asked) <= 8  # what was typed, and what that brought in


@pytest.mark.parametrize(
    ("sets", "told"),
    [
        ([["ballot"]], "Line 1: write two sayings"),
        ([["mail", "post"], ["a", "!!"]], "Line 2: a saying is of letters"),
        ([["x" * 81, "y"]], "Line 1: a saying is of letters, and at most 80"),
        ([["a", "b"]] * 501, "At most 500 lines"),
    ],
)
def test_bad_sets_are_refused_whole(sets, told, cast, now):
    Synonym.objects.create(language="en", words=["mail", "post"])
    with pytest.raises(ValidationError, match=told):
        set_synonyms(actor=cast["lead"], language="en", sets=sets, now=now)
    assert sets_of("en")[0] == [["mail", "post"]]


def test_another_writer_is_not_overwritten(cast, now):
    _sets, seen = sets_of("es")
    set_synonyms(actor=cast["lead"], language="es", sets=[["boleta", "papeleta"]], seen=seen, now=now)
    with pytest.raises(ValidationError) as refused:
        set_synonyms(actor=cast["lead"], language="es", sets=[], seen=seen, now=now)
    assert refused.value.code == "stale"
    assert sets_of("es")[0] == [["boleta", "papeleta"]]
    with pytest.raises(PermissionDenied):
        set_synonyms(actor=cast["volunteer"], language="es", sets=[], now=now)


def test_the_page_of_synonyms(cast):
    client = Client()
    client.force_login(cast["volunteer"])
    assert client.get("/answers/synonyms/").status_code == 403
    client.force_login(cast["administrator"])
    told = {"sets": "mail ballot, absentee ballot\n\nballot, vote", "seen": "0"}
    answer = client.post("/answers/synonyms/?language=es", told)
    assert (answer.status_code, answer["Location"]) == (302, "/answers/synonyms/?language=es")
    assert sets_of("es")[0] == [["mail ballot", "absentee ballot"], ["ballot", "vote"]]
    assert "mail ballot, absentee ballot\nballot, vote" in client.get("/answers/synonyms/?language=es").content.decode()
    stale = client.post("/answers/synonyms/?language=es", {"sets": "rally, meeting", "seen": "0"})
    page, newest = stale.content.decode(), sets_of("es")[1]
    assert (stale.status_code, f'name="seen" value="{newest}"' in page) == (422, True)
    assert "Somebody wrote others while you did" in page
    assert "rally, meeting" in page
    assert '<pre class="raw">mail ballot, absentee ballot\nballot, vote</pre>' in page
    again = client.post("/answers/synonyms/?language=es", {"sets": "rally, meeting", "seen": str(newest)})
    assert (again.status_code, sets_of("es")[0]) == (302, [["rally", "meeting"]])
    refused = client.post("/answers/synonyms/?language=es", {"sets": "one", "seen": str(sets_of("es")[1])})
    assert (refused.status_code, "Line 1: write two sayings" in refused.content.decode()) == (422, True)
