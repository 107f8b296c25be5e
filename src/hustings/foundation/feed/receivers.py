"""What rooms do with records, as feeds tell it."""

from hustings.foundation.core import bus
from hustings.foundation.core.records import RecordChanged

from .actions.changes import keep_change


@bus.inside(RecordChanged)
def tell_change(event: RecordChanged) -> None:
    """In the transaction that changed it."""
    keep_change(event=event)
