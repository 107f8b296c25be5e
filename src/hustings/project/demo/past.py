"""The weeks before today: most letters answered, some waiting, a few snoozed or before a lead, as in any campaign.

What is over is brought in as history, many at once; what is still going on goes through the desk's own actions.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db import transaction
from django.db.models import Min

from hustings.constituents.people.actions.history import record_past_arrivals
from hustings.foundation.access.models import Role, User
from hustings.service.answers.models import Article, ArticleText, ArticleVersion
from hustings.service.correspondence.actions.history import PastCitation, PastReply, record_past_replies
from hustings.service.correspondence.actions.replies import send_reply
from hustings.service.correspondence.models import Direction, Draft, Message, MessageBody, Reply
from hustings.service.correspondence.rules import SendRefused
from hustings.service.desk.actions import history, life, notes, taking
from hustings.service.desk.models import Event, Inquiry, Status
from hustings.service.desk.rules import Refused

from .approved_language import ARTICLES
from .generator.letters import Letter
from .generator.replies import note_about, reply_to
from .generator.roster import SAMPLE_SIGN_INS

AT_ONCE = 400
NAMESPACE = uuid.UUID("0197b8f0-5a3d-7000-8000-5a3d5a3d5a3d")
# How a letter's age (hours) decides the chance that it is answered by now.
ANSWERED = ((4, 0.03), (20, 0.15), (48, 0.35), (96, 0.7), (200, 0.95), (10_000, 1.0))
SILENT_TOPICS = {"thanks", "opinion"}
SHARE_WITH_NOTES = 0.4


@dataclass
class Cast:
    """Who answers, by team; and what they answer from."""

    experienced: dict[int, list[User]] = field(default_factory=dict)
    new: dict[int, list[User]] = field(default_factory=dict)
    versions: dict[str, ArticleVersion] = field(default_factory=dict)
    texts: dict[int, list[ArticleText]] = field(default_factory=dict)

    @classmethod
    def read(cls) -> "Cast":
        cast = cls()
        others = User.objects.exclude(roles__contains=[Role.ADMINISTRATOR])
        for user in others.order_by("id").prefetch_related("memberships"):
            group = cast.new if user.needs_release else cast.experienced
            for membership in user.memberships.all():
                group.setdefault(membership.team_id, []).append(user)
        found = Article.objects.filter(approved_version__isnull=False).select_related("approved_version")
        by_title = {article.title: article.approved_version for article in found}
        cast.versions = {piece.key: version for piece in ARTICLES if (version := by_title.get(piece.title))}
        for text in ArticleText.objects.filter(version__in=cast.versions.values()).order_by("-state_code"):
            cast.texts.setdefault(text.version_id, []).append(text)
        return cast


@dataclass(frozen=True)
class Case:
    """An inquiry, its newest letter and what is true of it, who answers it, and the dice for what happens."""

    inquiry: Inquiry
    letter: Letter
    agent: User
    at: datetime
    rng: Random


def live_through(
    truths: Mapping[str, Letter], *, end: datetime, seed: int, progress: Callable[..., Any] | None = None
) -> None:
    """Work on every inquiry as its age makes likely. Those already worked on are passed over."""
    first = Message.objects.filter(direction=Direction.IN).values("person_id").annotate(first=Min("at"))
    record_past_arrivals(dict(first.values_list("person_id", "first")))
    cast = Cast.read()
    worked_on = Event.objects.exclude(actor=None).values("inquiry_id")
    open_now = Inquiry.objects.filter(status=Status.OPEN, is_sealed=False, is_crisis=False, opened_at__lte=end)
    waiting = list(
        open_now.exclude(pk__in=Reply.objects.values("inquiry_id"))
        .exclude(pk__in=worked_on)
        .select_related("queue", "person")
        .order_by("opened_at", "id")
    )
    letters = _letters(waiting, truths)
    for start in range(0, len(waiting), AT_ONCE):
        batch = waiting[start : start + AT_ONCE]
        with transaction.atomic():
            _live(_cases(batch, letters, cast, end=end, seed=seed), cast, end=end)
        if progress is not None:
            progress(start + len(batch), len(waiting))


def _letters(waiting: Sequence[Inquiry], truths: Mapping[str, Letter]) -> dict[int, Letter]:
    """The newest letter of each inquiry, and what is true of it."""
    rows = Message.objects.filter(inquiry__in=waiting, direction=Direction.IN).order_by("at", "id")
    newest: dict[int, int] = dict(rows.values_list("inquiry_id", "id"))
    headers = dict(
        MessageBody.objects.filter(message_id__in=list(newest.values())).values_list("message_id", "message_id_header")
    )
    named = {inquiry_id: headers.get(message_id, "").strip("<>") for inquiry_id, message_id in newest.items()}
    return {inquiry_id: truths[name] for inquiry_id, name in named.items() if name in truths}


def _cases(
    batch: Sequence[Inquiry], letters: Mapping[int, Letter], cast: Cast, *, end: datetime, seed: int
) -> list[Case]:
    cases = []
    for inquiry in batch:
        letter, people = letters.get(inquiry.pk), cast.experienced.get(inquiry.queue.team_id)
        # Threats and people in crisis are for those who are trained, in the sample as in life; junk is for nobody.
        if letter is None or not people or letter.care in ("threat", "crisis") or letter.kind != "inquiry":
            continue
        rng = Random(f"{seed}:{letter.number}")
        hours = (end - inquiry.last_message_at).total_seconds() / 3600
        share = min(1.0, rng.expovariate(1) * 9 / (hours + 1))
        at = min(inquiry.last_message_at + (end - inquiry.last_message_at) * share, end - timedelta(minutes=2))
        at = max(at, inquiry.last_message_at)
        cases.append(Case(inquiry, letter, _someone(people, rng), at, rng))
    return cases


def _someone(people: Sequence[User], rng: Random) -> User:
    """One of the team, the volunteer who signs in by one click more often than others: her desk is to be full."""
    shown = next((user for user in people if user.email == SAMPLE_SIGN_INS[-1][1]), None)
    return shown if shown and rng.random() < 0.45 else rng.choice(people)


def _live(cases: Sequence[Case], cast: Cast, *, end: datetime) -> None:
    history.record_past_tags({case.inquiry.pk: case.letter.topic.replace("_", " ").capitalize() for case in cases})
    replies: list[PastReply] = []
    silent: list[history.PastWork] = []
    for case in cases:
        hours = (end - case.inquiry.last_message_at).total_seconds() / 3600
        chance = next(share for limit, share in ANSWERED if hours <= limit)
        answered = case.rng.random() < chance
        if case.rng.random() < SHARE_WITH_NOTES and (note := note_about(case.letter, case.rng)):
            _quietly(notes.write_note, actor=case.agent, inquiry=case.inquiry, text=note, now=case.at)
        if not answered:
            _leave_waiting(case, cast, end=end)
        elif case.letter.topic in SILENT_TOPICS and case.rng.random() < 0.5:
            silent.append(history.PastWork(case.inquiry.pk, case.agent.pk, case.at, answered=False))
        else:
            replies.append(_past_reply(case, cast))
    record_past_replies(replies, now=end)
    history.record_past_work(silent)


def _leave_waiting(case: Case, cast: Cast, *, end: datetime) -> None:
    """Not answered yet: in someone's hands, snoozed, before a lead, or still in the queue."""
    draw, newcomers = case.rng.random(), cast.new.get(case.inquiry.queue.team_id, [])
    if case.agent.email == SAMPLE_SIGN_INS[-1][1]:
        draw = 0.14 + draw / 3  # she has taken most of hers
    at = max(case.inquiry.last_message_at, end - timedelta(minutes=5 + 55 * case.rng.random()))
    if draw < 0.14 and newcomers:
        _ask_release(case, cast, newcomer=case.rng.choice(newcomers), now=at)
    elif draw < 0.36:
        _quietly(taking.take, actor=case.agent, inquiry=case.inquiry, now=at)
    elif draw < 0.42:
        until = end + timedelta(hours=2 + 40 * draw)
        _quietly(taking.take, actor=case.agent, inquiry=case.inquiry, now=at)
        _quietly(life.snooze, actor=case.agent, inquiry=case.inquiry, until=until, now=at)


def _words(case: Case, author: User) -> tuple[str | None, str]:
    key, text = reply_to(case.letter, case.rng)
    return key, text.rsplit("\n\n", 1)[0] + f"\n\n{author.first_name}, for Adair for America"


def _past_reply(case: Case, cast: Cast) -> PastReply:
    key, text = _words(case, case.agent)
    citations = _citations(case, cast, key, text)
    uid = uuid.uuid5(NAMESPACE, case.letter.message_id)
    return PastReply(uid, case.inquiry, case.agent, text, case.at, tuple(citations))


def _citations(case: Case, cast: Cast, key: str | None, text: str) -> list[PastCitation]:
    """The approved words that stand in the reply, as inserting them would have noted: the longest paragraph."""
    version = cast.versions.get(key or "")
    if version is None:
        return []
    for said in cast.texts.get(version.pk, []):
        if said.language != case.letter.language or said.state_code not in ("", case.letter.state):
            continue
        pieces = [part.strip() for part in said.body.split("\n\n") if part.strip() and part.strip() in text]
        if pieces:
            return [PastCitation(version, said.language, said.state_code, max(pieces, key=len))]
    return []


def _ask_release(case: Case, cast: Cast, *, newcomer: User, now: datetime) -> None:
    """A new volunteer's reply, waiting for a lead."""
    key, text = _words(case, newcomer)
    cited = [
        {"version": str(c.version.uid), "language": c.language, "state": c.state_code, "text": c.text}
        for c in _citations(case, cast, key, text)
    ]
    Draft.objects.update_or_create(
        inquiry=case.inquiry,
        author=newcomer,
        defaults={"text": text, "saved_at": now, "revision": 1, "citations": cited},
    )
    case.inquiry.refresh_from_db()
    try:
        send_reply(
            actor=newcomer,
            inquiry=case.inquiry,
            token=uuid.uuid5(NAMESPACE, case.letter.message_id),
            text=text,
            last_message_seen=case.inquiry.last_message_id or 0,
            now=now,
        )
    except SendRefused:
        Draft.objects.filter(inquiry=case.inquiry, author=newcomer).delete()


def _quietly(action: Callable[..., Any], **words: Any) -> None:
    """A history that the desk's rules refuse did not happen."""
    try:
        action(**words)
    except Refused:
        return
