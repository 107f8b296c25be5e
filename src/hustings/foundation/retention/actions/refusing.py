"""What is said when a hold keeps something."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.translation import gettext as _

from hustings.foundation.core import records
from hustings.foundation.core.guard import unveiled

from ..models import Hold
from ..queries.holding import holds_on, holds_on_record, holds_over, wait_for_holds
from ..registry import Subject, registry
from ..rules import holds as may_know


class Held(records.Held, PermissionDenied):
    """It cannot go now. The words name the hold only to who may know of holds."""

    def __init__(self, actor: Any, holds: Sequence[Hold] = ()) -> None:
        self.holds = holds
        super().__init__(words(actor, holds))


def words(actor: Any, holds: Sequence[Hold]) -> str:
    """For this reader."""
    if actor is not None and may_know(actor):
        names = ", ".join(f"“{hold.name}”" for hold in holds) or _("a hold")
        return _("Under legal hold (%(names)s). Nothing was erased; it can go once the hold is released.") % {
            "names": names
        }
    return _("A legal hold keeps this: it cannot be erased now. Nothing was changed.")


def refuse_subject(actor: Any, subject: Subject) -> None:
    """Raise Held when a hold keeps anything of it. Within the transaction that would erase."""
    wait_for_holds()
    if found := holds_on(subject):
        raise Held(actor, found)


def why_kept(reader: Any, subject: Subject) -> str:
    """That a hold keeps it, before anybody asks for it to be erased; "" when none does."""
    with unveiled():  # by which of their fields a hold names them is the house's question
        found = holds_on(subject)
    return words(reader, found) if found else ""


def refuse_rows(actor: Any, part: str, ids: Sequence[int]) -> None:
    """Raise Held when a hold keeps one of these rows of a part: for rooms whose people delete single records."""
    wait_for_holds()
    if found := holds_over(registry.parts[part], ids):
        raise Held(actor, found)


def why_not_merged(actor: Any, record: str, record_id: int) -> str:
    """Why this record cannot be merged into another: a hold is over it. "" when it can. Within the transaction that
    would merge, before its row is locked."""
    wait_for_holds()
    found = holds_on_record(record, record_id)
    if not found:
        return ""
    if actor is not None and may_know(actor):
        names = ", ".join(f"“{hold.name}”" for hold in found)
        return _("Under legal hold (%(names)s): it is not merged into another. Nothing was changed.") % {"names": names}
    return _("This is under a legal hold: it is not merged into another. Nothing was changed.")


def notice_of(user: Any, record: str, record_id: int) -> dict[str, Any] | None:
    """For the record's page: that a hold is in force; which one, to who may know. None when there is none."""
    found = holds_on_record(record, record_id)
    if not found:
        return None
    named = [(hold.name, reverse("retention:hold", args=[hold.uid])) for hold in found] if may_know(user) else []
    return {"holds": named}
