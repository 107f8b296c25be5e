"""The desk's part of a person's page: their conversations, and what they write about."""

from collections import Counter
from typing import Any

from hustings.constituents.people import registry
from hustings.constituents.people.registry import Page
from hustings.foundation.access.models import User

from .models import Inquiry, Status
from .queries.inquiries import unmerged
from .queries.states import ListState
from .rows import tag_of

SHOWN = 6
COUNTED = 200
TOPICS = 4


def register() -> None:
    """Called once, when the app is ready."""
    registry.panel("conversations", 15, "desk/person/conversations.html", conversations)


def conversations(user: User, page: Page) -> dict[str, Any] | None:
    """Those of their conversations that the reader may see, what waits first, and what they are about."""
    rows = unmerged(user).filter(person_id__in=page.member_ids)
    found = list(rows.select_related("queue").order_by("-last_message_at", "-id")[:COUNTED])
    if not found:
        return None
    waiting = [row for row in found if row.status != Status.CLOSED]
    closed = [row for row in found if row.status == Status.CLOSED]
    email = next((one.value for one in page.standing.emails), "")
    everything = ListState(view="all", q=f"from:{email}").href if email and len(found) > SHOWN else ""
    return {"rows": [*waiting, *closed][:SHOWN], "count": len(found), "topics": _topics(found), "href": everything}


def _topics(rows: list[Inquiry]) -> list[dict[str, Any]]:
    """What their conversations are tagged, else the queues they came to: (name, how many, per cent of the most)."""
    counts = Counter(topic for row in rows for topic in (row.tags or filter(None, [tag_of(row)])))
    most = max(counts.values(), default=0)
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [{"name": name, "n": n, "used": 100 * n // most} for name, n in ordered[:TOPICS]]
