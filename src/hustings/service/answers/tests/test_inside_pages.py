"""The pages of an answer's public side: states, times, corrections, hours; each refusal changes nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from hustings.constituents.insight.models import Reason
from hustings.foundation.access.actions import make_user
from hustings.foundation.core import storage
from hustings.service.answers import registry
from hustings.service.answers.actions import Cited, Enclosed, Words, revise
from hustings.service.answers.models import (
    Article,
    ArticleText,
    ArticleVersion,
    Attachment,
    Correction,
    PollClosing,
    Source,
    StateWithdrawal,
    VotingApproval,
)

NOW = datetime(2028, 10, 20, 12, tzinfo=UTC)
TEXTS = (Words("en", "All"), Words("es", "Todos"), Words("en", "Ohio", "OH"))


@pytest.fixture
def cast(cast):
    for name, role in (("Ines", "counsel"), ("Nat", "voter-protection")):
        user = make_user(actor=None, email=f"{name}@adair.example.org", name=name, role=role, teams=[], now=NOW)
        user.second_factor_at = NOW
        user.save()
        cast[role] = user
    return cast


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    if user.second_factor_at:  # and shown in this session
        session = client.session
        session["second_factor"] = True
        session.save()
    return client


def url(name: str, article: Article, *more: object) -> str:
    return reverse(f"answers:{name}", args=[article.uid, *more])


@pytest.mark.parametrize("name", ["states", "article", "answered", "publish", "revise"])
@pytest.mark.parametrize("role", ["administrator", "lead", "counsel", "voter-protection", "volunteer", "other_lead"])
def test_each_page_opens_for_those_it_is_for(cast, make, name, role):
    article = make("Mail", *TEXTS, kind="voting", sources=[Cited("SOS", "https://sos.example.gov/", NOW, True)])
    allowed = {
        "states": set(cast),
        "article": set(cast),
        "answered": {"administrator", "lead", "counsel", "voter-protection"},
        "publish": {"administrator", "lead", "voter-protection"},
        "revise": {"administrator", "lead", "voter-protection"},
    }
    assert client_of(cast[role]).get(url(name, article)).status_code == (200 if role in allowed[name] else 403)


def test_counsel_withdraws_one_state_and_restores_it(cast, make):
    article, counsel = make("Mail", *TEXTS), client_of(cast["counsel"])
    assert "Withdraw for Ohio" in counsel.get(url("states", article) + "?withdraw=OH").content.decode()
    where = url("withdraw_words", article, "OH")
    assert counsel.post(where, {"reason": " "}).status_code == 422
    assert client_of(cast["volunteer"]).post(where, {"reason": "x"}).status_code == 403
    assert StateWithdrawal.objects.count() == 0
    assert counsel.post(where, {"reason": "A court order"}).status_code == 302
    assert "A court order, Ines" in counsel.get(url("states", article)).content.decode()
    assert counsel.post(url("restore_words", article, "OH")).status_code == 302
    assert StateWithdrawal.objects.get().lifted_by == cast["counsel"]


def test_voter_protection_approves_what_it_ticks(cast, make):
    article = make("Mail", *TEXTS, kind="voting", sources=[Cited("SOS", "https://sos.example.gov/", NOW, True)])
    given = {"version": article.versions.get().uid, "states": ["all", "OH"], "note": ""}
    assert client_of(cast["lead"]).post(url("protect", article), given).status_code == 403
    assert VotingApproval.objects.count() == 0
    assert client_of(cast["voter-protection"]).post(url("protect", article), given).status_code == 302
    assert sorted(VotingApproval.objects.values_list("state_code", flat=True)) == ["", "OH"]


def test_publishing_says_what_is_missing(cast, make):
    article = make("Mail", Words("en", "Dear {{ person.first_name }}"))
    given = {"is_public": "on", "kind": "general"}
    answer = client_of(cast["lead"]).post(url("publish", article), given)
    assert (answer.status_code, "line 1, character 6" in answer.content.decode()) == (422, True)
    article = make("Other")
    assert client_of(cast["lead"]).post(url("publish", article), given).status_code == 302
    article.refresh_from_db()
    assert article.is_public


def test_one_text_is_edited_and_the_others_stay(cast, make):
    article, lead = make("Mail", *TEXTS), client_of(cast["lead"])
    page = lead.get(url("revise", article) + "?only=en-OH").content.decode()
    assert ("Ohio</textarea>" in page, "Todos" in page, "2 other texts go" in page) == (True, False, True)
    given = {
        "title": "Mail",
        "base_number": "1",
        "t-TOTAL_FORMS": "1",
        "t-INITIAL_FORMS": "1",
        "t-0-language": "en",
        "t-0-state_code": "OH",
        "t-0-body": "Ohio, mended",
        "t-0-steps": "Sign it\n\nMail it",
        "s-TOTAL_FORMS": "1",
        "s-INITIAL_FORMS": "0",
        "s-0-title": "Secretary of State",
        "s-0-url": "https://sos.example.gov/mail",
        "s-0-checked_at": "2026-01-02T09:30",
        "s-0-official": "on",
        "added": SimpleUploadedFile("form.pdf", b"%PDF-1.7 x", "application/pdf"),
    }
    assert lead.post(url("revise", article) + "?only=en-OH", given).status_code == 302
    version = ArticleVersion.objects.get(number=2)
    said = {
        (one.language, one.state_code): (one.body, one.steps) for one in ArticleText.objects.filter(version=version)
    }
    assert said == {
        ("en", ""): ("All", []),
        ("es", ""): ("Todos", []),
        ("en", "OH"): ("Ohio, mended", ["Sign it", "Mail it"]),
    }
    assert [(one.title, one.official) for one in Source.objects.all()] == [("Secretary of State", True)]
    file = Attachment.objects.get()
    assert (file.content_type, storage.read(file.sha256)) == ("application/pdf", b"%PDF-1.7 x")
    answer = lead.get(url("file", article, file.uid))
    assert (b"".join(answer), answer["Content-Disposition"]) == (b"%PDF-1.7 x", 'attachment; filename="form.pdf"')
    assert client_of(cast["volunteer"]).get(url("file", article, file.uid)).status_code == 404


@pytest.mark.parametrize(
    ("name", "content"),
    [("run.exe", b"MZ"), ("page.html", b"<script>"), ("form.pdf", b"<html>"), ("x.svg", b"<svg>"), ("a.png", b"")],
)
def test_other_files_are_refused(cast, make, name, content):
    article = make("Mail")
    given = {
        "title": "Mail",
        "base_number": "1",
        "t-TOTAL_FORMS": "1",
        "t-INITIAL_FORMS": "0",
        "t-0-language": "en",
        "t-0-body": "x",
        "s-TOTAL_FORMS": "0",
        "s-INITIAL_FORMS": "0",
        "added": SimpleUploadedFile(name, content),
    }
    assert client_of(cast["lead"]).post(url("revise", article), given).status_code == 422
    assert (Attachment.objects.count(), ArticleVersion.objects.count()) == (0, 1)


def test_a_correction_is_written_read_and_sent(cast, make, monkeypatch):
    monkeypatch.setattr(registry.registry, "answered", [])
    article, counsel = make("Mail", *TEXTS), client_of(cast["counsel"])
    given = {"state_code": "OH", "subject": "We were wrong", "en": "It is Tuesday."}
    assert client_of(cast["volunteer"]).post(url("correct", article), given).status_code == 403
    assert counsel.post(url("correct", article), given | {"en": "{{ nobody }}"}).status_code == 422
    assert Correction.objects.count() == 0
    assert counsel.post(url("correct", article), given).status_code == 302
    row = Correction.objects.get()
    assert "Approve and send to 0 people" in counsel.get(url("correction", article, row.uid)).content.decode()
    assert counsel.post(url("approve_correction", article, row.uid), {"note": ""}).status_code == 422
    assert counsel.post(url("approve_correction", article, row.uid), {"note": "Nobody else is here"}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.approved_by) == ("approved", cast["counsel"])
    for name in ("calls_csv", "correction"):
        assert counsel.get(url(name, article, row.uid)).status_code == 200
    assert b"".join(counsel.get(url("answered_csv", article))) == b"person,name,version,by,at\r\n"
    assert client_of(cast["volunteer"]).get(url("answered_csv", article)).status_code == 403


def test_hours_are_set_by_those_who_may(cast):
    where = reverse("answers:polls") + "?on=2028-11-07"
    given = {"state_code": "OH", "closes": "19:30", "zone": "America/New_York"}
    assert client_of(cast["volunteer"]).get(where).status_code == 403
    assert client_of(cast["lead"]).post(where, given).status_code == 422
    assert PollClosing.objects.count() == 0
    assert client_of(cast["voter-protection"]).post(where, given).status_code == 302
    assert PollClosing.objects.get().closes_at == datetime(2028, 11, 8, 0, 30, tzinfo=UTC)
    sample = reverse("answers:load_sample") + "?on=2028-11-07"
    assert client_of(cast["lead"]).post(sample).status_code == 403
    assert client_of(cast["administrator"]).post(sample).status_code == 302
    assert PollClosing.objects.filter(is_sample=True).count() == 1
    page = client_of(cast["lead"]).get(where).content.decode()
    assert "1 hour is a sample nobody checked" in page


def test_the_archive(cast, make):
    article, lead = make("Mail"), client_of(cast["lead"])
    assert lead.post(url("put_away", article), {}).status_code == 302
    article.refresh_from_db()
    assert abs(article.archived_at - datetime.now(UTC)) < timedelta(minutes=5)
    assert client_of(cast["volunteer"]).get(url("article", article)).status_code == 404
    assert lead.post(url("put_away", article), {}).status_code == 302
    article.refresh_from_db()
    assert article.archived_at is None


def test_a_search_in_vain_begins_an_answer(cast):
    client = client_of(cast["lead"])
    page = client.get("/answers/new/", {"title": "Puedo llevar a mi perro\x00", "language": "es"}).content.decode()
    assert 'value="Puedo llevar a mi perro"' in page
    assert '<option value="es" selected>' in page
    odd = client.get("/answers/new/", {"title": "x" * 900, "language": "../x"}).content.decode()
    assert f'value="{"x" * 200}"' in odd
    assert '<option value="en" selected>' in odd


def test_why_it_did_not_help_stands_on_its_page_for_who_looks_after_it(cast, make):
    article = make("Mail", *TEXTS)
    Reason.objects.create(at=NOW, subject=str(article.uid), language="en", state_code="OH", why="hard", words="So long")
    Reason.objects.create(at=NOW, subject="another", language="en", why="case", words="Zelsewhere")
    told = client_of(cast["lead"]).get(url("article", article)).content.decode()
    assert ("It is hard to follow" in told, "So long" in told, "Zelsewhere" in told) == (True, True, False)
    assert "So long" not in client_of(cast["volunteer"]).get(url("article", article)).content.decode()


def test_fifty_states_are_written_in_as_many_statements_as_two(cast, make, django_assert_max_num_queries):
    states = [f"{a}{b}" for a in "ABCDEFG" for b in "ABCDEFG"]
    article = make("Mail", *TEXTS)
    words = [Words("en", "All"), *(Words("en", f"In {code}", code) for code in states)]
    cited = [Cited(code, "https://sos.example.gov/", NOW, state_code=code) for code in states]
    with django_assert_max_num_queries(28):
        version = revise(actor=cast["lead"], article=article, title="Mail", texts=words, sources=cited, now=NOW)
    assert (version.texts.count(), version.sources.count()) == (50, 49)


def test_too_many_files_store_none(cast, make, monkeypatch):
    article = make("Mail", *TEXTS)
    monkeypatch.setattr(storage, "put", lambda _content: pytest.fail("stored"))
    many = [Enclosed(f"{n}.txt", b"one") for n in range(7)]
    wrong = [Enclosed("one.txt", b"one"), Enclosed("two.exe", b"MZ")]
    for files, told in ((many, "at most 6 files"), (wrong, "is no PDF")):
        with pytest.raises(ValidationError, match=told):
            revise(actor=cast["lead"], article=article, title="Mail", texts=TEXTS, files=files, now=NOW)
    assert (article.versions.count(), Attachment.objects.count()) == (1, 0)


def test_a_correction_can_be_written_in_every_language_of_the_article(cast, make, settings):
    settings.LANGUAGES = [*settings.LANGUAGES, ("vi", "Vietnamese")]
    article = make("Mail", *TEXTS, Words("ko", "한국어"))
    client = client_of(cast["counsel"])
    page = client.get(url("correct", article)).content.decode()
    assert [f'name="{code}"' in page for code in ("en", "es", "vi", "ko", "fr")] == [True, True, True, True, False]
    client.post(url("correct", article), {"subject": "Wrong", "en": "Right", "vi": "Đúng", "ko": "맞다"})
    assert Correction.objects.get().texts == {"en": "Right", "vi": "Đúng", "ko": "맞다"}
