"""Every address of letters and replies, by every role: who may not see it learns nothing and changes nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from hustings.foundation.access.models import AuditEntry, User
from hustings.foundation.channels.actions.deliveries import store
from hustings.foundation.channels.models import Outcome, Outgoing, OutgoingState
from hustings.foundation.core import storage
from hustings.foundation.core.ids import new_uid
from hustings.service.correspondence.actions import drafts, replies, sealing
from hustings.service.correspondence.models import (
    Attachment,
    Draft,
    Message,
    Reply,
    ReplyState,
    Seal,
    SetAside,
)
from hustings.service.correspondence.queries import asides, messages, searching
from hustings.service.correspondence.queries import attachments as attachment_queries
from hustings.service.correspondence.queries import replies as reply_queries
from hustings.service.desk.models import Inquiry

from .replying import NOW, Cast, article, cast, inquiry, letter, raw_letter, seen

pytestmark = pytest.mark.django_db
HTML = "Content-Type: text/html; charset=utf-8\r\nMIME-Version: 1.0\r\n"
BODY = (
    '<p style="color:red" onclick="x()">Hello <b>there</b></p><script>alert(1)</script>'
    '<img src="https://track.example/x.png" alt="a tree"><a href="javascript:x()">go</a>'
)
ROLES = ("volunteer", "newcomer", "outsider", "lead", "press_lead", "administrator", "security")
OF_THE_TEAM = {"volunteer", "newcomer", "lead", "administrator", "security"}


@dataclass
class World:
    us: Cast
    of: Inquiry
    letter: Message
    file: Attachment
    draft: Draft
    waiting: Reply
    leaving: Reply
    uncertain: Reply
    aside: SetAside


@pytest.fixture(name="world")
def _world() -> World:
    us = cast()
    of = inquiry(us)
    raw = raw_letter("<html@example.org>", subject="As sent", body=BODY, extra=HTML)
    shown = letter(of, raw=raw, has_html=True)
    file = Attachment.objects.create(
        message=shown, position=0, name="evil.html", type="text/html", size=3, sha256=storage.put(b"<b>")
    )
    waiting = _send(us.newcomer, of)
    uncertain, leaving = _send(us.colleague, inquiry(us)), _send(us.colleague, inquiry(us))
    Reply.objects.filter(pk=uncertain.pk).update(state=ReplyState.UNCERTAIN)
    Outgoing.objects.filter(pk=uncertain.outgoing_id).update(state=OutgoingState.UNCERTAIN)
    draft = drafts.save_draft(actor=us.colleague, inquiry=of, text="Dana's words", revision=0, now=NOW)
    return World(us, of, shown, file, draft, waiting, leaving, uncertain, _aside(us))


def _send(who: User, of: Inquiry) -> Reply:
    return replies.send_reply(actor=who, inquiry=of, token=new_uid(), text="Dear Ruth.", now=NOW, **seen(of))


def _aside(us: Cast) -> SetAside:
    delivery = store(source="lmtp", raw=raw_letter("<junk@x>", subject="Buy", body="now"), envelope_to=[], now=NOW)
    type(delivery).objects.filter(pk=delivery.pk).update(outcome=Outcome.JUNK)
    return SetAside.objects.create(
        delivery=delivery,
        kind=Outcome.JUNK,
        reason="looks like junk",
        from_address="a@b.example",
        subject="Buy",
        at=NOW,
    )


def client(world: World, role: str) -> Client:
    made = Client()
    made.force_login(getattr(world.us, role))
    return made


READS: dict[str, tuple[Callable[[World], list[Any]], set[str]]] = {
    "as_sent": (lambda w: [w.letter.uid], OF_THE_TEAM),
    "shown": (lambda w: [w.letter.uid], OF_THE_TEAM),
    "headers": (lambda w: [w.letter.uid], OF_THE_TEAM),
    "raw": (lambda w: [w.letter.uid], {"lead", "administrator", "security"}),
    "file": (lambda w: [w.file.uid], OF_THE_TEAM),
    "compose": (lambda w: [w.of.uid], OF_THE_TEAM),
    "news": (lambda w: [w.of.uid], OF_THE_TEAM),
    "answers": (lambda w: [w.of.uid], OF_THE_TEAM),
    "see_draft": (lambda w: [w.draft.uid], OF_THE_TEAM),
    "release_one": (lambda w: [w.waiting.uid], {"lead", "administrator"}),
    "aside": (lambda w: [w.aside.uid], {"lead", "press_lead", "administrator"}),
    "aside_raw": (lambda w: [w.aside.uid], {"lead", "press_lead", "administrator"}),
    "set_aside": (lambda w: [], {"lead", "press_lead", "administrator"}),
    "ledger": (lambda w: [], {"lead", "press_lead", "administrator", "security"}),
    "ledger_json": (lambda w: [], {"lead", "press_lead", "administrator", "security"}),
    "uncertain": (lambda w: [], set(ROLES)),
    "release": (lambda w: [], set(ROLES)),
    "sealed": (lambda w: [], {"security"}),
}


@pytest.mark.parametrize("role", ROLES)
def test_who_may_read_what(world: World, role: str) -> None:
    page = client(world, role)
    for name, (arguments, allowed) in READS.items():
        status = page.get(reverse(f"correspondence:{name}", args=arguments(world))).status_code
        if name == "release_one" and role in ("volunteer", "newcomer", "outsider", "security"):
            assert status == 200  # a volunteer's own list: it holds no letter of another's
            continue
        assert (name, status in (403, 404), status == 200) == (name, role not in allowed, role in allowed)


@pytest.mark.parametrize("role", ["outsider", "press_lead"])
def test_whoever_may_not_see_it_changes_nothing(world: World, role: str) -> None:
    page, w = client(world, role), world
    before = _state()
    for name, arguments, data in (
        ("compose", [w.of.uid], {"text": "mine", "token": str(new_uid())}),
        ("draft", [w.of.uid], {"text": "mine"}),
        ("put_away", [w.of.uid], {}),
        ("attach", [w.of.uid], {}),
        ("detach", [w.of.uid, 0], {}),
        ("cite", [w.of.uid], {"article_text": str(article().uid), "text": ""}),
        ("drop_citation", [w.of.uid, new_uid()], {}),
        ("take_over", [w.draft.uid], {}),
        ("undo", [w.leaving.uid], {}),
        ("settle", [w.uncertain.uid], {"arrived": "yes"}),
        ("reuse", [w.uncertain.uid], {}),
        ("decide", [w.waiting.uid], {"seen_letter": str(w.letter.uid)}),
        ("send_back", [w.waiting.uid], {"words": "no"}),
        ("lift", [w.waiting.uid], {}),
        ("seal", [w.of.uid], {"why": "no"}),
    ):
        status = page.post(reverse(f"correspondence:{name}", args=arguments), data).status_code
        assert (name, status) in ((name, 403), (name, 404))
    assert _state() == before


@pytest.mark.parametrize("role", ["volunteer", "newcomer", "security"])
def test_a_volunteer_of_the_team_neither_releases_settles_nor_restores(world: World, role: str) -> None:
    page, w = client(world, role), world
    before = _state()
    for name, arguments, data in (
        ("settle", [w.uncertain.uid], {"arrived": "yes"}),
        ("undo", [w.leaving.uid], {}),
        ("decide", [w.waiting.uid], {"seen_letter": str(w.letter.uid)}),
        ("send_back", [w.waiting.uid], {"words": "no"}),
        ("lift", [w.waiting.uid], {}),
        ("restore", [w.aside.uid], {}),
        ("replay", [w.aside.uid], {}),
    ):
        assert (name, page.post(reverse(f"correspondence:{name}", args=arguments), data).status_code) == (name, 403)
    assert _state() == before


def _state() -> tuple[Any, ...]:
    return (
        sorted(Reply.objects.values_list("pk", "state", "text")),
        sorted(Draft.objects.values_list("pk", "author_id", "text")),
        sorted(Outgoing.objects.values_list("pk", "state")),
        sorted(Inquiry.objects.values_list("pk", "is_sealed", "status")),
        sorted(User.objects.values_list("pk", "needs_release")),
        Seal.objects.count(),
        SetAside.objects.filter(restored_at=None).count(),
    )


def test_nobody_is_let_in_without_signing_in(world: World) -> None:
    for name, (arguments, _allowed) in READS.items():
        answer = Client().get(reverse(f"correspondence:{name}", args=arguments(world)))
        assert (name, answer.status_code) == (name, 302)


# ---- under seal ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [role for role in ROLES if role != "security"])
def test_what_is_sealed_is_reached_by_no_address(world: World, role: str) -> None:
    seal = sealing.seal(actor=None, inquiry=world.of, evidence="a threat", now=NOW)
    page, who, w = client(world, role), getattr(world.us, role), world
    before = _state()
    for name in ("as_sent", "shown", "headers", "raw", "file", "compose", "news", "answers", "see_draft"):
        status = page.get(reverse(f"correspondence:{name}", args=READS[name][0](world))).status_code
        assert (name, status) == (name, 404)
    for name, arguments in (("sealed", []), ("sealed_one", [seal.uid]), ("sealed_raw", [seal.uid, w.letter.uid])):
        assert (name, page.get(reverse(f"correspondence:{name}", args=arguments)).status_code) == (name, 403)
    assert page.post(reverse("correspondence:lift_seal", args=[seal.uid]), {"why": "no"}).status_code == 403
    assert page.post(reverse("correspondence:decide", args=[w.waiting.uid]), {}).status_code in (403, 404)
    assert messages.visible_to(who).filter(inquiry=w.of).count() == 0
    assert attachment_queries.visible_to(who).count() == 0
    assert reply_queries.visible_to(who).filter(inquiry=w.of).count() == 0
    assert w.of.pk not in set(searching.inquiry_ids(who, "ballot"))
    assert _state() == before


def test_a_double_of_a_sealed_letter_is_not_found_among_what_was_set_aside(world: World) -> None:
    SetAside.objects.filter(pk=world.aside.pk).update(inquiry=world.of, kind=Outcome.DUPLICATE)
    assert asides.visible_to(world.us.lead).count() == 1
    assert asides.visible_to(world.us.press_lead).count() == 0
    sealing.seal(actor=None, inquiry=world.of, evidence="a threat", now=NOW)
    assert asides.visible_to(world.us.lead).count() == 0


def test_every_look_at_what_is_sealed_is_written_down_first(world: World) -> None:
    seal = sealing.seal(actor=None, inquiry=world.of, evidence="a threat", now=NOW)
    page, w = client(world, "security"), world
    for name, arguments, action in (
        ("sealed_one", [seal.uid], "seal.read"),
        ("sealed_raw", [seal.uid, w.letter.uid], "seal.downloaded"),
        ("as_sent", [w.letter.uid], "seal.read"),
        ("headers", [w.letter.uid], "seal.read"),
        ("file", [w.file.uid], "seal.downloaded"),
    ):
        last = AuditEntry.objects.order_by("-id").values_list("id", flat=True).first()
        assert page.get(reverse(f"correspondence:{name}", args=arguments)).status_code == 200
        entries = list(AuditEntry.objects.filter(id__gt=last).values_list("action", "actor_id", "record_uid"))
        assert (action, w.us.security.pk, w.of.uid) in entries
    shown = page.get(reverse("correspondence:sealed_one", args=[seal.uid]) + "?print").content.decode()
    assert "Message-ID: &lt;html@example.org&gt;" in shown
    assert "asked for the page to print" in shown
    assert (
        page.post(reverse("correspondence:lift_seal", args=[seal.uid]), {"why": "a line of a song"}).status_code == 302
    )
    seal.refresh_from_db()
    assert (seal.lifted_by, seal.lifted_because) == (w.us.security, "a line of a song")


def test_anyone_who_reads_a_letter_may_seal_it(world: World) -> None:
    page = client(world, "volunteer")
    assert page.post(reverse("correspondence:seal", args=[world.of.uid]), {"why": ""}).status_code == 400
    assert Seal.objects.count() == 0
    answer = page.post(reverse("correspondence:seal", args=[world.of.uid]), {"why": "he says he has a gun"})
    assert (answer.status_code, Seal.objects.get().evidence) == (302, "he says he has a gun")
    assert page.get(reverse("correspondence:as_sent", args=[world.letter.uid])).status_code == 404


# ---- as sent ------------------------------------------------------------------------------------------------------


def test_a_letter_as_sent_can_do_nothing(world: World) -> None:
    answer = client(world, "volunteer").get(reverse("correspondence:as_sent", args=[world.letter.uid]))
    policy = answer["Content-Security-Policy"]
    assert policy == (
        "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src data:; "
        "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )
    assert answer["Referrer-Policy"] == "no-referrer"
    page = answer.content.decode()
    assert "Hello <b>there</b>" in page
    for bad in ("<script", "onclick", "track.example", "javascript:"):
        assert bad not in page
    assert "[picture: a tree]" in page
    frame = client(world, "volunteer").get(reverse("correspondence:shown", args=[world.letter.uid])).content.decode()
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in frame
    assert 'referrerpolicy="no-referrer"' in frame


def test_a_file_is_a_download_under_a_safe_name_and_type(world: World) -> None:
    answer = client(world, "volunteer").get(reverse("correspondence:file", args=[world.file.uid]))
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith('attachment; filename="evil.html.bin"')
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer.streaming_content) == b"<b>"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("a\u202egpj.exe", "agpj.exe.bin"),
        ("x.SVG", "x.SVG.bin"),
        ("", "file"),
        ("brief\r\nSet-Cookie: a", "briefSet-Cookie_ a"),
        ("map.pdf", "map.pdf"),
        ("n" * 300 + ".pdf", "n" * 116 + ".pdf"),
    ],
)
def test_harmless_names(name: str, safe: str) -> None:
    assert attachment_queries.harmless_name(name) == safe
