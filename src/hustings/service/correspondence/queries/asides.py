"""What was set aside, for the page that shows it. A double of, or a bounce about, a letter is seen by who sees that
letter; what speaks of no letter of ours is seen by those who lead."""

import logging
from typing import Any

from django.db.models import Count, Q, QuerySet

from hustings.foundation.access.models import User
from hustings.foundation.channels.models import Outcome, RawMail
from hustings.foundation.channels.queries import ARCHIVE_LOST, raw_of
from hustings.foundation.core.guard import FieldHidden

from ..engine.parse import parse
from ..models import SetAside
from ..rules import may_see_set_aside
from .frames import harmless_html_of
from .messages import headers_of, may_read_whole, seen_by
from .threads import flowing

log = logging.getLogger(__name__)
KINDS = (
    Outcome.QUARANTINED,
    Outcome.JUNK,
    Outcome.LIST,
    Outcome.AUTO_REPLY,
    Outcome.BOUNCE,
    Outcome.DUPLICATE,
    Outcome.FEED,
)
RESTORABLE = (Outcome.JUNK, Outcome.LIST, Outcome.AUTO_REPLY, Outcome.BOUNCE)


def visible_to(user: User) -> QuerySet[SetAside]:
    if not may_see_set_aside(user):
        return SetAside.objects.none()
    rows = SetAside.objects.filter(Q(inquiry=None) | seen_by(user, "inquiry"))
    return rows.select_related("delivery", "inquiry")


def of_kind(user: User, kind: str) -> QuerySet[SetAside]:
    """Newest first; every kind for none that is known."""
    rows = visible_to(user).filter(restored_at=None).order_by("-at", "-id")
    return rows.filter(kind=kind) if kind in KINDS else rows


def counts(user: User) -> dict[str, int]:
    """How many of each kind are still aside."""
    found = dict(visible_to(user).filter(restored_at=None).order_by().values_list("kind").annotate(Count("pk")))
    return {kind.value: found.get(kind.value, 0) for kind in KINDS}


def raw_bytes(aside: SetAside) -> bytes | None:
    """None after an erasure, and of what went to a feed: who may see its record reads it there."""
    if aside.kind == Outcome.FEED:
        return None
    if not may_read_whole():
        raise FieldHidden("message", "text")
    try:
        return raw_of(aside.delivery)
    except RawMail.DoesNotExist:
        return None
    except ARCHIVE_LOST:  # `hustings archive --check` names the file
        log.exception("the archived bytes of delivery %s cannot be read", aside.delivery_id)
        return None


def opened(aside: SetAside) -> dict[str, Any]:
    """What can be shown of it: its words as text, its headers, whether it has HTML; never anything that runs."""
    raw = raw_bytes(aside) if may_read_whole() else None
    if raw is None:
        return {"words": [], "headers": "", "has_html": False, "files": []}
    parsed = parse(raw)
    return {
        "words": flowing(parsed.full_text[:200_000]),
        "headers": headers_of(raw),
        "has_html": bool(parsed.html.strip()),
        "files": [(file.name, file.type, file.size) for file in parsed.attachments],
        "notes": list(parsed.notes),
    }


def harmless_html(aside: SetAside) -> str | None:
    raw = raw_bytes(aside)
    return harmless_html_of(raw) if raw is not None else None
