"""Two at once: no double replies, and undo or the sender, never both. Real connections, real locks."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from hustings.foundation.channels.actions import outbox
from hustings.foundation.channels.models import CaughtMail, Outgoing, OutgoingState
from hustings.foundation.core.ids import new_uid
from hustings.foundation.core.tests.races import until_somebody_waits
from hustings.service.correspondence.actions import drafts, replies
from hustings.service.correspondence.models import Direction, Draft, Message, Reply, ReplyState
from hustings.service.correspondence.rules import DraftMoved, SendRefused
from hustings.service.desk.models import Event

from .replying import NOW, cast, inquiry, seen

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + timedelta(seconds=9)


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Call all of them at the same moment, each on a connection of its own; results and refusals in their order."""
    gate, found = threading.Barrier(len(calls)), [None] * len(calls)

    def run(position: int, call: Callable[[], Any]) -> None:
        gate.wait()
        try:
            found[position] = call()
        except (SendRefused, DraftMoved) as refused:
            found[position] = refused
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_two_agents_who_send_at_once_send_one_reply() -> None:
    us = cast()
    for _ in range(5):
        of = inquiry(us)
        before = seen(of)

        def send(who: Any, of: Any = of, before: Any = before) -> Any:
            return replies.send_reply(actor=who, inquiry=of, token=new_uid(), text=who.name, now=NOW, **before)

        found = at_once(lambda: send(us.volunteer), lambda: send(us.colleague))
        sent = [one for one in found if isinstance(one, Reply)]
        refused = [one for one in found if isinstance(one, SendRefused)]
        assert (len(sent), [one.code for one in refused]) == (1, ["answered"])
        assert refused[0].shown == (sent[0],)
        assert Outgoing.objects.filter(matter=f"reply:{sent[0].uid}").count() == 1
        assert Reply.objects.filter(inquiry=of).count() == 1
        assert Event.objects.filter(inquiry=of, kind="answered").count() == 1


def test_a_double_click_is_one_reply() -> None:
    us = cast()
    of, token = inquiry(us), new_uid()
    before = seen(of)

    def send() -> Any:
        return replies.send_reply(actor=us.volunteer, inquiry=of, token=token, text="Dear Ruth", now=NOW, **before)

    found = at_once(send, send, send)
    assert {one.pk for one in found} == {Reply.objects.get().pk}
    assert Outgoing.objects.count() == 1


def test_a_first_save_while_the_words_are_being_sent_makes_no_draft_of_them() -> None:
    us = cast()
    of, token = inquiry(us), new_uid()
    found: list[Any] = []

    def save() -> None:
        try:
            found.append(
                drafts.save_draft(actor=us.volunteer, inquiry=of, text="Dear Ruth", revision=0, token=token, now=NOW)
            )
        except DraftMoved as moved:
            found.append(moved)
        finally:
            connection.close()

    saving = threading.Thread(target=save)
    with transaction.atomic():
        replies.send_reply(actor=us.volunteer, inquiry=of, token=token, text="Dear Ruth", now=NOW, **seen(of))
        saving.start()
        until_somebody_waits(or_else=lambda: not saving.is_alive())
    saving.join()
    assert [type(one) for one in found] == [DraftMoved]
    assert not Draft.objects.exists()
    assert Reply.objects.get().text == "Dear Ruth"


def test_undo_against_the_sender_has_exactly_one_outcome(settings: Any) -> None:
    settings.HUSTINGS_SMTP_URL = "caught://"
    us = cast()
    outcomes = set()
    for _ in range(8):
        of = inquiry(us)
        reply = replies.send_reply(
            actor=us.volunteer, inquiry=of, token=new_uid(), text="Dear Ruth", now=NOW, **seen(of)
        )
        CaughtMail.objects.all().delete()
        undone, _sent = at_once(
            lambda reply=reply: replies.undo_send(actor=us.volunteer, reply=reply, now=LATER),
            lambda: outbox.send_due(LATER),
        )
        reply.refresh_from_db()
        state = Outgoing.objects.get(pk=reply.outgoing_id).state
        if isinstance(undone, SendRefused):
            assert (undone.code, reply.state, state, CaughtMail.objects.count()) == (
                "too_late", ReplyState.SENT, OutgoingState.SENT, 1,
            )  # fmt: skip
        else:
            assert (reply.state, state, CaughtMail.objects.count()) == (ReplyState.UNDONE, OutgoingState.CANCELLED, 0)
            assert Message.objects.filter(inquiry=of, direction=Direction.OUT).count() == 0
        outcomes.add(reply.state)
        Draft.objects.all().delete()
    assert outcomes <= {ReplyState.SENT, ReplyState.UNDONE}


def test_two_tabs_that_save_at_once_keep_one_and_tell_the_other() -> None:
    us = cast()
    of = inquiry(us)
    first = drafts.save_draft(actor=us.volunteer, inquiry=of, text="one", revision=0, now=NOW)

    def save(text: str) -> Any:
        return drafts.save_draft(actor=us.volunteer, inquiry=of, text=text, revision=first.revision, now=NOW)

    found = at_once(lambda: save("left"), lambda: save("right"))
    kept = [one for one in found if isinstance(one, Draft)]
    assert (len(kept), Draft.objects.get().text) == (1, kept[0].text)
