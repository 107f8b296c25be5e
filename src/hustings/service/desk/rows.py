"""An inquiry as a line of a list."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from hustings.constituents.topics.queries.taxonomy import names as topic_names
from hustings.foundation.access.models import User

from .models import Channel, Inquiry, Queue, Status
from .queries.lists import burnt, soon
from .queries.presence import being_written
from .registry import registry

COLOURS = ("vote", "vol", "gift", "acc", "press", "iss")
ICONS = {str(Channel.MAIL): "mail", str(Channel.FORM): "file-text"}


@dataclass(frozen=True)
class Row:
    """All that the line shows. `tone` is "", "warn" or "late", `used` per cent of its time."""

    inquiry: Inquiry
    name: str
    place: str
    icon: str
    tone: str
    used: int
    tag: str
    colour: str
    is_written: bool
    mark: str = ""  # what more it is part of, as rooms above say
    about: str = ""  # the first topic's name

    @property
    def is_new(self) -> bool:
        return self.inquiry.unread and self.inquiry.status == Status.OPEN


def rows_of(inquiries: Iterable[Inquiry], user: User, now: datetime) -> list[Row]:
    """The lines, in the order given. One query for all: who is writing; one more for what the topics are called, and
    for each room that marks rows."""
    inquiries = list(inquiries)
    written = being_written([row.pk for row in inquiries], user, now) if inquiries else set()
    marks: dict[int, str] = {}
    for source in registry.row_marks if inquiries else ():
        marks.update(source(user, [row.pk for row in inquiries]))
    slugs = {row.topics[0] for row in inquiries if row.topics}
    names = topic_names(slugs) if slugs else {}
    return [_row(row, now, row.pk in written, marks.get(row.pk, ""), names) for row in inquiries]


def colour_of(queue: Queue | None) -> str:
    """The palette's name for the queue's colour; None: of one that the reader may not know."""
    return "" if queue is None else COLOURS[(queue.colour - 1) % len(COLOURS)]


def name_of(inquiry: Inquiry) -> str:
    """Who it is from: the whole person's name, where two records were found to be one."""
    person = inquiry.person
    return (person.canonical.name if person.canonical else "") or person.name or _("Someone")


def place_of(inquiry: Inquiry) -> str:
    """ "Columbus, OH"."""
    person = inquiry.person
    return ", ".join(part for part in (person.city, person.state_code or inquiry.state_code) if part)


def tag_of(inquiry: Inquiry) -> str:
    """Its first tag, else its queue; "" to who may read neither."""
    return inquiry.tags[0] if inquiry.tags else inquiry.queue.name if inquiry.queue else ""


def _row(inquiry: Inquiry, now: datetime, is_written: bool, mark: str, names: Mapping[str, str]) -> Row:
    about = names.get(inquiry.topics[0], "") if inquiry.topics else ""
    return Row(
        inquiry=inquiry,
        name=name_of(inquiry),
        place=place_of(inquiry),
        icon=ICONS.get(inquiry.channel, "mail"),
        tone=soon(inquiry, now),
        used=burnt(inquiry, now),
        tag=about or tag_of(inquiry),
        colour=colour_of(inquiry.queue),
        is_written=is_written,
        mark=mark,
        about=about,
    )
