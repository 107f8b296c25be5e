"""Ten letters as they would leave, before any does."""

from dataclasses import dataclass
from datetime import datetime

from hustings.foundation.access.models import User
from hustings.foundation.core.guard import unveiled
from hustings.foundation.ui.queries import campaign
from hustings.service.answers.rules import MergeFieldError
from hustings.service.desk.models import Inquiry
from hustings.service.desk.queries.inquiries import visible_to

from ..engine.different import Sample, most_different
from ..models import BulkReply, Copy, CopyState
from .wording import Wording

TEN = 10
LOOKED_THROUGH = 1_500  # for odd names; of languages, states and texts there is one of each besides


@dataclass(frozen=True)
class Preview:
    """`text` is empty where the reader may not see what the letter is made of."""

    copy: Copy
    inquiry: Inquiry
    text: str


def ten(bulk: BulkReply, *, reader: User, needs_line: bool, now: datetime) -> list[Preview]:
    """The most different of those that are ready and in the reader's sight, with what they may see of each. With
    `needs_line` the line that says who paid stands on them."""
    keys = most_different(_samples(bulk, reader), TEN)
    copies = Copy.objects.filter(pk__in=keys).select_related("inquiry__person", "inquiry__queue", "text__version")
    found = {one.pk: one for one in copies}
    if not bulk.paid_line and needs_line:
        bulk.paid_line = campaign().paid_for_by
    wording = Wording(bulk, now)
    return [_preview(wording, found[key]) for key in keys]


def _samples(bulk: BulkReply, reader: User) -> list[Sample]:
    seen = visible_to(reader).order_by().values("pk")
    with unveiled():
        rows = Copy.objects.filter(bulk=bulk, state=CopyState.READY, text__isnull=False, inquiry__in=seen)
        kinds = rows.order_by("language", "state_code", "text_id", "pk").distinct("language", "state_code", "text_id")
        ids = {*kinds.values_list("pk", flat=True), *rows.order_by("pk").values_list("pk", flat=True)[:LOOKED_THROUGH]}
        told = rows.filter(pk__in=ids).order_by("pk")
        return [
            Sample(*row) for row in told.values_list("pk", "language", "state_code", "text_id", "inquiry__person__name")
        ]


def _preview(wording: Wording, copy: Copy) -> Preview:
    assert copy.text is not None  # only those that have words are looked at
    try:
        text = wording.whole(copy.text, copy.inquiry)[0]
    except MergeFieldError:
        text = ""
    return Preview(copy, copy.inquiry, text)
