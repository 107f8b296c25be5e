"""The balance of everything that came in: where it is now, counted at one moment.

Messages: received = stored + duplicates + auto-replies + bounces + lists + junk + quarantined + feed mail (what
colleagues answered to a digest) + pending (what waits to be read). Inquiries: opened = answered + waiting + closed
without answer + merged away. The checks look for rows that contradict the counts: a stored letter without a message,
an inquiry without one, a letter counted twice.
"""

from typing import Any

from django.db import connection, transaction

from hustings.foundation.channels.models import Outcome
from hustings.foundation.channels.queries import outbox_counts

NAMES = {
    Outcome.STORED.value: "stored",
    Outcome.DUPLICATE.value: "duplicates",
    Outcome.AUTO_REPLY.value: "auto_replies",
    Outcome.BOUNCE.value: "bounces",
    Outcome.LIST.value: "lists",
    Outcome.JUNK.value: "junk",
    Outcome.QUARANTINED.value: "quarantined",
    Outcome.FEED.value: "feed_mail",
}
_INQUIRIES = """
select count(*),
    count(*) filter (where status <> 'merged' and is_answered),
    count(*) filter (where status in ('open', 'snoozed') and not is_answered),
    count(*) filter (where status = 'closed' and not is_answered),
    count(*) filter (where status = 'merged')
from (
    select status, answered_at is not null and (status = 'closed' or answered_at >= last_message_at) as is_answered
    from desk_inquiry
) inquiry
"""
# Each must find nothing. (A conversation that we began holds no message until the first letter leaves: it has no
# last_message_id, which is theirs.)
CHECKS = {
    "stored_without_message": """
        select count(*) from channels_delivery d
        left join correspondence_message m on m.delivery_id = d.id
        where d.outcome = 'stored' and m.id is null""",
    "message_of_what_is_not_stored": """
        select count(*) from correspondence_message m join channels_delivery d on d.id = m.delivery_id
        where d.outcome <> 'stored'""",
    "two_messages_of_one_delivery": """
        select count(*) from (select 1 from correspondence_message where delivery_id is not null
        group by delivery_id having count(*) > 1) twice""",
    "set_aside_without_reason": """
        select count(*) from channels_delivery d
        left join correspondence_setaside s on s.delivery_id = d.id
        where d.outcome not in ('', 'stored') and s.id is null""",
    "set_aside_and_stored": """
        select count(*) from correspondence_setaside s join channels_delivery d on d.id = s.delivery_id
        where (d.outcome = s.kind) = (s.restored_at is not null)""",
    "message_without_body": """
        select count(*) from correspondence_message m
        left join correspondence_messagebody b on b.message_id = m.id and b.at = m.at where b.message_id is null""",
    "inquiry_without_message": """
        select count(*) from desk_inquiry i where i.status <> 'merged' and i.last_message_id is not null
        and not exists (select 1 from correspondence_message m where m.inquiry_id = i.id)""",
    "message_on_merged_inquiry": """
        select count(*) from correspondence_message m join desk_inquiry i on i.id = m.inquiry_id
        where i.status = 'merged'""",
    "delivery_without_bytes": """
        select count(*) from channels_delivery d
        left join channels_rawmail r on r.delivery_id = d.id and r.received_at = d.received_at
        left join channels_archivedmail a on a.delivery_id = d.id
        where r.delivery_id is null and a.delivery_id is null""",
}


def ledger(*, checks: bool = True) -> dict[str, Any]:
    """The balance, from one snapshot of the database. `checks` reads every letter's rows; without them only the sums
    are compared."""
    if connection.in_atomic_block:
        return _counted(checks)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("set transaction isolation level repeatable read, read only")
        return _counted(checks)


def _counted(checks: bool) -> dict[str, Any]:
    messages, inquiries = _messages(), _inquiries()
    answer: dict[str, Any] = {"messages": messages, "inquiries": inquiries, "outbox": outbox_counts()}
    answer["checks"] = {name: _one(question) for name, question in CHECKS.items()} if checks else {}
    wrong = any(answer["checks"].values())
    answer["balances"] = messages["balances"] and inquiries["balances"] and not wrong
    return answer


def _messages() -> dict[str, Any]:
    counts = dict.fromkeys([*NAMES, ""], 0)
    with connection.cursor() as cursor:
        cursor.execute("select outcome, count(*) from channels_delivery group by outcome")
        counts.update(cursor.fetchall())
    total = _one("select count(*) from channels_delivery")
    kinds = {name: counts[outcome] for outcome, name in NAMES.items()}
    return {
        "received": total,
        **kinds,
        "pending": counts[""],
        "balances": total == sum(kinds.values()) + counts[""],
    }


def _inquiries() -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(_INQUIRIES)
        opened, answered, waiting, closed, merged = cursor.fetchone()
    return {
        "opened": opened,
        "answered": answered,
        "waiting": waiting,
        "closed_without_answer": closed,
        "merged_away": merged,
        "balances": opened == answered + waiting + closed + merged,
    }


def _one(question: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return int(cursor.fetchone()[0])
