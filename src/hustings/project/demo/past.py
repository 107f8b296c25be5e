"""The weeks before today: most letters answered, some waiting, a few snoozed or left to a lead, as in any campaign.

Everything goes through the desk's and correspondence's own actions, with the clock of that day.
"""

import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from random import Random
from typing import Any

from django.db import transaction

from hustings.foundation.access.models import Role, User
from hustings.foundation.channels.actions import outbox
from hustings.service.answers.models import Article, ArticleVersion
from hustings.service.correspondence.actions.replies import send_reply
from hustings.service.correspondence.models import Direction, Draft, Message, MessageBody, Reply
from hustings.service.correspondence.rules import SendRefused
from hustings.service.desk.actions import life, notes, taking
from hustings.service.desk.models import Inquiry, Status
from hustings.service.desk.rules import Refused

from .approved_language import ARTICLES
from .generator.letters import Letter
from .generator.replies import note_about, reply_to

AT_ONCE = 40
NAMESPACE = uuid.UUID("0197b8f0-5a3d-7000-8000-5a3d5a3d5a3d")
# How a letter's age (hours) decides the chance that it is answered by now.
ANSWERED = ((6, 0.05), (30, 0.35), (60, 0.8), (10_000, 0.97))
SILENT_TOPICS = {"thanks", "opinion"}


@dataclass
class Cast:
    """Who answers, by team."""

    experienced: dict[int, list[User]]
    new: dict[int, list[User]]

    @classmethod
    def read(cls) -> "Cast":
        cast = cls({}, {})
        for user in User.objects.exclude(role=Role.ADMINISTRATOR).order_by("id").prefetch_related("memberships"):
            group = cast.new if user.needs_release else cast.experienced
            for membership in user.memberships.all():
                group.setdefault(membership.team_id, []).append(user)
        return cast


def live_through(
    truths: Mapping[str, Letter], *, end: datetime, seed: int, progress: Callable[..., Any] | None = None
) -> None:
    """Work on every inquiry as its age makes likely. Those already worked on are passed over."""
    cast, articles = Cast.read(), _approved()
    waiting = list(
        Inquiry.objects.filter(status=Status.OPEN, is_sealed=False, assignee=None, answered_at=None, opened_at__lte=end)
        .exclude(pk__in=Reply.objects.values("inquiry_id"))
        .select_related("queue", "person")
        .order_by("opened_at", "id")
    )
    letters = _letters(waiting, truths)
    done = 0
    for batch in _batches(iter(waiting)):
        with transaction.atomic():  # one commit for many: this is history, nobody waits for a single letter
            for inquiry in batch:
                letter = letters.get(inquiry.pk)
                if letter is not None:
                    _work_on(inquiry, letter, cast, articles, end=end, rng=Random(f"{seed}:{letter.number}"))
        done += len(batch)
        if progress is not None:
            progress(done, len(waiting))


def _batches(rows: Iterator[Inquiry]) -> Iterator[list[Inquiry]]:
    while batch := list(islice(rows, AT_ONCE)):
        yield batch


def _approved() -> dict[str, ArticleVersion]:
    """The approved version of each piece, by its key."""
    found = Article.objects.filter(approved_version__isnull=False).select_related("approved_version")
    versions = {article.title: article.approved_version for article in found if article.approved_version}
    return {piece.key: versions[piece.title] for piece in ARTICLES if piece.title in versions}


def _letters(waiting: list[Inquiry], truths: Mapping[str, Letter]) -> dict[int, Letter]:
    """The newest letter of each inquiry, and what is true of it."""
    newest: dict[int, int] = {}
    rows = Message.objects.filter(inquiry__in=waiting, direction=Direction.IN).order_by("at", "id")
    for message_id, inquiry_id in rows.values_list("id", "inquiry_id"):
        newest[inquiry_id] = message_id
    headers = dict(
        MessageBody.objects.filter(message_id__in=list(newest.values())).values_list("message_id", "message_id_header")
    )
    named = {inquiry_id: headers.get(message_id, "").strip("<>") for inquiry_id, message_id in newest.items()}
    return {inquiry_id: truths[name] for inquiry_id, name in named.items() if name in truths}


def _work_on(
    inquiry: Inquiry, letter: Letter, cast: Cast, articles: Mapping[str, ArticleVersion], *, end: datetime, rng: Random
) -> None:
    team = inquiry.queue.team_id
    people = cast.experienced.get(team, [])
    if not people:
        return
    agent = rng.choice(people)
    age = (end - inquiry.last_message_at).total_seconds() / 3600
    chance = next(share for hours, share in ANSWERED if age <= hours)
    moment = inquiry.last_message_at + (end - inquiry.last_message_at) * min(1.0, rng.expovariate(1) * 9 / (age + 1))
    moment = min(moment, end - timedelta(minutes=2))
    life.tag(actor=agent, inquiry=inquiry, add=[letter.topic.replace("_", " ")], now=inquiry.last_message_at)
    if letter.care in ("threat", "crisis"):
        return
    if note := note_about(letter, rng):
        notes.write_note(actor=rng.choice(people), inquiry=inquiry, text=note, now=moment - timedelta(seconds=90))
    draw = rng.random()
    if draw >= chance:
        _leave_waiting(inquiry, letter, cast, articles, agent=agent, end=end, rng=rng)
    elif letter.topic in SILENT_TOPICS and rng.random() < 0.5:
        _quietly(life.close, actor=agent, inquiry=inquiry, none_needed=True, now=moment)
    else:
        _answer(inquiry, letter, articles, agent=agent, now=moment, rng=rng)


def _leave_waiting(
    inquiry: Inquiry,
    letter: Letter,
    cast: Cast,
    articles: Mapping[str, ArticleVersion],
    *,
    agent: User,
    end: datetime,
    rng: Random,
) -> None:
    """Not answered yet: in someone's hands, snoozed, before a lead, or still in the queue."""
    draw, newcomers = rng.random(), cast.new.get(inquiry.queue.team_id, [])
    soon = end - timedelta(minutes=5 + 55 * rng.random())
    at = max(inquiry.last_message_at, soon)
    if draw < 0.12 and newcomers:
        _answer(inquiry, letter, articles, agent=rng.choice(newcomers), now=at, rng=rng)
    elif draw < 0.34:
        _quietly(taking.take, actor=agent, inquiry=inquiry, now=at)
    elif draw < 0.40:
        _quietly(taking.take, actor=agent, inquiry=inquiry, now=at)
        _quietly(life.snooze, actor=agent, inquiry=inquiry, until=end + timedelta(hours=2 + 40 * draw), now=at)


def _answer(
    inquiry: Inquiry,
    letter: Letter,
    articles: Mapping[str, ArticleVersion],
    *,
    agent: User,
    now: datetime,
    rng: Random,
) -> None:
    key, text = reply_to(letter, rng)
    text = text.rsplit("\n\n", 1)[0] + f"\n\n{agent.first_name}, for Adair for America"
    if version := articles.get(key or ""):
        Draft.objects.update_or_create(
            inquiry=inquiry,
            author=agent,
            defaults={"text": text, "saved_at": now, "revision": 1, "citations": _citations(version, letter, text)},
        )
    inquiry.refresh_from_db()
    try:
        reply = send_reply(
            actor=agent,
            inquiry=inquiry,
            token=uuid.uuid5(NAMESPACE, f"{letter.message_id}"),
            text=text,
            last_message_seen=inquiry.last_message_id or 0,
            now=now,
        )
    except SendRefused:
        return  # an address that bounced since, a person not to be written to: it stays on the desk
    if reply.outgoing_id:
        outbox.record_sent(outgoing_id=reply.outgoing_id, words="250 of the sample's past", now=now)


def _citations(version: ArticleVersion, letter: Letter, text: str) -> list[dict[str, str]]:
    """The paragraphs of the approved text that stand in the reply, as inserting them would have noted."""
    for said in version.texts.filter(language=letter.language, state_code__in=["", letter.state]).order_by(
        "-state_code"
    ):
        pieces = [part.strip() for part in said.body.split("\n\n") if part.strip() in text]
        if pieces:
            return [
                {"version": str(version.uid), "language": said.language, "state": said.state_code, "text": piece}
                for piece in pieces[:1]
            ]
    return []


def _quietly(action: Callable[..., Any], **words: Any) -> None:
    """A history that the desk's rules refuse did not happen."""
    try:
        action(**words)
    except Refused:
        return
