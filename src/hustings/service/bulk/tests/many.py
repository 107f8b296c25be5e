"""Many who wrote the same, for the tests of bulk replies."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hustings.constituents.people.models import Person
from hustings.foundation.access.models import User
from hustings.foundation.ui.models import Campaign
from hustings.service.answers.models import ArticleText
from hustings.service.bulk.actions import approving, checking, drafting, leaving
from hustings.service.bulk.actions.drafting import Draft
from hustings.service.bulk.models import BulkReply, Copy
from hustings.service.correspondence.tests.replying import NOW, Cast, article, inquiry, letter, person
from hustings.service.desk.models import Inquiry

MINUTE = timedelta(minutes=1)
WORDS = "Thank you, {{ person.first_name }}. Your polling place is set by your county."
OPENING = {"en": 'Dear {{ person.first_name | default: "friend" }},', "es": "Hola:"}


def wrote(us: Cast, by: Person, address: str, *, at: datetime = NOW, **fields: Any) -> Inquiry:
    """A letter of theirs, in an inquiry of its own."""
    made = inquiry(replace(us, person=by), at=at, **fields)
    if address != "ruth.a@example.org":
        made = Inquiry.objects.get(pk=made.pk)
        letter(made, at=at, address=address)
        made.refresh_from_db()
    return made


def writers(us: Cast, count: int) -> list[Inquiry]:
    """As many people, each with one letter."""
    found = []
    for number in range(count):
        address = f"w{number}@b.example"
        found.append(wrote(us, person(f"Writer{number} Case", address), address))
    return found


def drafted(us: Cast, rows: Sequence[Inquiry], *, text: ArticleText | None = None, by: User | None = None,
            **given: Any) -> BulkReply:  # fmt: skip
    """Written by a lead and checked."""
    words = text or article(body=WORDS)
    draft = Draft(article=words.version.article, opening=OPENING, **given)
    bulk = drafting.make_bulk_reply(actor=by or us.lead, ids=[row.pk for row in rows], draft=draft, now=NOW)
    checking.check(bulk_id=bulk.pk, revision=bulk.revision, now=NOW)
    bulk.refresh_from_db()
    return bulk


def approved(us: Cast, bulk: BulkReply, *, by: User | None = None, now: datetime = NOW) -> BulkReply:
    approving.ask_approval(actor=bulk.made_by, bulk=bulk, now=now)
    bulk.refresh_from_db()
    return approving.approve(actor=by or us.administrator, bulk=bulk, revision=bulk.revision, now=now)


def all_leave(bulk: BulkReply, *, now: datetime = NOW) -> datetime:
    """Turn after turn until nothing is left to put into the outbox; when that was."""
    while True:
        leaving.leave_due(now)
        bulk.refresh_from_db()
        if bulk.state != "running":
            return now
        now += timedelta(seconds=1)


def states(bulk: BulkReply) -> dict[str, str]:
    """By the writer's first address: the state, or why not."""
    rows = Copy.objects.filter(bulk=bulk).select_related("inquiry__person").order_by("pk")
    return {f"{row.inquiry.person.first_name}:{row.inquiry_id}": row.why or row.state for row in rows}


def paid_for(line: str = "Adair for America") -> None:
    Campaign.objects.update(paid_for_by=line)
