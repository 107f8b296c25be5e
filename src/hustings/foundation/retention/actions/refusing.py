"""What is said when a hold keeps something."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from hustings.foundation.core import records

from ..models import Hold
from ..queries.holding import holds_on, holds_over, wait_for_holds
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
    return _("This cannot be erased now. Nothing was changed.")


def refuse_subject(actor: Any, subject: Subject) -> None:
    """Raise Held when a hold keeps anything of it. Within the transaction that would erase."""
    wait_for_holds()
    if found := holds_on(subject):
        raise Held(actor, found)


def refuse_rows(actor: Any, part: str, ids: Sequence[int]) -> None:
    """Raise Held when a hold keeps one of these rows of a part: for rooms whose people delete single records."""
    wait_for_holds()
    if found := holds_over(registry.parts[part], ids):
        raise Held(actor, found)
