"""Approved language, replies, notes and the roster of the sample."""

import re
from random import Random

import pytest

from hustings.project.demo.approved_language import ARTICLES, BY_KEY
from hustings.project.demo.generator import letters
from hustings.project.demo.generator.composing import matters
from hustings.project.demo.generator.featured import featured_letters
from hustings.project.demo.generator.places import STATES
from hustings.project.demo.generator.replies import note_about, reply_to
from hustings.project.demo.generator.roster import MAILBOXES, QUEUES, RULES, SAMPLE_SIGN_INS, TEAMS, USERS

FIELDS = {"person.first_name", "person.state_name", "person.city", "agent.first_name"}
VOTING = {"polling_place", "mail_ballot", "voter_id", "registration", "voting_access"}


@pytest.fixture(scope="module")
def inquiries():
    return [letter for letter in letters(count=2000, seed=1) if letter.kind == "inquiry"]


def all_texts(article):
    return [*article.texts.values(), *(text for by in article.state_texts.values() for text in by.values())]


def test_there_are_forty_articles_or_more_in_both_languages():
    assert len(ARTICLES) >= 40
    assert len(BY_KEY) == len(ARTICLES)
    for article in ARTICLES:
        assert set(article.texts) == set(article.titles) == {"en", "es"}
        assert article.check_by_days > 0
        assert article.team in {team.name for team in TEAMS}


def test_articles_use_only_known_fields():
    for article in ARTICLES:
        for text in all_texts(article):
            assert set(re.findall(r"\{\{ ([\w.]+) \}\}", text)) <= FIELDS
            assert "{{ person.first_name }}" in text


def test_whatever_is_said_about_voting_is_marked_as_sample():
    for article in ARTICLES:
        if article.topic in VOTING:
            for text in all_texts(article):
                assert "(sample text)" in text or "(texto de muestra)" in text, article.key


def test_some_articles_have_texts_by_state():
    by_state = [article for article in ARTICLES if article.state_texts]
    assert len(by_state) >= 5
    for article in by_state:
        assert 6 <= len(article.state_texts) <= 10
        assert set(article.state_texts) <= set(STATES)


def test_a_reader_gets_the_text_of_their_state_and_language():
    article = BY_KEY["ballot_not_arrived"]
    assert "In Ohio" in article.text_for("en", "OH")
    assert article.text_for("es", "OH") == article.texts["es"]
    assert article.text_for("en", "VT") == article.texts["en"]
    assert article.text_for("fr") == article.texts["en"]


def test_every_matter_is_answered_by_articles_that_exist():
    keys = {key for language in ("en", "es") for matter in matters(language) for key in matter.articles}
    keys |= {key for featured in featured_letters() for key in featured.draft.articles}
    assert keys <= set(BY_KEY)


def test_a_reply_is_whole_and_repeatable(inquiries):
    for letter in inquiries:
        key, text = reply_to(letter)
        assert (key, text) == reply_to(letter)
        assert key is None or key in letter.articles
        if letter.care != "threat":
            assert letter.first_name in text or letter.care == "child"
        assert "{{" not in text
        assert not re.search(r"\{\w", text)


def test_threats_and_machines_have_no_reply_and_a_crisis_is_answered_by_a_person(inquiries):
    machine = next(letter for letter in letters(count=600, seed=1) if letter.kind == "junk")
    assert reply_to(machine) == (None, "")
    for letter in inquiries:
        if letter.care == "threat":
            assert reply_to(letter) == (None, "")
        if letter.care == "crisis":
            key, text = reply_to(letter)
            assert key is None
            assert "988" in text


def test_later_letters_quote_the_reply_that_was_sent(inquiries):
    by_id = {letter.message_id: letter for letter in inquiries}
    quoting = 0
    for letter in inquiries:
        quoted = re.search(r"Adair for America <help@adair.example.org> wrote:\n> (.+)", letter.raw.decode("latin-1"))
        if quoted and letter.language == "en":
            quoting += reply_to(by_id[letter.in_reply_to])[1].startswith(quoted[1].removesuffix("=").rstrip())
    assert quoting > 50


def test_notes_are_for_some_letters(inquiries):
    notes = [note_about(letter, Random(letter.number)) for letter in inquiries]
    written = [note for note in notes if note]
    assert 0.15 < len(written) / len(notes) < 0.35
    assert all("{" not in note and "[" not in note for note in written)


def test_the_roster_holds_together():
    teams = {team.key for team in TEAMS}
    queues = {queue.key for queue in QUEUES}
    assert {queue.team for queue in QUEUES} == teams
    assert {rule.queue for rule in RULES} | {box.queue for box in MAILBOXES} == queues - {"stories"} | {"stories"}
    assert all(set(user.teams) <= teams for user in USERS)
    assert len({user.email for user in USERS}) == len(USERS) == 25
    assert [user.role for user in USERS[:3]] == ["administrator", "lead", "volunteer"]
    emails = {user.email: user.role for user in USERS}
    assert [emails[email] for _, email in SAMPLE_SIGN_INS] == ["administrator", "lead", "volunteer"]
