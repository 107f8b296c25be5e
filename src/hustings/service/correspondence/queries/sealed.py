"""What lies under seal, for security leads alone."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from hustings.foundation.access.models import AuditEntry, User
from hustings.foundation.access.queries import audit_of

from ..models import Direction, Seal
from ..rules import may_see_sealed
from . import messages
from .threads import Letter, letters


@dataclass(frozen=True)
class Whole:
    """One letter with everything that came with it: for the police, on paper."""

    letter: Letter
    headers: str
    raw: str
    sha256: str


@dataclass(frozen=True)
class Touch:
    entry: AuditEntry
    who: str

    @property
    def what(self) -> str:
        return str(_TOUCHES.get(self.entry.action, self.entry.action))


_TOUCHES = {
    "seal.sealed": gettext_lazy("sealed it"),
    "seal.read": gettext_lazy("read it"),
    "seal.printed": gettext_lazy("asked for the page to print"),
    "seal.downloaded": gettext_lazy("downloaded from it"),
    "seal.lifted": gettext_lazy("lifted the seal"),
}


def visible_to(user: User) -> QuerySet[Seal]:
    if not may_see_sealed(user):
        return Seal.objects.none()
    return Seal.objects.select_related("inquiry", "inquiry__person", "by", "lifted_by").order_by("-at", "-id")


def dossier(seal: Seal) -> dict[str, Any]:
    """The letters whole, and who touched them, newest first. Who asks must be written down before this is called."""
    found = [m for m in messages.of_inquiry(seal.inquiry, limit=100) if m.direction == Direction.IN]
    wholes = [_whole(letter) for letter in letters(found)]
    entries = list(audit_of(seal.inquiry.uid))
    names = dict(User.objects.filter(pk__in={e.actor_id for e in entries if e.actor_id}).values_list("pk", "name"))
    return {"wholes": wholes, "touches": [Touch(entry, names.get(entry.actor_id or 0, "")) for entry in entries]}


def _whole(letter: Letter) -> Whole:
    raw = messages.raw_bytes(letter.message) or b""
    sha256 = bytes(letter.message.delivery.sha256).hex() if letter.message.delivery else ""
    return Whole(letter, messages.headers_of(raw), raw[:400_000].decode("utf-8", "replace"), sha256)
