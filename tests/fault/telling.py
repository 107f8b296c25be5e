"""What the database holds after a series, for the test to compare with what it handed over."""

import json
from pathlib import Path
from typing import Any

from django.db import connection

from hustings.foundation.channels.compression import expand
from hustings.service.correspondence.queries.ledger import ledger

# Each must find nothing: what is stored is compared with mail campaigns, once.
CAMPAIGNS = {
    "stored, and left uncompared with mail campaigns": "select message_id from campaigns_waiting",
    "a mail campaign that counts other than its letters": """
        select g.id from campaigns_group g where g.combined_into_id is null and g.letters <>
        (select count(*) from campaigns_member m join campaigns_group o on o.id = m.group_id
        where coalesce(o.combined_into_id, o.id) = g.id)""",
}
# Each must find nothing: an act of the desk is whole or absent.
DESK = {
    "assigned without its line": """
        select i.id from desk_inquiry i where i.assignee_id is distinct from
        (select a.user_id from desk_assignment a where a.inquiry_id = i.id and a.ended_at is null)""",
    "taken without its event, or the other way": """
        select a.id from desk_assignment a where not exists
        (select 1 from desk_event e where e.inquiry_id = a.inquiry_id and e.actor_id = a.user_id
        and e.kind in ('taken', 'answered') and e.at = a.at)""",
    "an event of taking without its line": """
        select e.id from desk_event e where e.kind = 'taken' and not exists
        (select 1 from desk_assignment a where a.inquiry_id = e.inquiry_id and a.user_id = e.actor_id
        and a.at = e.at)""",
    "a reply that is not in the outbox": """
        select r.id from correspondence_reply r left join channels_outgoing o on o.id = r.outgoing_id
        where o.id is null or o.matter <> 'reply:' || r.uid""",
    "in the outbox without its reply": """
        select o.id from channels_outgoing o left join correspondence_reply r on r.outgoing_id = o.id
        where o.matter like 'reply:%' and r.id is null""",
    "a reply without its message": """
        select r.id from correspondence_reply r left join correspondence_message m on m.id = r.message_id
        left join correspondence_messagebody b on b.message_id = m.id and b.at = m.at
        where b.message_id is null or m.direction <> 1""",
    "a message of ours without its reply": """
        select m.id from correspondence_message m left join correspondence_reply r on r.message_id = m.id
        where m.direction = 1 and r.id is null""",
    "a reply without its event": """
        select r.id from correspondence_reply r where not exists (select 1 from desk_event e
        where e.inquiry_id = r.inquiry_id and e.kind = 'answered' and e.at = r.written_at)""",
    "an event of answering without its reply": """
        select e.id from desk_event e where e.kind = 'answered' and not exists
        (select 1 from correspondence_reply r where r.inquiry_id = e.inquiry_id and r.written_at = e.at)""",
    "answered and not closed, or without its closure": """
        select r.id from correspondence_reply r join desk_inquiry i on i.id = r.inquiry_id
        where i.status <> 'closed' or i.answered_at is null or not exists
        (select 1 from desk_closure c where c.inquiry_id = i.id and c.reopened_at is null)""",
    "not on the timeline": """
        select r.id from correspondence_reply r where not exists
        (select 1 from timeline_entry t where t.ref = r.uid)""",
}


def _rows(question: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchall()


def _wrong(questions: dict[str, str]) -> dict[str, list[Any]]:
    return {name: found for name, question in questions.items() if (found := _rows(question))}


def _name_of(source: str, raw: bytes) -> str:
    """The Message-ID; of a question by the form, whose id the server makes, its writer's address."""
    header = b"from:" if source == "form" else b"message-id:"
    start = raw.lower().index(header) + len(header)
    line = raw[start : raw.index(b"\n", start)].strip().decode()
    return line.partition("<")[2].rstrip(">") if source == "form" else line


def tell(path: str) -> None:
    """The balance; each delivery by its name; the outbox by its; pieces of files; long acts; replies."""
    told = {
        "ledger": ledger(),
        "deliveries": [
            (_name_of(source, expand(raw)), outcome)
            for source, raw, outcome in _rows(
                "select d.source, r.raw, d.outcome from channels_delivery d"
                " join channels_rawmail r on r.delivery_id = d.id and r.received_at = d.received_at"
            )
        ],
        "outgoing": _rows("select message_id, state from channels_outgoing"),
        "pieces": _rows("select tries, done_at is not null from correspondence_intakechunk"),
        "runs": _rows(
            "select b.values->'add'->>0, b.ended_at is not null, cardinality(b.wanted), b.done + b.skipped,"
            " (select count(*) from desk_inquiry i where i.tags @> array[b.values->'add'->>0]),"
            " (select count(*) from desk_event e where e.bulk_id = b.id),"
            " (select count(distinct e.inquiry_id) from desk_event e where e.bulk_id = b.id), b.done"
            " from desk_bulkrun b"
        ),
        "replies": [str(uid) for (uid,) in _rows("select uid from correspondence_reply")],
        "taken": [
            (str(uid), email)
            for uid, email in _rows(
                "select i.uid, u.email from desk_assignment a join desk_inquiry i on i.id = a.inquiry_id"
                " join access_user u on u.id = a.user_id"
            )
        ],
        "campaigns": _wrong(CAMPAIGNS),
        "desk": _wrong(DESK),
    }
    Path(path).write_text(json.dumps(told))
