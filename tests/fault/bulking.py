"""Bulk replies to be cut short: many who wrote, two answers that overlap, and what is told of them afterwards."""

import json
import time
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection

from hustings.constituents.people.actions.merges import merge_people
from hustings.constituents.people.models import Identifier
from hustings.foundation.access import actions as access
from hustings.foundation.access.models import User
from hustings.foundation.channels.actions import deliveries, outbox
from hustings.foundation.core.clock import now
from hustings.service.answers.actions import approve, make_article
from hustings.service.answers.actions.wording import Words
from hustings.service.bulk.actions import approving, checking, drafting, halting, leaving
from hustings.service.bulk.actions.drafting import Draft
from hustings.service.bulk.models import BulkReply, BulkState
from hustings.service.correspondence.actions import intake_taking
from hustings.service.correspondence.queries.ledger import ledger
from hustings.service.desk.models import Inquiry, Queue

LEAD = "lena@c.example"


def _letter(number: int, again: int) -> bytes:
    return (
        f"From: Writer {number} <b{number}@b.example>\r\nTo: help@c.example\r\nSubject: Where do I vote {again}\r\n"
        f"Date: Thu, 01 Oct 2026 12:00:00 +0000\r\nMessage-ID: <b{number}.{again}@b.example>\r\n\r\n"
        f"Where is my polling place? I ask for the {again}. time.\r\n"
    ).encode()


def begin_bulk(people: int, administrator: str) -> None:
    """Every third wrote twice, every fifth pair of people are one person; two bulk replies with the same answer, each
    to two thirds of all, are checked and approved."""
    for number in range(people):
        for again in range(2 if number % 3 == 0 else 1):
            deliveries.store(
                source="lmtp", raw=_letter(number, again), envelope_from=f"b{number}@b.example",
                envelope_to=["help@c.example"], now=now(),
            )  # fmt: skip
    while intake_taking.take_in(now=now()) is not None:
        pass
    boss = User.objects.get(email=administrator)
    team = Queue.objects.get(is_default=True).team
    lead = access.make_user(
        actor=None, email=LEAD, name="Lena", role="lead", teams=[team], needs_release=False, now=now()
    )  # fmt: skip
    known = {one.value: one.person for one in Identifier.objects.filter(kind="email").select_related("person")}
    for number in range(0, people - 1, 10):
        merge_people(
            actor=boss, person=known[f"b{number}@b.example"], into=known[f"b{number + 1}@b.example"], now=now()
        )
    article = make_article(
        actor=boss, title="Where do I vote?", texts=[Words("en", "Your county says where you vote.")], now=now()
    )
    approve(actor=boss, article=article, version=article.versions.get(), note="Alone here.", now=now())
    article.refresh_from_db()
    rows = Inquiry.objects.filter(subject__startswith="Where do I vote").order_by("id")
    ids = list(rows.values_list("pk", flat=True))
    for part in (ids[: 2 * len(ids) // 3], ids[len(ids) // 3 :]):
        draft = Draft(article=article, opening={"en": 'Dear {{ person.first_name | default: "friend" }},'}, pace=1200)
        bulk = drafting.make_bulk_reply(actor=lead, ids=part, draft=draft, now=now())
        checking.check(bulk_id=bulk.pk, revision=bulk.revision, now=now())
        bulk.refresh_from_db()
        approving.ask_approval(actor=lead, bulk=bulk, now=now())
        approving.approve(actor=boss, bulk=bulk, revision=bulk.revision, now=now())
    for second in (1, 2):  # so that there is something to hand over from the first moment
        leaving.leave_due(now() + timedelta(seconds=second))


def keep_leaving() -> None:
    """What the worker's loop does, without its rests."""
    while True:
        if not leaving.leave_due(now()):
            time.sleep(0.005)


def keep_handing_over(smtp: str) -> None:
    """What the sender does, a minute ahead: nobody here waits for the seconds in which a letter can be undone."""
    settings.HUSTINGS_SMTP_URL = smtp
    while True:
        if not outbox.send_due(now() + timedelta(minutes=1)):
            time.sleep(0.005)


def end_bulk(smtp: str) -> None:
    """All that is left leaves."""
    settings.HUSTINGS_SMTP_URL = smtp
    while BulkReply.objects.filter(state=BulkState.RUNNING).exists():
        if not leaving.leave_due(now()):
            time.sleep(0.02)
    halting.put_back_taken(now=now())
    while outbox.send_due(now() + timedelta(minutes=1)):
        pass


def _rows(question: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchall()


def tell_bulk(path: str) -> None:
    """Each copy with whom it is for, its letter's id and what is known of it; what contradicts itself."""
    told = {
        "balances": ledger()["balances"],
        "copies": _rows(
            "select c.bulk_id, c.state, c.why, coalesce(p.canonical_id, p.id), c.address, o.message_id, o.state"
            " from bulk_copy c join desk_inquiry i on i.id = c.inquiry_id join people_person p on p.id = i.person_id"
            " left join correspondence_reply r on r.id = c.reply_id"
            " left join channels_outgoing o on o.id = r.outgoing_id"
        ),
        "wanted": _rows("select id, cardinality(wanted), state from bulk_bulkreply"),
        "replies_without_copy": _rows(
            "select r.id from correspondence_reply r left join bulk_copy c on c.reply_id = r.id where c.id is null"
        ),
        "answered_without_letter": _rows(
            "select i.id from desk_inquiry i where i.answered_at is not null"
            " and not exists (select 1 from correspondence_reply r where r.inquiry_id = i.id)"
            " and not exists (select 1 from bulk_copy c join bulk_copy a on a.id = c.covered_by_id"
            " where c.inquiry_id = i.id and a.reply_id is not null)"
        ),
    }
    Path(path).write_text(json.dumps(told, default=str))
