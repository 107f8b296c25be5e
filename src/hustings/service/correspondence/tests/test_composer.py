"""The composer over HTTP: saving, files, approved language, refusing with the words kept, undo."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from hustings.foundation.channels.models import Outgoing, OutgoingState
from hustings.foundation.core.ids import new_uid
from hustings.foundation.retention.actions.holds import Over, place_hold, release_hold
from hustings.foundation.retention.models import ObjectRemoval
from hustings.service.correspondence.actions import drafts
from hustings.service.correspondence.models import Draft, Message, Reply, ReplyState
from hustings.service.correspondence.queries import composing, searching, threads, timelines
from hustings.service.desk.models import Inquiry

from .replying import NOW, Cast, article, cast, inquiry, letter, user

pytestmark = pytest.mark.django_db


@pytest.fixture(name="us")
def _us() -> Cast:
    return cast()


@pytest.fixture(name="page")
def _page(us: Cast) -> Client:
    made = Client(headers={"HX-Request": "true"})
    made.force_login(us.volunteer)
    return made


def url(name: str, *arguments: object) -> str:
    return reverse(f"correspondence:{name}", args=arguments)


def form(of: Inquiry, text: str, **more: str) -> dict[str, str]:
    newest = Message.objects.filter(inquiry=of, direction=0).order_by("-id")[0]
    return {"text": text, "token": str(new_uid()), "seen_letter": str(newest.uid), **more}


def test_it_is_saved_as_one_types_and_the_older_tab_is_told(us: Cast, page: Client) -> None:
    of = inquiry(us)
    first = page.post(url("draft", of.uid), {"text": "one\r\ntwo"})
    assert (first.status_code, first["X-Draft-Version"], Draft.objects.get().text) == (204, "1", "one\ntwo")
    older = page.post(url("draft", of.uid), {"text": "old"})
    assert (older.status_code, older.content.decode(), Draft.objects.get().text) == (409, "one\ntwo", "one\ntwo")


def test_a_draft_is_there_again_after_a_closed_tab(us: Cast, page: Client) -> None:
    of = inquiry(us)
    page.post(url("draft", of.uid), {"text": "half a sentence"})
    assert "half a sentence</textarea>" in page.get(url("compose", of.uid)).content.decode()


def test_approved_language_is_found_by_word_and_inserted_at_the_caret(us: Cast, page: Client) -> None:
    of, text = inquiry(us), article()
    found = page.get(url("answers", of.uid), {"q": "polling place"}).content.decode()
    assert str(text.uid) in found
    shown = page.post(
        url("cite", of.uid), {"text": "Dear Ruth,\r\n\r\nJune", "article_text": str(text.uid), "caret": "12"}
    ).content.decode()
    draft = Draft.objects.get()
    assert draft.text.startswith("Dear Ruth,\n\nYour polling place is set by your county, Ruth,")
    assert draft.text.endswith("that morning.\n\nJune")
    assert "Where do I vote: how to look it up" in shown


def test_a_refusal_keeps_the_words_and_shows_the_newer_letter(us: Cast, page: Client) -> None:
    of = inquiry(us)
    given = form(of, "Dear Ruth, it is on its way.")
    letter(of, text="It has come!")
    answer = page.post(url("compose", of.uid), given)
    shown = answer.content.decode()
    assert (answer.status_code, "It has come!" in shown, "it is on its way.</textarea>" in shown) == (422, True, True)
    assert (Reply.objects.count(), Draft.objects.get().text) == (0, "Dear Ruth, it is on its way.")
    assert page.post(url("compose", of.uid), form(of, "Dear Ruth, good.")).status_code == 200


def test_sent_undone_and_back_in_the_composer(us: Cast, page: Client) -> None:
    of = inquiry(us)
    answer = page.post(url("compose", of.uid), form(of, "Dear Ruth, good.", then="open"))
    reply = Reply.objects.get()
    assert url("undo", reply.uid) in answer["HX-Trigger"]
    assert (reply.state, reply.close_after) == (ReplyState.LEAVING, False)
    assert page.post(url("undo", reply.uid)).status_code == 204
    assert "Dear Ruth, good.</textarea>" in page.get(url("compose", of.uid)).content.decode()
    assert Outgoing.objects.get().state == OutgoingState.CANCELLED


def test_undone_too_late_says_so(us: Cast, page: Client) -> None:
    of = inquiry(us)
    page.post(url("compose", of.uid), form(of, "Dear Ruth, good."))
    Outgoing.objects.update(state=OutgoingState.SENT)
    answer = page.post(url("undo", Reply.objects.get().uid))
    assert (answer.status_code, answer.content.decode().startswith("Too late")) == (409, True)


def test_a_file_over_the_limit_is_refused_with_words(us: Cast, page: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    of = inquiry(us)
    small = SimpleUploadedFile("map.pdf", b"%PDF")
    assert "map.pdf" in page.post(url("attach", of.uid), {"file": small}).content.decode()
    monkeypatch.setattr("hustings.service.correspondence.actions.attachments.MOST_ATTACHED", 6)
    answer = page.post(url("attach", of.uid), {"file": SimpleUploadedFile("b.pdf", b"%PDF")})
    assert "too large" in answer["HX-Trigger"]
    assert [file["name"] for file in Draft.objects.get().attachments] == ["map.pdf"]
    page.post(url("detach", of.uid, 0))
    assert Draft.objects.get().attachments == []


def test_a_draft_under_hold_is_kept_with_its_files_and_says_so(us: Cast, page: Client) -> None:
    of, counsel = inquiry(us), user("Cora Counsel", roles=["counsel"])
    page.post(url("attach", of.uid), {"file": SimpleUploadedFile("map.pdf", b"%PDF a map")})
    kept = Draft.objects.values().get()
    hold = place_hold(actor=counsel, name="A", reason="B", over=[Over("conversations", [of.pk])], now=NOW)
    for address in (url("detach", of.uid, 0), url("put_away", of.uid)):
        answer = page.post(address)
        assert (answer.status_code, answer.content.decode()) == (
            409, "A legal hold keeps this: it cannot be erased now. Nothing was changed."
        )  # fmt: skip
    assert Draft.objects.values().get() == kept
    assert not ObjectRemoval.objects.exists()
    release_hold(actor=counsel, hold=hold, because="Settled", now=NOW)
    assert page.post(url("put_away", of.uid)).status_code == 200
    assert not Draft.objects.exists()
    assert [row.sha256 for row in ObjectRemoval.objects.all()] == [kept["attachments"][0]["sha256"]]


def test_an_empty_draft_under_hold_is_put_away(us: Cast, page: Client) -> None:
    of, counsel = inquiry(us), user("Cora Counsel", roles=["counsel"])
    drafts.save_draft(actor=us.volunteer, inquiry=of, text=" ", revision=0, now=NOW)
    place_hold(actor=counsel, name="A", reason="B", over=[Over("conversations", [of.pk])], now=NOW)
    assert page.post(url("put_away", of.uid)).status_code == 200
    assert not Draft.objects.exists()


def test_a_colleagues_draft_is_seen_and_taken_over(us: Cast, page: Client) -> None:
    of = inquiry(us)
    theirs = drafts.save_draft(actor=us.colleague, inquiry=of, text="Dana's words", revision=0, now=NOW)
    assert "Dana Kessler" in page.get(url("news", of.uid)).content.decode()
    assert "Dana&#x27;s words" in page.get(url("see_draft", theirs.uid)).content.decode()
    shown = page.post(url("take_over", theirs.uid), {"text": "and mine", "version": "0"}).content.decode()
    assert "Dana&#x27;s words\n\nand mine</textarea>" in shown


def test_the_thread_holds_letters_and_replies_with_their_state(us: Cast, page: Client) -> None:
    of = inquiry(us)
    page.post(url("compose", of.uid), form(of, "Dear Ruth, good."))
    items = threads.items(us.volunteer, of)
    assert [item.key.partition(":")[0] for item in items] == ["message", "reply"]
    assert items[1].context["state"] == "Leaving"
    assert items[1].context["may_undo"] is True
    shown = page.get(reverse("desk:inquiry", args=[of.uid])).content.decode()
    assert "I asked for my ballot and it has not come." in shown
    assert "Dear Ruth, good." in shown


def test_lines_that_a_mail_program_wrapped_flow_again() -> None:
    wrapped = (
        "I asked for my ballot on the second of October and it\nstill has not come. My sister has hers.\n\nRuth\nOhio"
    )
    assert threads.flowing(wrapped) == [wrapped.split("\n\n")[0].replace("\n", " "), "Ruth\nOhio"]


def test_search_finds_english_and_spanish_words_newest_first(us: Cast) -> None:
    one, other = inquiry(us), inquiry(us, queue=us.press_queue)
    letter(one, text="The clinics are closing.")
    letter(other, text="Las clínicas de mi pueblo")
    assert list(searching.inquiry_ids(us.volunteer, "clinic")) == [one.pk]
    assert list(searching.inquiry_ids(us.administrator, "pueblos")) == [other.pk]
    assert list(searching.inquiry_ids(us.volunteer, "")) == []
    assert timelines.first_texts([one.pk])[one.pk].startswith("My mail ballot")


@pytest.mark.parametrize(
    ("text", "caret", "whole"),
    [("", 0, "new"), ("before", 99, "before\n\nnew"), ("ab", 1, "a\n\nnew\n\nb"), ("after", 0, "new\n\nafter")],
)
def test_inserting(text: str, caret: int, whole: str) -> None:
    assert composing.insert(text, " new ", caret) == whole
