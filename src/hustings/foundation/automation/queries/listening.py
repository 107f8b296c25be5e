"""Which rules listen to what happens. Asked within other rooms' transactions: one small query, by an index that holds
only rules that are on."""

from collections.abc import Mapping
from typing import Any

from ..models import Rule
from ..triggers import ANNOUNCED, BadTrigger, trigger_from


def versions_listening(record: str, kind: str, changes: Mapping[str, Any], name: str = "") -> list[int]:
    """The ids of the versions to be asked, in the order of their rules."""
    rows = Rule.objects.filter(is_on=True, record=record).order_by("position", "id")
    found = []
    for version_id, trigger in rows.values_list("version_id", "version__trigger"):
        try:
            if trigger_from(trigger).listens_to(kind, changes, name):
                found.append(version_id)
        except BadTrigger:
            continue
    return found


def hears_of(name: str) -> bool:
    """Whether any rule listens to this announcement."""
    return Rule.objects.filter(is_on=True, version__trigger__kind=ANNOUNCED, version__trigger__name=name).exists()
