"""Answers on voting: an official source, voter protection's word, an end, and no machine's words unread."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from hustings.foundation.access.actions import make_user
from hustings.foundation.access.models import AuditEntry, User
from hustings.service.answers.actions import Cited, Words, approve, revise
from hustings.service.answers.actions.publishing import Publication, set_publication
from hustings.service.answers.actions.voting import (
    approve_voting_words,
    load_sample_hours,
    set_poll_closing,
    sign_off,
)
from hustings.service.answers.models import Article, ArticleText, PollClosing, VotingApproval
from hustings.service.answers.poll_hours import SAMPLE
from hustings.service.answers.public.catalogue import read_stamp
from hustings.service.answers.queries import citable, text_for
from hustings.service.answers.queries.public import next_change, public_articles, public_text
from hustings.service.answers.queries.standing import standings

ELECTION = date(2028, 11, 7)
NOW = datetime(2028, 10, 20, 12, tzinfo=UTC)
OFFICIAL = Cited("Secretary of State", "https://sos.example.gov/", NOW - timedelta(days=1), official=True)
WORDS = (Words("en", "Everyone"), Words("en", "Ohio", "OH"), Words("en", "Iowa", "IA"))


@pytest.fixture
def protection(cast) -> dict[str, User]:
    def made(name: str, states: list[str]) -> User:
        email = f"{name.lower()}@adair.example.org"
        user = make_user(actor=None, email=email, name=name, role="voter-protection", teams=[], now=NOW)
        user.states = states
        user.save()
        return user

    return {"OH": made("Opal", ["OH"]), "": made("Nat", [])}


@pytest.fixture
def voting(cast, make) -> Article:
    article = make("Mail ballots", *WORDS, kind="voting", sources=[OFFICIAL])
    load_sample_hours(actor=None, election=ELECTION, now=NOW)
    return article


def publish(cast, article: Article, **more: object) -> None:
    publication = Publication(is_public=True, kind="voting", **{"election": ELECTION, **more})
    set_publication(actor=cast["administrator"], article=article, publication=publication, now=NOW)


def said(article: Article, state: str, at: datetime = NOW, language: str = "en") -> str | None:
    article.refresh_from_db()
    found = public_text(article, language, state, at)
    return found.html if found else None


def protect(user: User, article: Article, *codes: str) -> int:
    return approve_voting_words(
        actor=user, article=article, version=article.versions.last(), state_codes=codes, now=NOW
    )


def test_nothing_is_said_before_voter_protection_approved(cast, voting, protection):
    with pytest.raises(ValidationError, match="Voter protection has not approved"):
        publish(cast, voting)
    assert text_for(voting, language="en", state_code="OH") is None
    assert citable(words="mail ballots", state_code="OH") == []
    protect(protection["OH"], voting, "OH")
    publish(cast, voting)
    assert [said(voting, code) for code in ("OH", "IA", "NY", "")] == ["<p>Ohio</p>", None, None, None]
    assert text_for(voting, language="en", state_code="OH").body == "Ohio"
    protect(protection[""], voting, "")
    assert [said(voting, code) for code in ("OH", "IA", "NY", "")] == [
        "<p>Ohio</p>",
        None,  # Iowa has words of its own that nobody approved: everyone's might be wrong there
        "<p>Everyone</p>",
        "<p>Everyone</p>",
    ]


def test_each_state_is_its_own_peoples(cast, voting, protection):
    before = read_stamp().number
    for user, codes in (
        (protection["OH"], ("IA",)),
        (protection["OH"], ("",)),
        (protection["OH"], ("OH", "IA")),
        (cast["administrator"], ("OH",)),
        (cast["lead"], ("OH",)),
        (cast["volunteer"], ("OH",)),
    ):
        with pytest.raises(PermissionDenied):
            protect(user, voting, *codes)
    assert (VotingApproval.objects.count(), read_stamp().number) == (0, before)


def test_an_official_source_is_needed(cast, make, protection):
    blog = Cited("A blog", "https://blog.example.org/", NOW)
    article = make("Mail ballots", *WORDS, kind="voting", sources=[blog])
    with pytest.raises(ValidationError, match="No official source is cited for: Ohio"):
        protect(protection["OH"], article, "OH")
    with pytest.raises(ValidationError, match=r"No official source.*all states, IA, OH"):
        publish(cast, article, election=None, expires_at=NOW + timedelta(days=1))
    assert VotingApproval.objects.count() == 0


def test_it_must_end(cast, voting, protection):
    protect(protection["OH"], voting, "OH")
    with pytest.raises(ValidationError, match="It would never expire"):
        publish(cast, voting, election=None)
    with pytest.raises(ValidationError, match="No closing time of polls is known"):
        publish(cast, voting, election=date(2030, 11, 5))
    voting.refresh_from_db()
    assert voting.is_public is False


def test_it_ends_in_each_state_when_its_polls_close(cast, voting, protection):
    protect(protection[""], voting, "", "OH", "IA")
    publish(cast, voting)
    ohio = datetime(2028, 11, 8, 0, 30, tzinfo=UTC)  # 19:30 in Columbus
    iowa = datetime(2028, 11, 8, 2, 0, tzinfo=UTC)  # 20:00 in Des Moines
    second = timedelta(seconds=1)
    assert [said(voting, "OH", at) for at in (ohio - second, ohio)] == ["<p>Ohio</p>", None]
    assert [said(voting, "IA", at) for at in (iowa - second, iowa)] == ["<p>Iowa</p>", None]
    assert next_change(NOW) == ohio
    assert public_text(voting, "en", "OH", NOW).expires_at == ohio
    assert said(voting, "", iowa - second) == "<p>Everyone</p>"
    assert public_articles(iowa).count() == 0


def test_a_states_own_deadline_ends_its_words(cast, make, protection):
    end = NOW + timedelta(days=3)
    article = make("Register", Words("en", "Ohio", "OH", expires_at=end), kind="voting", sources=[OFFICIAL])
    protect(protection["OH"], article, "OH")
    publish(cast, article, election=None)
    assert [said(article, "OH", at) for at in (end - timedelta(seconds=1), end)] == ["<p>Ohio</p>", None]


def test_a_machines_words_wait_for_a_person(cast, make, protection):
    article = make(
        "Mail",
        Words("en", "Ohio", "OH"),
        Words("es", "Ohio, traducido", "OH", made_by_machine=True),
        kind="voting",
        sources=[OFFICIAL],
    )
    load_sample_hours(actor=None, election=ELECTION, now=NOW)
    protect(protection["OH"], article, "OH")
    publish(cast, article)
    assert said(article, "OH", language="es") == "<p>Ohio</p>"
    text = ArticleText.objects.get(language="es")
    with pytest.raises(PermissionDenied):
        sign_off(actor=cast["volunteer"], text=text, now=NOW)
    assert said(article, "OH", language="es") == "<p>Ohio</p>"
    sign_off(actor=protection["OH"], text=text, now=NOW)
    assert said(article, "OH", language="es") == "<p>Ohio, traducido</p>"


def test_what_nobody_touched_keeps_its_approval(cast, voting, protection):
    protect(protection[""], voting, "", "OH", "IA")
    texts = [WORDS[0], WORDS[1], Words("en", "Iowa, mended", "IA")]
    version = revise(actor=cast["lead"], article=voting, title="Mail ballots", texts=texts, now=NOW)
    kept = VotingApproval.objects.filter(version=version).order_by("state_code")
    assert [(one.state_code, one.by, one.carried) for one in kept] == [
        ("", protection[""], True),
        ("OH", protection[""], True),
    ]
    other = [Cited("Another", "https://other.example.gov/", NOW, official=True)]
    version = revise(actor=cast["lead"], article=voting, title="Mail ballots", texts=texts, sources=other, now=NOW)
    assert VotingApproval.objects.filter(version=version).count() == 0
    approve(actor=cast["administrator"], article=voting, version=version, now=NOW)
    assert text_for(voting, language="en", state_code="OH") is None


def test_what_each_state_lacks(cast, voting, protection):
    protect(protection["OH"], voting, "OH")
    found = {one.code: one for one in standings(voting, voting.versions.get(), NOW)}
    assert list(found) == ["", "IA", "OH"]
    assert (found["OH"].lacks, found["IA"].lacks) == (["deadline"], ["approval", "deadline"])
    publish(cast, voting)
    found = {one.code: one for one in standings(voting, voting.versions.get(), NOW)}
    assert (found["OH"].lacks, found["OH"].ends_at) == ([], datetime(2028, 11, 8, 0, 30, tzinfo=UTC))


def test_hours_are_a_sample_until_somebody_sets_them(cast, protection):
    assert load_sample_hours(actor=cast["administrator"], election=ELECTION, now=NOW) == 2  # the states of this test
    row = PollClosing.objects.get(state_id="OH")
    assert (row.is_sample, row.closes_at) == (True, datetime(2028, 11, 8, 0, 30, tzinfo=UTC))
    given = {"state_code": "OH", "election": ELECTION, "closes": time(20, 0), "zone": "America/New_York", "now": NOW}
    for who in (cast["lead"], cast["volunteer"]):
        with pytest.raises(PermissionDenied):
            set_poll_closing(actor=who, **given)
    with pytest.raises(ValidationError):
        set_poll_closing(actor=protection["OH"], **given | {"zone": "Mars/Olympus"})
    row.refresh_from_db()
    assert row.is_sample
    set_poll_closing(actor=protection["OH"], **given)
    row.refresh_from_db()
    assert (row.is_sample, row.closes_at) == (False, datetime(2028, 11, 8, 1, 0, tzinfo=UTC))
    notes = AuditEntry.objects.filter(action__in=("article.polls", "article.sample_polls")).order_by("at", "pk")
    assert [(note.action, note.actor_id, note.detail) for note in notes] == [
        ("article.sample_polls", cast["administrator"].pk, {"election": "2028-11-07", "states": 2}),
        (
            "article.polls",
            protection["OH"].pk,
            {
                "election": "2028-11-07",
                "state": "OH",
                "closes": "20:00 America/New_York",
                "was": "19:30 America/New_York",
            },
        ),
    ]
    assert load_sample_hours(actor=cast["administrator"], election=ELECTION, now=NOW) == 0


def test_there_are_sample_hours_for_every_state():
    assert len(SAMPLE) == 51
