"""Counting again, from the database and from what each side wrote down; nothing here asks the code that is measured.

- A **double assignment** is an inquiry that two people held at one moment: two assignments whose times overlap, or one
  that the desk gave to somebody (their log) without any assignment of theirs.
- A **lost reply** is one that the desk said was sent (the agents' log), or that the database holds as sent, and that
  neither arrived at the receiver nor is counted as uncertain, refused, taken back or still waiting.
- A **doubled reply** is a letter that the receiver's log has more than once, or an inquiry with two replies to the same
  letter that both left.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import connection

from hustings.service.correspondence.queries.ledger import ledger

_OVERLAPS = """
select count(*) from desk_assignment a join desk_assignment b on a.inquiry_id = b.inquiry_id and a.id < b.id
where a.user_id <> b.user_id and tstzrange(a.at, a.ended_at) && tstzrange(b.at, b.ended_at)
"""
_TWICE = """
select count(*) from (select 1 from correspondence_reply where state in ('leaving', 'sent', 'uncertain')
group by inquiry_id, last_message_seen having count(*) > 1) twice
"""
_COMMITS = """
select i.queue_id, extract(epoch from pg_xact_commit_timestamp(m.xmin)) from correspondence_message m
join desk_inquiry i on i.id = m.inquiry_id
where m.direction = 0 and pg_xact_commit_timestamp(m.xmin) between %s and %s
"""


def rows(question: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question, list(values))
        return list(cursor.fetchall())


def one(question: str, *values: Any) -> Any:
    return rows(question, *values)[0][0]


def lines(path: Path) -> list[list[str]]:
    """A log's lines by their tabs; the last may have been cut off."""
    text = path.read_text() if path.exists() else ""
    return [line.split("\t") for line in text[: text.rfind("\n") + 1].splitlines()]


def percentile(values: Sequence[float], share: float) -> float | None:
    """The value that `share` of them do not pass (nearest rank); None of nothing."""
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))], 1) if ordered else None


def assignments(folder: Path, users: Mapping[int, int]) -> dict[str, int]:
    """What is given to two; `users` are the database's, by the agents' numbers."""
    held = {(str(uid), user) for uid, user in rows(
        "select i.uid, a.user_id from desk_assignment a join desk_inquiry i on i.id = a.inquiry_id"
    )}  # fmt: skip
    given = [(line[3], users[int(line[2])]) for line in lines(folder / "acts.log") if line[0] == "given"]
    return {
        "given": len(given),
        "double_assignments": int(one(_OVERLAPS)) + sum(pair not in held for pair in set(given)),
    }


def replies(folder: Path, taken: "Counter[str]") -> dict[str, Any]:
    """Lost, doubled, uncertain; `taken` is the receiver's own count by Message-ID."""
    found = {str(uid): (state, message_id) for uid, state, message_id in rows(
        "select r.uid, r.state, coalesce(o.message_id, '') from correspondence_reply r"
        " left join channels_outgoing o on o.id = r.outgoing_id"
    )}  # fmt: skip
    said = {line[4] for line in lines(folder / "acts.log") if line[0] == "sent"}
    states = Counter(state for state, _message in found.values())
    lost = len(said - found.keys())
    lost += sum(1 for state, message_id in found.values() if state == "sent" and not taken[message_id])
    ours = {message_id for _state, message_id in found.values() if message_id}
    unknown = [message_id for state, message_id in found.values() if state == "uncertain"]
    more = {message_id: count - 1 for message_id, count in taken.items() if count > 1}
    return {
        "answered": states["sent"],
        "replies": len(found),
        "replies_said_sent": len(said),
        "lost_replies": lost,
        "doubled_replies": sum(count for name, count in more.items() if name in ours) + int(one(_TWICE)),
        "doubled_other_mail": sum(count for name, count in more.items() if name not in ours),
        "unknown_to_us": len(taken.keys() - {name for (name,) in rows("select message_id from channels_outgoing")}),
        "uncertain": states["uncertain"],
        "uncertain_that_arrived": sum(1 for message_id in unknown if taken[message_id]),
        "still_leaving": states["leaving"],
        "refused": states["failed"],
        "with_approved_language": int(one("select count(distinct reply_id) from correspondence_citation")),
    }


def mail(folder: Path, began: float, seconds: float) -> dict[str, Any]:
    """Letters: handed over and answered 250, against what is kept; how many a second were read and filed."""
    handed = [line for line in lines(folder / "handed.log") if len(line) == 4]
    kept = {bytes(digest).hex() for (digest,) in rows("select sha256 from channels_delivery where source = 'lmtp'")}
    first, last = _moment(began), _moment(began + seconds)
    stored = int(one(
        "select count(*) from correspondence_message m join channels_delivery d on d.id = m.delivery_id"
        " where d.received_at >= %s and d.received_at < %s and m.created_at < %s", first, last, last
    ))  # fmt: skip
    received = int(one(
        "select count(*) from channels_delivery where source = 'lmtp' and received_at >= %s and received_at < %s",
        first, last,
    ))  # fmt: skip
    balance = ledger()
    return {
        "handed_over": len(handed),
        "lost_letters": sum(line[3] not in kept for line in handed),
        "received_per_second": round(received / seconds, 1),
        "stored_per_second": round(stored / seconds, 1),
        "hand_over_p95_ms": percentile([float(line[1]) for line in handed], 0.95),
        "ledger_balances": balance["balances"],
        "messages": balance["messages"],
        "outbox": balance["outbox"],
    }


def requests(folder: Path) -> dict[str, Any]:
    """Over all requests of agents that were answered; those that were not are counted."""
    found = [line for line in lines(folder / "requests.log") if len(line) == 5]
    answered = [line for line in found if line[2] != "0"]
    by: dict[str, list[float]] = defaultdict(list)
    for line in answered:
        by["parts" if line[4].startswith("part") else line[4]].append(float(line[1]))
    wrong = Counter(f"{line[4]} {line[2]}" for line in found if line[2] == "0" or int(line[2]) >= 400)
    refused = sum(count for name, count in wrong.items() if name == "send 422")
    return {
        "requests": len(found),
        "errors": sum(wrong.values()) - refused,
        "errors_of": dict(wrong),
        "p50_ms": percentile([float(line[1]) for line in answered], 0.5),
        "p95_ms": percentile([float(line[1]) for line in answered], 0.95),
        "requests_of": {
            name: {"count": len(times), "p50_ms": percentile(times, 0.5), "p95_ms": percentile(times, 0.95)}
            for name, times in sorted(by.items())
        },
    }


def live(folder: Path, queues: Collection[int], began: float, ended: float) -> dict[str, Any]:
    """From each letter's commit, as the database has it, to the next word of its queue at each agent who looked at that
    queue's list then. `queues` are those there are. An agent whose stream had ended before any word
    came is counted as not told."""
    if one("show track_commit_timestamp") != "on":
        return {"live_p95_ms": None, "live_why": "this server does not keep when transactions were committed"}
    commits = {(queue, float(at)) for queue, at in rows(_COMMITS, _moment(began), _moment(ended)) if queue in queues}
    by_queue: dict[int, list[float]] = defaultdict(list)
    for queue, at in sorted(commits):
        by_queue[queue].append(at)
    waits: list[float] = []
    untold = 0
    for queue, opened, closed, words in _sittings(lines(folder / "heard.log"), ended):
        for at in by_queue[queue]:
            if opened <= at < closed - 1.0:
                place = bisect_left(words, at)
                if place < len(words) and words[place] <= closed:
                    waits.append((words[place] - at) * 1000)
                else:
                    untold += 1
    return {
        "live_p50_ms": percentile(waits, 0.5),
        "live_p95_ms": percentile(waits, 0.95),
        "live_deliveries": len(waits),
        "live_untold": untold,
    }


def _sittings(heard: Iterable[list[str]], ended: float) -> Iterable[tuple[int, float, float, list[float]]]:
    """Each agent's look at a queue's list: the queue, from when to when its stream was open, when it was told."""
    open_: dict[str, tuple[list[int], float, dict[int, list[float]]]] = {}
    for when, agent, *rest in heard:
        at, word = float(when), rest[0] if rest else ""
        if word.startswith("queue:") and "," not in word and agent in open_:
            open_[agent][2].setdefault(int(word[6:]), []).append(at)
            continue
        if agent in open_:
            yield from _closed(open_.pop(agent), at)
        if word != "over":
            queues = [int(topic[6:]) for topic in word.split(",") if topic.startswith("queue:")]
            open_[agent] = (queues, at, {})
    for one_open in open_.values():
        yield from _closed(one_open, ended)


def _closed(
    sitting: tuple[list[int], float, dict[int, list[float]]], at: float
) -> Iterable[tuple[int, float, float, list[float]]]:
    queues, opened, words = sitting
    for queue in queues:
        yield queue, opened, at, words.get(queue, [])


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
