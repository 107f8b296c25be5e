"""Sending a reply: what leaves, what is refused, what is undone."""

from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.core.exceptions import PermissionDenied

from hustings.constituents.people.models import Identifier, Person
from hustings.constituents.timeline.models import Entry
from hustings.foundation.access.models import AuditEntry, User
from hustings.foundation.channels.actions import outbox
from hustings.foundation.channels.models import Outgoing, OutgoingState
from hustings.foundation.channels.queries import content_of, reply_secret
from hustings.foundation.core.ids import new_uid
from hustings.service.answers.actions import withdraw
from hustings.service.answers.models import ArticleState
from hustings.service.correspondence.actions import attachments, drafts, replies, settling, splitting, withdrawing
from hustings.service.correspondence.engine import threading_keys
from hustings.service.correspondence.models import (
    Attachment,
    Citation,
    Direction,
    Draft,
    Message,
    MessageBody,
    Reply,
    ReplyState,
)
from hustings.service.correspondence.queries import searching
from hustings.service.correspondence.rules import DraftMoved, SendRefused
from hustings.service.desk.actions import life, merging
from hustings.service.desk.models import Event, Inquiry, Status

from .replying import NOW, Cast, article, cast, inquiry, letter, seen

pytestmark = pytest.mark.django_db
TEXT = "Dear Ruth,\n\nYou have not given anything up.\n\nJune"


@pytest.fixture(name="us")
def _us() -> Cast:
    return cast()


def send(us: Cast, of: Inquiry, text: str = TEXT, *, actor: User | None = None, now=NOW, **given) -> Reply:  # type: ignore[no-untyped-def]
    values = {"token": new_uid(), **seen(of), **given}
    return replies.send_reply(actor=actor or us.volunteer, inquiry=of, text=text, now=now, **values)


def nothing_happened() -> None:
    assert Reply.objects.count() == 0
    assert Outgoing.objects.count() == 0
    assert Message.objects.filter(direction=Direction.OUT).count() == 0
    assert Event.objects.filter(kind="answered").count() == 0


def sent_mail(reply: Reply):  # type: ignore[no-untyped-def]
    return message_from_bytes(content_of(reply.outgoing), policy=policy.default)


def test_a_reply_is_mail_a_message_a_line_and_the_desks_answer_at_once(us: Cast) -> None:
    of = inquiry(us)
    reply = send(us, of)
    mail = sent_mail(reply)
    assert str(mail["from"]) == "June at Adair for America <help@adair.example>"
    assert str(mail["to"]) == "Ruth Abernathy <ruth.a@example.org>"
    assert mail["subject"] == "Re: My mail ballot still has not arrived"
    back = mail["reply-to"].addresses[0].addr_spec
    assert threading_keys.inquiry_of(back, reply_secret()) == of.uid
    asked = MessageBody.objects.get(message_id=Message.objects.get(direction=Direction.IN).pk)
    assert mail["in-reply-to"] == asked.message_id_header
    assert mail["references"] == asked.message_id_header
    assert mail.get_body(("plain",)).get_content().replace("\r\n", "\n").strip() == TEXT
    assert "<p>You have not given anything up.</p>" in mail.get_body(("html",)).get_content()
    assert reply.outgoing.not_before == NOW + timedelta(seconds=8)
    assert (reply.outgoing.matter, reply.outgoing.envelope_to) == (f"reply:{reply.uid}", "ruth.a@example.org")
    assert (reply.state, reply.message.inquiry_id) == (ReplyState.LEAVING, of.pk)
    assert reply.message.message_key.bytes == threading_keys.id_key(str(mail["message-id"]))
    entry = Entry.objects.get(kind="correspondence.reply")
    assert (entry.ref, entry.person_id, entry.actor_id) == (reply.uid, us.person.pk, us.volunteer.pk)
    of.refresh_from_db()
    assert (of.status, of.answered_at) == (Status.CLOSED, NOW)
    assert searching.message_ids("given") == [reply.message_id]


def test_send_and_keep_open_leaves_the_inquiry_open(us: Cast) -> None:
    of = inquiry(us)
    send(us, of, close=False)
    of.refresh_from_db()
    assert (of.status, of.answered_at, of.assignee_id) == (Status.OPEN, NOW, us.volunteer.pk)


def test_the_same_form_sent_twice_is_one_reply(us: Cast) -> None:
    of, token = inquiry(us), new_uid()
    first = send(us, of, token=token)
    again = replies.send_reply(
        actor=us.volunteer, inquiry=of, token=token, text="another", last_message_seen=0, now=NOW
    )
    assert again.pk == first.pk
    assert (Reply.objects.count(), Outgoing.objects.count()) == (1, 1)
    with pytest.raises(PermissionDenied):
        replies.send_reply(actor=us.colleague, inquiry=of, token=token, text=TEXT, last_message_seen=0, now=NOW)


def test_a_newer_letter_stops_it_and_is_shown(us: Cast) -> None:
    of = inquiry(us)
    before = seen(of)
    newer = letter(of, text="It has come, thank you.", at=NOW - timedelta(days=3))
    with pytest.raises(SendRefused) as refused:
        send(us, of, **before)
    assert (refused.value.code, [m.pk for m in refused.value.shown]) == ("newer_letter", [newer.pk])
    nothing_happened()
    assert send(us, of).state == ReplyState.LEAVING


def test_another_who_answered_meanwhile_stops_it_and_is_shown(us: Cast) -> None:
    of = inquiry(us)
    before = seen(of)
    first = send(us, of, actor=us.colleague)
    with pytest.raises(SendRefused) as refused:
        send(us, of, **before)
    assert (refused.value.code, refused.value.shown) == ("answered", (first,))
    assert "Dana Kessler" in str(refused.value)
    assert Reply.objects.count() == 1
    assert send(us, of, text="One thing more.", now=NOW + timedelta(minutes=1)).state == ReplyState.LEAVING


@pytest.mark.parametrize("text", ["", "  \n "])
def test_nothing_written_is_not_sent(us: Cast, text: str) -> None:
    of = inquiry(us)
    with pytest.raises(SendRefused) as refused:
        send(us, of, text=text)
    assert refused.value.code == "empty"
    nothing_happened()


def test_an_open_field_is_never_sent(us: Cast) -> None:
    of = inquiry(us)
    with pytest.raises(SendRefused) as refused:
        send(us, of, text="Dear {{ person.first_name }},")
    assert (refused.value.code, "{{ person.first_name }}" in str(refused.value)) == ("merge_field", True)
    nothing_happened()


def test_nobody_writes_to_who_asked_not_to_be_contacted(us: Cast) -> None:
    of = inquiry(us)
    Person.objects.filter(pk=us.person.pk).update(do_not_contact=True)
    with pytest.raises(SendRefused) as refused:
        send(us, of)
    assert refused.value.code == "do_not_contact"
    nothing_happened()


def test_an_address_that_fails_for_good_is_refused_and_another_is_used(us: Cast) -> None:
    of = inquiry(us)
    Identifier.objects.filter(person=us.person).update(bounced_for_good=True)
    with pytest.raises(SendRefused) as refused:
        send(us, of)
    assert refused.value.code == "bounces"
    nothing_happened()
    Identifier.objects.create(person=us.person, kind="email", value="ruth@home.example")
    assert send(us, of).to_address == "ruth@home.example"


def test_an_address_that_is_not_theirs_is_refused(us: Cast) -> None:
    of = inquiry(us)
    with pytest.raises(SendRefused) as refused:
        send(us, of, to_address="somebody@else.example")
    assert refused.value.code == "no_address"
    nothing_happened()


def test_what_was_withdrawn_is_not_sent(us: Cast) -> None:
    of, text = inquiry(us), article()
    draft, filled = drafts.cite(
        actor=us.volunteer, inquiry=of, article_text=text, text="Dear Ruth,", caret=99, revision=0, now=NOW
    )
    assert filled.missing == ()
    assert draft.text.startswith("Dear Ruth,\n\nYour polling place is set by your county, Ruth, not by")
    text.version.article.state = ArticleState.WITHDRAWN
    text.version.article.save()
    with pytest.raises(SendRefused) as refused:
        send(us, of, text=draft.text)
    assert refused.value.code == "withdrawn"
    nothing_happened()
    assert send(us, of, text="Dear Ruth, the county will write to you.").citations.count() == 0


def test_a_citation_is_kept_with_the_version_that_went(us: Cast) -> None:
    of, text = inquiry(us), article()
    draft, _filled = drafts.cite(
        actor=us.volunteer, inquiry=of, article_text=text, text="", caret=0, revision=0, now=NOW
    )
    reply = send(us, of, text=f"Dear Ruth,\n\n{draft.text}")
    citation = Citation.objects.get(reply=reply)
    assert (citation.version_id, citation.language) == (text.version_id, "en")
    assert "{{" not in citation.text
    assert Draft.objects.count() == 0


def test_an_empty_field_stays_seen_in_the_draft(us: Cast) -> None:
    of, text = inquiry(us), article()
    Person.objects.filter(pk=us.person.pk).update(first_name="")
    of.person.refresh_from_db()
    draft, filled = drafts.cite(
        actor=us.volunteer, inquiry=of, article_text=text, text="", caret=0, revision=0, now=NOW
    )
    assert filled.missing == ("person.first_name",)
    with pytest.raises(SendRefused):
        send(us, of, text=draft.text)
    nothing_happened()


def test_a_greeting_is_not_inserted_twice(us: Cast) -> None:
    of, text = inquiry(us), article(body="Dear {{ person.first_name }},\n\nYour vote counts.")
    draft, _ = drafts.cite(
        actor=us.volunteer, inquiry=of, article_text=text, text="Dear Ruth,\n\nThanks.", caret=99, revision=0, now=NOW
    )
    assert draft.text == "Dear Ruth,\n\nThanks.\n\nYour vote counts."


def test_files_go_with_it(us: Cast) -> None:
    of = inquiry(us)
    attachments.attach(actor=us.volunteer, inquiry=of, name="../evil\\map.html", content=b"<b>", now=NOW)
    attachments.attach(actor=us.volunteer, inquiry=of, name="map.pdf", content=b"%PDF", now=NOW)
    reply = send(us, of)
    names = [part.get_filename() for part in sent_mail(reply).iter_attachments()]
    assert names == ["map.html.bin", "map.pdf"]
    assert Attachment.objects.filter(message=reply.message).count() == 2


def test_twenty_megabytes_are_the_most(us: Cast) -> None:
    of = inquiry(us)
    attachments.attach(actor=us.volunteer, inquiry=of, name="a.bin", content=b"x" * (12 * 1024 * 1024), now=NOW)
    with pytest.raises(attachments.FileRefused, match="too large"):
        attachments.attach(actor=us.volunteer, inquiry=of, name="b.bin", content=b"y" * (9 * 1024 * 1024), now=NOW)
    assert [file["name"] for file in Draft.objects.get().attachments] == ["a.bin"]


# ---- undo -------------------------------------------------------------------------------------------------------


def test_undo_brings_back_the_draft_and_the_desk(us: Cast) -> None:
    of, text = inquiry(us), article()
    draft, _ = drafts.cite(actor=us.volunteer, inquiry=of, article_text=text, text="", caret=0, revision=0, now=NOW)
    attachments.attach(actor=us.volunteer, inquiry=of, name="map.pdf", content=b"%PDF", now=NOW)
    reply = send(us, of, text=draft.text)
    undone = replies.undo_send(actor=us.volunteer, reply=reply, now=NOW + timedelta(seconds=5))
    assert (undone.state, undone.message) == (ReplyState.UNDONE, None)
    assert Outgoing.objects.get().state == OutgoingState.CANCELLED
    back = Draft.objects.get(author=us.volunteer)
    assert (back.text, len(back.attachments), len(back.citations)) == (draft.text, 1, 1)
    assert Message.objects.filter(direction=Direction.OUT).count() == 0
    assert MessageBody.objects.count() == 1
    of.refresh_from_db()
    assert (of.status, of.answered_at) == (Status.OPEN, None)
    assert send(us, of, text=draft.text).state == ReplyState.LEAVING


def test_too_late_says_so_and_changes_nothing(us: Cast) -> None:
    of = inquiry(us)
    reply = send(us, of)
    Outgoing.objects.update(state=OutgoingState.ATTEMPTING)
    with pytest.raises(SendRefused) as refused:
        replies.undo_send(actor=us.volunteer, reply=reply, now=NOW + timedelta(seconds=20))
    assert refused.value.code == "too_late"
    reply.refresh_from_db()
    assert (reply.state, Draft.objects.count()) == (ReplyState.LEAVING, 0)


def test_only_its_writer_takes_it_back(us: Cast) -> None:
    reply = send(us, inquiry(us))
    with pytest.raises(PermissionDenied):
        replies.undo_send(actor=us.colleague, reply=reply, now=NOW)
    assert Outgoing.objects.get().state == OutgoingState.WAITING


# ---- what became of it ------------------------------------------------------------------------------------------


def settle(reply: Reply, state: OutgoingState, words: str = "") -> Reply:
    Outgoing.objects.filter(pk=reply.outgoing_id).update(state=state, last_reply=words)
    settling.follow_outbox(outgoing_id=reply.outgoing_id, state=state, now=NOW)
    reply.refresh_from_db()
    return reply


def test_a_refusal_for_good_comes_back_to_the_desk_with_the_servers_words(us: Cast) -> None:
    of = inquiry(us)
    reply = settle(send(us, of), OutgoingState.FAILED, "550 5.1.1 no such user")
    of.refresh_from_db()
    assert (reply.state, of.status) == (ReplyState.FAILED, Status.OPEN)
    assert Event.objects.get(kind="undelivered").detail == {"reason": "550 5.1.1 no such user"}
    draft = replies.reuse_words(actor=us.colleague, reply=reply, now=NOW)
    assert (draft.author, draft.text) == (us.colleague, TEXT)


def test_an_uncertain_one_is_settled_by_a_lead_alone(us: Cast) -> None:
    reply = settle(send(us, inquiry(us)), OutgoingState.UNCERTAIN)
    for nobody in (us.volunteer, us.press_lead, us.security):
        with pytest.raises(PermissionDenied):
            settling.settle_uncertain(actor=nobody, reply=reply, arrived=True, now=NOW)
    assert Outgoing.objects.get().state == OutgoingState.UNCERTAIN
    settled = settling.settle_uncertain(actor=us.lead, reply=reply, arrived=True, now=NOW)
    assert (settled.state, Outgoing.objects.get().state) == (ReplyState.SENT, OutgoingState.SENT)


def test_send_again_makes_it_leave_once_more_under_its_own_id(us: Cast) -> None:
    reply = settle(send(us, inquiry(us)), OutgoingState.UNCERTAIN)
    settled = settling.settle_uncertain(actor=us.lead, reply=reply, arrived=False, now=NOW)
    assert (settled.state, Outgoing.objects.get().state) == (ReplyState.LEAVING, OutgoingState.WAITING)
    assert Outgoing.objects.count() == 1


def test_withdrawn_words_are_not_sent_again(us: Cast) -> None:
    text = article()
    reply = settle(send(us, inquiry(us)), OutgoingState.UNCERTAIN)
    Citation.objects.create(reply=reply, version=text.version, language="en", text="Look it up.")
    withdraw(actor=us.administrator, article=text.version.article, reason="It was wrong.", now=NOW)
    with pytest.raises(SendRefused, match="was withdrawn since"):
        settling.settle_uncertain(actor=us.lead, reply=reply, arrived=False, now=NOW)
    reply.refresh_from_db()
    assert (reply.state, Outgoing.objects.get().state) == (ReplyState.UNCERTAIN, OutgoingState.UNCERTAIN)
    assert not AuditEntry.objects.filter(action="reply.settled").exists()


def test_words_withdrawn_while_they_were_handed_over_do_not_leave_when_the_server_puts_them_off(us: Cast) -> None:
    text = article()
    reply = send(us, inquiry(us))
    Citation.objects.create(reply=reply, version=text.version, language="en", text="You have not given anything up.")
    Outgoing.objects.update(state=OutgoingState.ATTEMPTING)
    withdraw(actor=us.administrator, article=text.version.article, reason="It was wrong.", now=NOW)
    assert withdrawing.take_out(article_id=text.version.article_id, state_code="", now=NOW) == 0
    outbox._put_off(reply.outgoing_id, "451 try later", NOW)
    assert Outgoing.objects.get().state == OutgoingState.CANCELLED
    assert withdrawing.take_out(article_id=text.version.article_id, state_code="", now=NOW) == 1
    assert "withdrawn:" in Draft.objects.get().text
    assert Inquiry.objects.get().status == Status.OPEN


def test_a_reply_whose_line_was_struck_or_whose_conversation_was_merged_can_be_undone(us: Cast) -> None:
    struck, gone, kept = inquiry(us), inquiry(us), inquiry(us)
    first, second = send(us, struck), send(us, gone)
    life.undo(actor=us.lead, event=Event.objects.get(inquiry=struck, kind="answered"), now=NOW)
    merging.merge(actor=us.lead, inquiry=gone, into=kept, now=NOW)
    for reply in (first, second):
        replies.undo_send(actor=us.volunteer, reply=reply, now=NOW)
    assert set(Reply.objects.values_list("state", flat=True)) == {ReplyState.UNDONE}
    assert set(Outgoing.objects.values_list("state", flat=True)) == {OutgoingState.CANCELLED}
    assert not Event.objects.filter(kind="answered", undone_at=None).exists()


def test_the_outbox_announces_and_the_reply_follows(us: Cast) -> None:
    reply = send(us, inquiry(us))
    outbox.cancel(outgoing_id=reply.outgoing_id, now=NOW)
    reply.refresh_from_db()
    assert reply.state == ReplyState.LEAVING  # undo_send is what undoes; a cancelled row alone says nothing


# ---- drafts -----------------------------------------------------------------------------------------------------


def test_an_older_tab_is_told_and_nothing_is_overwritten(us: Cast) -> None:
    of = inquiry(us)
    first = drafts.save_draft(actor=us.volunteer, inquiry=of, text="one", revision=0, now=NOW)
    second = drafts.save_draft(actor=us.volunteer, inquiry=of, text="two", revision=first.revision, now=NOW)
    with pytest.raises(DraftMoved) as moved:
        drafts.save_draft(actor=us.volunteer, inquiry=of, text="old", revision=1, now=NOW)
    assert (moved.value.draft.text, second.revision, Draft.objects.get().text) == ("two", 2, "two")


def test_a_draft_that_was_sent_elsewhere_is_not_made_anew(us: Cast) -> None:
    of = inquiry(us)
    drafts.save_draft(actor=us.volunteer, inquiry=of, text="one", revision=0, now=NOW)
    send(us, of, text="one")
    with pytest.raises(DraftMoved) as moved:
        drafts.save_draft(actor=us.volunteer, inquiry=of, text="one!", revision=1, now=NOW)
    assert (moved.value.draft, Draft.objects.count()) == (None, 0)


def test_a_save_that_comes_in_late_makes_no_draft_of_what_was_sent(us: Cast) -> None:
    of, token = inquiry(us), new_uid()
    send(us, of, token=token)
    with pytest.raises(DraftMoved):
        drafts.save_draft(actor=us.volunteer, inquiry=of, text=TEXT, revision=0, token=token, now=NOW)
    assert Draft.objects.count() == 0


def test_a_colleagues_draft_is_taken_over_before_ones_own(us: Cast) -> None:
    of = inquiry(us)
    theirs = drafts.save_draft(actor=us.colleague, inquiry=of, text="Dana's", revision=0, now=NOW)
    drafts.save_draft(actor=us.volunteer, inquiry=of, text="mine", revision=0, now=NOW)
    mine = drafts.take_over_draft(actor=us.volunteer, draft=theirs, now=NOW)
    assert (mine.author, mine.text, Draft.objects.count()) == (us.volunteer, "Dana's\n\nmine", 1)
    with pytest.raises(DraftMoved):
        drafts.save_draft(actor=us.colleague, inquiry=of, text="Dana's more", revision=1, now=NOW)


# ---- merged and split -------------------------------------------------------------------------------------------


def test_a_merged_conversation_is_answered_where_it_went(us: Cast) -> None:
    gone, kept = inquiry(us), inquiry(us)
    drafts.save_draft(actor=us.volunteer, inquiry=gone, text="half a word", revision=0, now=NOW)
    before = seen(kept)
    done = merging.merge(actor=us.volunteer, inquiry=gone, into=kept, now=NOW)
    assert Draft.objects.get().inquiry_id == kept.pk
    with pytest.raises(SendRefused) as refused:
        send(us, gone)
    assert refused.value.code == "merged"
    kept.refresh_from_db()
    assert Message.objects.filter(inquiry=gone).count() == 0
    assert send(us, kept, last_message_seen=before["last_message_seen"]).inquiry_id == kept.pk
    since = letter(kept, text="One more.")
    merging.undo_merge(actor=us.volunteer, merge=done, now=NOW)
    assert Message.objects.filter(inquiry=gone, direction=Direction.IN).count() == 1
    since.refresh_from_db()
    assert since.inquiry_id == kept.pk


def test_a_letter_is_split_off_with_its_keys(us: Cast) -> None:
    of = inquiry(us)
    second = letter(of, text="And may my sister vote too?", at=NOW + timedelta(minutes=1))
    new = merging.split_off(actor=us.volunteer, inquiry=of, keys=[f"message:{second.uid}"], now=NOW)
    second.refresh_from_db()
    assert (second.inquiry_id, new.snippet, new.messages) == (new.pk, "And may my sister vote too?", 1)
    of.refresh_from_db()
    assert (of.messages, of.last_message_id == second.pk) == (1, False)
    with pytest.raises(ValueError, match="not every one"):
        splitting.preview(of, [f"message:{second.uid}"])
