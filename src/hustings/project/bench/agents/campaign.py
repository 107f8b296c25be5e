"""The campaign that is worked at: the sample's offices, as many volunteers as are asked for, signed in, and letters."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.contrib.auth import login
from django.http import HttpRequest

from hustings.foundation.access.actions.users import make_user
from hustings.foundation.access.models import User
from hustings.foundation.access.sessions import SessionStore
from hustings.foundation.geography.actions import load_places
from hustings.project.demo.generator.letters import Letter, letters
from hustings.project.demo.generator.mail import mbox_entry
from hustings.project.demo.offices import furnish
from hustings.service.correspondence.actions.intake_files import intake_files
from hustings.service.desk.models import Queue

from .feeder import pack

END = datetime(2026, 11, 2, 12, tzinfo=UTC)  # fixed, so that the same count and seed are the same bytes
BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass(frozen=True)
class Prepared:
    agents: list[dict[str, Any]]
    file: Path  # of letters to be handed over
    waiting: int  # letters taken in beforehand


def prepare(*, agents: int, backlog: int, to_come: int, seed: int, folder: Path) -> Prepared:
    """Everything that stands before the first second: in a database that is migrated and the bench's own."""
    now = datetime.now(UTC)
    load_places()
    furnish(now=now)
    written = letters(count=backlog + to_come, seed=seed, end=END)
    mbox, file = folder / "waiting.mbox", folder / "to-come.letters"
    with mbox.open("wb") as out:
        out.writelines(
            mbox_entry(one.raw, one.address or "MAILER-DAEMON", one.received_at) for one in islice(written, backlog)
        )
    pack(file, _envelopes(written))
    intake_files([mbox], now=now)
    return Prepared(volunteers(agents, now), file, backlog)


def _envelopes(written: Iterator[Letter]) -> Iterator[tuple[str, str, bytes]]:
    for one in written:
        yield ("" if one.kind == "bounce" else one.address), one.mailbox, one.raw


def volunteers(count: int, now: datetime) -> list[dict[str, Any]]:
    """Volunteers whose replies need no release, evenly over the queues that are not for the specially trained."""
    queues = list(Queue.objects.filter(is_crisis=False).select_related("team").order_by("position", "id"))
    made = []
    for number in range(count):
        queue = queues[number % len(queues)]
        user = make_user(
            actor=None,
            email=f"agent{number}@bench.example",
            name=f"Agent {number}",
            teams=[queue.team, queues[(number + 1) % len(queues)].team],
            needs_release=False,
            now=now,
        )
        made.append({"id": number, "user": user.pk, "session": sign_in(user), "queue": queue.slug,
                     "queue_id": queue.pk})  # fmt: skip
    return made


def sign_in(user: User) -> str:
    """A session of theirs, as signing in makes it."""
    request: Any = HttpRequest()
    request.session = SessionStore()
    login(request, user, backend=BACKEND)
    request.session.save()
    return str(request.session.session_key)
