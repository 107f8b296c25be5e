"""From draft to approved to withdrawn and back; a refusal changes nothing and tells nobody."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from hustings.foundation.core import bus, live
from hustings.service.answers.actions import Words, approve, make_article, restore, revise, set_care, withdraw
from hustings.service.answers.announcements import ArticleApproved, ArticleWithdrawn
from hustings.service.answers.models import Article, ArticleEvent, ArticleState, ArticleText, ArticleVersion


def snapshot() -> tuple:
    tables = (Article, ArticleVersion, ArticleText, ArticleEvent)
    return tuple(tuple(table.objects.order_by("id").values_list()) for table in tables)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What is announced, in order."""
    heard: list[object] = []
    monkeypatch.setattr(bus, "announce", heard.append)
    return heard


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The live topics published."""
    topics: list[str] = []
    monkeypatch.setattr(
        live, "publish", lambda names, **_more: topics.extend([names] if isinstance(names, str) else names)
    )
    return topics


def test_an_article_begins_as_a_draft(cast, make, told):
    article = make("Mail  ballots", approved=False, topic=" Voting ")
    assert (article.title, article.topic, article.state) == ("Mail ballots", "Voting", ArticleState.DRAFT)
    assert article.owner == cast["lead"]
    version = article.versions.get()
    assert (version.number, version.made_by) == (1, cast["lead"])
    assert told == []
    assert [event.kind for event in ArticleEvent.objects.all()] == ["made"]


def test_two_articles_may_have_one_title(make):
    assert make("Same", approved=False).slug != make("Same", approved=False).slug


@pytest.mark.parametrize(
    ("title", "texts", "field"),
    [
        (" ", [Words("en", "x")], "title"),
        ("T", [], "texts"),
        ("T", [Words("en", "  ")], "texts"),
        ("T", [Words("en", "x"), Words("en", "y")], "texts"),
        ("T", [Words("en", "Dear {{ person.nickname }}")], "texts"),
        ("T", [Words("en", "x", title="{{")], "texts"),
        ("T", [Words("en", "x" * 20_001)], "texts"),
    ],
)
def test_what_cannot_be_said_is_not_kept(cast, teams, now, title, texts, field):
    with pytest.raises(ValidationError) as refused:
        make_article(actor=cast["lead"], title=title, texts=texts, team=teams["Voter help"], now=now)
    assert set(refused.value.error_dict) == {field}
    assert snapshot() == ((), (), (), ())


def test_an_unknown_field_is_refused_with_its_name_and_place(cast, teams, now):
    texts = [Words("es", "Hola\n{{ person.nickname }}", "OH")]
    with pytest.raises(ValidationError) as refused:
        make_article(actor=cast["lead"], title="T", texts=texts, team=teams["Voter help"], now=now)
    (message,) = refused.value.messages
    assert message == "es OH: There is no merge field “person.nickname” (line 2, character 1)."


@pytest.mark.parametrize(("who", "team"), [("volunteer", "Voter help"), ("lead", "Press desk"), ("lead", None)])
def test_who_may_not_make_one_makes_none(cast, teams, now, who, team):
    with pytest.raises(PermissionDenied):
        make_article(actor=cast[who], title="T", texts=[Words("en", "x")], team=teams.get(team), now=now)
    assert snapshot() == ((), (), (), ())


def test_approving_makes_it_citable_and_says_so(cast, make, now, told, said):
    article = make(approved=False)
    version = article.versions.get()
    approve(actor=cast["administrator"], article=article, version=version, check_by=date(2029, 1, 1), now=now)
    assert (article.state, article.approved_version, article.approved_by) == (
        "approved",
        version,
        cast["administrator"],
    )
    assert (article.approved_at, article.check_by) == (now, date(2029, 1, 1))
    assert told == [ArticleApproved(article_id=article.pk, version_id=version.pk)]
    assert said == ["answers", f"article:{article.uid}"]


def test_ones_own_words_need_a_note(cast, make, now, told):
    article = make(approved=False)
    version, before = article.versions.get(), snapshot()
    with pytest.raises(ValidationError) as refused:
        approve(actor=cast["lead"], article=article, version=version, note="  ", now=now)
    assert set(refused.value.error_dict) == {"note"}
    assert snapshot() == before
    assert told == []
    approve(actor=cast["lead"], article=article, version=version, note="Nobody else on shift", now=now)
    event = ArticleEvent.objects.get(kind="approved")
    assert (event.own, event.note) == (True, "Nobody else on shift")


def test_a_new_version_waits_while_the_old_is_cited(cast, make, now):
    article = make()
    first = article.versions.get()
    second = revise(actor=cast["lead"], article=article, title="New title", texts=[Words("en", "y")], now=now)
    article.refresh_from_db()
    assert (second.number, article.approved_version, article.title) == (2, first, "Mail ballots")
    approve(actor=cast["administrator"], article=article, version=second, now=now)
    assert (article.approved_version, article.title) == (second, "New title")
    assert ArticleText.objects.get(version=first).body == "Mail ballots: ask your county."


def test_two_who_revise_at_once_do_not_lose_each_other(cast, make, now):
    article = make()
    revise(actor=cast["lead"], article=article, title="A", texts=[Words("en", "a")], base_number=1, now=now)
    before = snapshot()
    with pytest.raises(ValidationError) as refused:
        revise(
            actor=cast["administrator"], article=article, title="B", texts=[Words("en", "b")], base_number=1, now=now
        )
    assert refused.value.code == "stale"
    assert snapshot() == before


def test_withdrawing_tells_in_the_same_transaction(cast, make, now, told, said):
    article = make()
    del told[:], said[:]
    with pytest.raises(ValidationError):
        withdraw(actor=cast["lead"], article=article, reason=" ", now=now)
    assert (told, said) == ([], [])
    withdraw(actor=cast["lead"], article=article, reason="The rule changed", now=now)
    assert (article.state, article.withdrawn_by, article.withdrawn_because) == (
        "withdrawn",
        cast["lead"],
        "The rule changed",
    )
    assert told == [ArticleWithdrawn(article_id=article.pk, uid=article.uid, slug=article.slug)]
    assert said == ["answers", f"article:{article.uid}"]
    with pytest.raises(ValidationError):
        withdraw(actor=cast["lead"], article=article, reason="Again", now=now)
    assert len(told) == 1


def test_a_listener_that_fails_keeps_it_in_use(cast, make, now, monkeypatch):
    article = make()

    def refuse(_event: object) -> None:
        raise RuntimeError("a draft could not be stopped")

    monkeypatch.setattr(bus, "announce", refuse)
    with pytest.raises(RuntimeError):
        withdraw(actor=cast["lead"], article=article, reason="Wrong", now=now)
    assert Article.objects.get().state == "approved"


def test_restoring_brings_back_what_was_approved(cast, make, now, told):
    article = make()
    withdraw(actor=cast["lead"], article=article, reason="Wrong", now=now)
    del told[:]
    restore(actor=cast["lead"], article=article, reason="It was right", now=now)
    assert (article.state, article.withdrawn_at, article.withdrawn_because) == ("approved", None, "")
    assert told == [ArticleApproved(article_id=article.pk, version_id=article.approved_version_id)]
    with pytest.raises(ValidationError):
        restore(actor=cast["lead"], article=article, now=now)
    draft = make("Draft", approved=False)
    withdraw(actor=cast["lead"], article=draft, reason="Not needed", now=now)
    restore(actor=cast["lead"], article=draft, now=now)
    assert draft.state == "draft"


def test_approving_a_correction_ends_the_withdrawal(cast, make, now):
    article = make()
    withdraw(actor=cast["lead"], article=article, reason="Wrong", now=now)
    version = revise(actor=cast["lead"], article=article, title="Right", texts=[Words("en", "right")], now=now)
    approve(actor=cast["administrator"], article=article, version=version, now=now)
    assert (article.state, article.withdrawn_because) == ("approved", "")


@pytest.mark.parametrize("who", ["volunteer", "other_lead"])
def test_others_change_nothing(cast, teams, make, now, told, who):
    article, user = make(), cast[who]
    version, before = article.versions.get(), snapshot()
    del told[:]
    for act in (
        lambda: revise(actor=user, article=article, title="T", texts=[Words("en", "x")], now=now),
        lambda: approve(actor=user, article=article, version=version, now=now),
        lambda: withdraw(actor=user, article=article, reason="x", now=now),
        lambda: restore(actor=user, article=article, now=now),
        lambda: set_care(actor=user, article=article, owner=user, topic="", check_by=None, team=None, now=now),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert snapshot() == before
    assert told == []


def test_care_changes_no_words(cast, teams, make, now):
    article = make()
    soon = (now + timedelta(days=9)).date()
    set_care(
        actor=cast["lead"], article=article, owner=cast["volunteer"], topic="Voting", check_by=soon,
        team=teams["Voter help"], now=now,
    )  # fmt: skip
    assert (article.owner, article.topic, article.check_by) == (cast["volunteer"], "Voting", soon)
    assert article.versions.count() == 1
    before = snapshot()
    with pytest.raises(PermissionDenied):
        set_care(
            actor=cast["lead"], article=article, owner=None, topic="", check_by=None, team=teams["Press desk"], now=now
        )
    assert snapshot() == before


def test_care_leaves_what_is_not_given(cast, teams, make, now):
    article, team = make(), teams["Voter help"]
    soon = (now + timedelta(days=9)).date()
    set_care(actor=cast["lead"], article=article, owner=cast["volunteer"], topic="Voting", check_by=soon, team=team,
             now=now)  # fmt: skip
    set_care(actor=cast["lead"], article=article, topic="Mail", team=team, leave=["owner", "check_by"], now=now)
    assert (article.owner, article.topic, article.check_by) == (cast["volunteer"], "Mail", soon)


def test_a_version_of_another_article_is_not_approved(cast, make, now):
    article, other = make(), make("Other")
    with pytest.raises(ValueError, match="another article"):
        approve(actor=cast["administrator"], article=article, version=other.versions.get(), now=now)
