"""What can be asked of a field, by its kind."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hustings.foundation.core import records
from hustings.foundation.core.records import Field

NOTHING, ONE, MANY, DAYS, DAY = "nothing", "one", "many", "days", "day"  # what stands behind the words


@dataclass(frozen=True, slots=True)
class Operator:
    name: str
    label: Promise
    needs: str = ONE


_EMPTY = (Operator("empty", _("is empty"), NOTHING), Operator("filled", _("is not empty"), NOTHING))
_SAME = (Operator("is", _("is")), Operator("is_not", _("is not")))
_OF = (Operator("one_of", _("is one of"), MANY), Operator("none_of", _("is none of"), MANY))
_WORDS = (Operator("contains", _("contains")), Operator("lacks", _("does not contain")))
_SIZE = (Operator("more", _("is more than")), Operator("less", _("is less than")))
_DAYS = (
    Operator("on_day", _("is on"), DAY),
    Operator("before", _("is before"), DAY),
    Operator("after", _("is after"), DAY),
    Operator("last_days", _("is within the last days"), DAYS),
    Operator("next_days", _("is within the next days"), DAYS),
    Operator("older_days", _("is longer ago than days"), DAYS),
)
CHANGED = (
    Operator("changed", _("has just changed"), NOTHING),
    Operator("changed_to", _("has just changed to")),
    Operator("changed_from", _("has just changed from")),
)
_TEXTS = (*_SAME, *_WORDS, *_OF, *_EMPTY)
_CHOSEN = (*_SAME, *_OF, *_EMPTY)
BY_KIND: dict[str, tuple[Operator, ...]] = {
    records.TEXT: _TEXTS,
    records.LONG_TEXT: _TEXTS,
    records.EMAIL: _TEXTS,
    records.PHONE: _TEXTS,
    records.PLACE: _TEXTS,
    records.NUMBER: (*_SAME, *_SIZE, *_EMPTY),
    records.MONEY: (*_SAME, *_SIZE, *_EMPTY),
    records.DATE: (*_DAYS, *_EMPTY),
    records.MOMENT: (*_DAYS, *_EMPTY),
    records.CHOICE: _CHOSEN,
    records.CHOICES: (*_WORDS, *_EMPTY),
    records.YES_NO: (Operator("yes", _("is yes"), NOTHING), Operator("no", _("is no"), NOTHING)),
    records.USER: _CHOSEN,
    records.LINK: _EMPTY,
    records.FILE: _EMPTY,
}
_ALL = {op.name: op for ops in (*BY_KIND.values(), CHANGED) for op in ops}


def operators_of(field: Field, *, changes: bool = True) -> tuple[Operator, ...]:
    """What can be asked of it; with `changes` also whether it has just changed."""
    own = BY_KIND.get(field.kind, _EMPTY)
    if not changes:
        return own
    return (*own, *(CHANGED if field.kind not in (records.LONG_TEXT, records.FILE) else CHANGED[:1]))


def operator(name: str) -> Operator | None:
    return _ALL.get(name)


def is_change(name: str) -> bool:
    """Whether it asks what has just happened, which no list of records can tell."""
    return name in {op.name for op in CHANGED}
