"""The pages of approved language: who may do what at each address."""

import csv
import json
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hustings.foundation.core import live
from hustings.service.answers import registry
from hustings.service.answers.actions import Words, revise, withdraw
from hustings.service.answers.entries import answers_found
from hustings.service.answers.models import Article, ArticleEvent, ArticleText, ArticleVersion

ROLES = ("administrator", "lead", "other_lead", "volunteer")
TEXTS = {
    "t-TOTAL_FORMS": "2",
    "t-INITIAL_FORMS": "0",
    "t-0-language": "en",
    "t-0-state_code": "",
    "t-0-title": "",
    "t-0-body": "Dear {{ person.first_name }}",
    "t-1-language": "es",
    "t-1-state_code": "OH",
    "t-1-title": "Boletas",
    "t-1-body": "Hola",
}


def snapshot() -> tuple:
    tables = (Article, ArticleVersion, ArticleText, ArticleEvent)
    return tuple(tuple(table.objects.order_by("id").values_list()) for table in tables)


@pytest.fixture
def signed_in(cast) -> Callable[[str], Client]:
    def sign_in(role: str) -> Client:
        client = Client()
        client.force_login(cast[role])
        return client

    return sign_in


def address(name: str, article: Article) -> str:
    return reverse(f"answers:{name}", args=[article.uid])


DEEDS = {
    "approve": lambda article: {"version": article.versions.last().uid, "check_by": "2029-01-01", "note": ""},
    "withdraw": lambda _article: {"reason": "The rule changed"},
    "care": lambda article: {"topic": "Voting", "team": article.team_id, "owner": "", "check_by": ""},
    "revise": lambda _article: {"title": "Mail", "reason": "", "base_number": "1", **TEXTS},
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("deed", DEEDS)
def test_those_who_lead_its_team_change_it(make, signed_in, cast, now, deed, role):
    article = make()
    if deed == "approve":
        revise(actor=None, article=article, title="Mail", texts=[Words("en", "y")], now=now)
    before = snapshot()
    response = signed_in(role).post(address(deed, article), DEEDS[deed](article))
    allowed = role in ("administrator", "lead")
    assert response.status_code == (302 if allowed else 403)
    assert (snapshot() != before) is allowed


@pytest.mark.parametrize(
    ("role", "status"), [("administrator", 302), ("lead", 302), ("other_lead", 404), ("volunteer", 404)]
)
def test_a_withdrawn_article_is_restored_by_those_who_see_it(make, signed_in, cast, now, role, status):
    article = make()
    withdraw(actor=cast["lead"], article=article, reason="Wrong", now=now)
    before = snapshot()
    assert signed_in(role).post(address("restore", article), {"reason": ""}).status_code == status
    assert (snapshot() == before) is (status == 404)


@pytest.mark.parametrize("deed", ["approve", "withdraw", "restore", "care"])
def test_nothing_is_changed_by_looking(make, signed_in, deed):
    article = make()
    before = snapshot()
    assert signed_in("lead").get(address(deed, article)).status_code == 405
    assert snapshot() == before


@pytest.mark.parametrize("role", ROLES)
def test_an_article_is_read_by_all_and_its_drafts_by_its_team(make, signed_in, now, role):
    article = make()
    revise(actor=None, article=article, title="Second title", texts=[Words("en", "Second words")], now=now)
    client, leads = signed_in(role), role in ("administrator", "lead")
    text = client.get(article.get_absolute_url()).content.decode()
    assert "Mail ballots: ask your county." in text
    assert ("Approve version 2" in text) is leads
    assert ("Second words" in client.get(f"{article.get_absolute_url()}?version=2").content.decode()) is leads
    compared = client.get(address("compare", article)).content.decode()
    assert ("Second" in compared) is leads


@pytest.mark.parametrize(
    ("role", "status"), [("administrator", 200), ("lead", 200), ("other_lead", 404), ("volunteer", 404)]
)
def test_a_draft_is_its_teams(make, signed_in, role, status):
    assert signed_in(role).get(make(approved=False).get_absolute_url()).status_code == status


def test_a_volunteer_is_told_that_a_text_was_withdrawn_without_its_words(make, signed_in, cast, now):
    article = make()
    withdraw(actor=cast["lead"], article=article, reason="The rule changed", now=now)
    response = signed_in("volunteer").get(article.get_absolute_url())
    assert response.status_code == 410
    assert "The rule changed" in response.content.decode()
    assert "ask your county" not in response.content.decode()
    assert "ask your county" in signed_in("lead").get(article.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("role", "status"), [("administrator", 200), ("lead", 200), ("other_lead", 200), ("volunteer", 403)]
)
def test_leads_write_new_ones(cast, signed_in, role, status):
    assert signed_in(role).get(reverse("answers:make")).status_code == status


def test_a_new_article_is_kept_with_its_texts(cast, teams, signed_in):
    data = {
        "title": "Mail",
        "topic": "Voting",
        "team": teams["Voter help"].pk,
        "owner": "",
        "check_by": "2029-01-02",
        **TEXTS,
    }
    response = signed_in("lead").post(reverse("answers:make"), data)
    article = Article.objects.get()
    assert (response.status_code, response["Location"]) == (302, article.get_absolute_url())
    assert list(ArticleText.objects.order_by("id").values_list("language", "state_code", "title", "body")) == [
        ("en", "", "", "Dear {{ person.first_name }}"),
        ("es", "OH", "Boletas", "Hola"),
    ]


@pytest.mark.parametrize("team", ["Press desk", None])
def test_a_lead_writes_for_no_other_team(cast, teams, signed_in, team):
    data = {"title": "Mail", "team": teams[team].pk if team else "", **TEXTS}
    assert signed_in("lead").post(reverse("answers:make"), data).status_code == 422
    assert snapshot() == ((), (), (), ())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"t-0-body": "Dear {{ person.nickname }}"},
            "There is no merge field “person.nickname” (line 1, character 6).",
        ),
        ({"t-1-language": "en", "t-1-state_code": ""}, "Another text is for this language and state already."),
        ({"t-0-body": "", "t-1-body": "", "t-1-title": ""}, "Write at least one text."),
        ({"t-1-body": ""}, "There is a title and no words."),
        ({"title": " "}, "This field is required."),
        ({"base_number": "0"}, "Someone saved version 1 while you wrote."),
    ],
)
def test_what_cannot_be_said_comes_back_as_it_was_written(make, signed_in, change, message):
    article = make()
    before = snapshot()
    data = {"title": "Mail", "reason": "Because", "base_number": "1", **TEXTS, **change}
    response = signed_in("lead").post(address("revise", article), data)
    text = response.content.decode()
    assert response.status_code == 422
    assert message in text
    assert "Because" in text
    assert snapshot() == before


def test_after_someone_elses_version_the_next_save_stands(make, signed_in, cast, now):
    article = make()
    revise(actor=cast["administrator"], article=article, title="T", texts=[Words("en", "y")], now=now)
    client, data = signed_in("lead"), {"title": "Mail", "reason": "", "base_number": "1", **TEXTS}
    response = client.post(address("revise", article), data)
    assert 'name="base_number" value="2"' in response.content.decode()
    assert client.post(address("revise", article), data | {"base_number": "2"}).status_code == 302
    assert article.versions.count() == 3


def test_another_text_is_added_without_script(make, signed_in):
    article = make()
    before = snapshot()
    data = {"title": "Mail {{", "reason": "", "base_number": "1", **TEXTS, "another": "1"}
    text = signed_in("lead").post(address("revise", article), data).content.decode()
    assert 'name="t-2-body"' in text
    assert "Hola" in text
    assert "data-error-summary" not in text
    assert snapshot() == before


def test_a_text_is_left_out_by_its_box(make, signed_in):
    article = make()
    data = {"title": "Mail", "reason": "", "base_number": "1", **TEXTS, "t-1-DELETE": "on"}
    assert signed_in("lead").post(address("revise", article), data).status_code == 302
    assert [text.language for text in ArticleText.objects.filter(version__number=2)] == ["en"]


def test_ones_own_words_come_back_for_a_note(make, signed_in):
    article = make(approved=False)
    before = snapshot()
    data = {"version": article.versions.get().uid, "check_by": "2029-01-01", "note": ""}
    response = signed_in("lead").post(address("approve", article), data)
    assert response.status_code == 422
    assert "These are your own words." in response.content.decode()
    assert snapshot() == before


def test_texts_stand_side_by_side_and_as_a_person_reads_them(make, signed_in):
    article = make("Mail", Words("en", "Dear {{ person.first_name }}"), Words("es", "Hola"), Words("en", "Ohio", "OH"))
    page = article.get_absolute_url()
    client = signed_in("volunteer")
    text = client.get(f"{page}?text=en-OH&beside=es").content.decode()
    assert ("<p>Ohio</p>" in text, "<p>Hola</p>" in text) == (True, True)
    assert "<p>Dear Ruth</p>" in client.get(f"{page}?as=person").content.decode()
    assert client.get(f"{page}?text=zz&beside=zz&version=zz&do=zz").status_code == 200


def test_rooms_above_say_where_it_went(make, signed_in, monkeypatch, now):
    article = make()
    monkeypatch.setattr(registry.registry, "usages", [])
    registry.usage(lambda _user, of: [registry.Use(1, "Ruth Abernathy", now, url="/i/1/")] if of == article else [])
    text = signed_in("volunteer").get(article.get_absolute_url()).content.decode()
    assert '<a href="/i/1/">Ruth Abernathy</a>, version 1' in text


def test_the_list_is_taken_out_as_one_sees_it(make, signed_in):
    make("=Mail")
    make("Draft", approved=False)
    rows = csv.DictReader(
        b"".join(signed_in("volunteer").get(reverse("answers:csv")).streaming_content).decode().splitlines()
    )
    assert [(row["title"], row["state"]) for row in rows] == [("'=Mail", "approved")]
    told = json.loads(signed_in("lead").get(reverse("answers:json"), {"state": "draft"}).content)
    assert [answer["title"] for answer in told["answers"]] == ["Draft"]


def test_the_questions_of_the_list_do_not_grow(make, signed_in):
    client = signed_in("lead")

    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse("answers:list")).status_code == 200
        return len(asked)

    make("One")
    questions()
    few = questions()
    for number in range(3):
        make(f"More {number}")
    assert questions() == few


def test_the_palette_finds_what_one_may_read(make, cast):
    make("Mail ballots")
    make("Ballot drafts", approved=False)
    assert [hit.label for hit in answers_found(cast["volunteer"], "ballot")] == ["Mail ballots"]
    assert {hit.label for hit in answers_found(cast["lead"], "ballot")} == {"Mail ballots", "Ballot drafts"}


def test_who_may_hear_of_changes(make, cast):
    article = make()
    assert live.may_hear(cast["volunteer"], "answers")
    assert live.may_hear(cast["volunteer"], f"article:{article.uid}")
    assert not live.may_hear(cast["volunteer"], "article:x")
    cast["volunteer"].is_active = False
    assert not live.may_hear(cast["volunteer"], "answers")
