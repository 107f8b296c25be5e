"""Letters read, and the rows that keep what was read: the hot path of the mail, in its own transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hustings.foundation.core import bulk, bus, jobs
from hustings.foundation.core.guard import action

from ..announcements import ReadAnew
from ..engine.reading import Reading
from ..models import Label, Read, Topic
from ..queries.reader import reader
from ..queries.taxonomy import members, parts_of
from ..registry import texts_of
from ..rules import in_place_of

__all__ = ["Reading", "ToKeep", "forget", "keep", "read", "read_anew", "with_danger"]

AT_ONCE = 500

_READ = bulk.Table(
    "topics_read",
    inquiry_id=bulk.bigint,
    message_id=bulk.bigint,
    at=bulk.moment,
    topics=bulk.texts,
    suggested=bulk.texts,
    nature=bulk.word,
    maybe=bulk.word,
    urgency=bulk.smallint,
    stance=bulk.word,
    language=bulk.word,
    topic_version=bulk.integer,
    nature_version=bulk.integer,
)


@dataclass(frozen=True, slots=True)
class ToKeep:
    """The reading of the letter that opened an inquiry."""

    inquiry_id: int
    message_id: int
    at: datetime
    language: str
    reading: Reading


def read(texts: Sequence[str], *, languages: Sequence[str]) -> list[Reading]:
    """What each text is about, in order: of a letter its subject, a line break, its own words. ``languages`` are their
    codes, "" where unknown. Some tens of microseconds a letter, in a batch; one small question to the database."""
    return reader().read(texts, languages) if texts else []


def keep(rows: Sequence[ToKeep]) -> None:
    """Write the readings, a row an inquiry, in the caller's transaction."""
    if rows:
        bulk.copy(_READ, [_row(row) for row in rows])


def forget(inquiry_ids: Sequence[int]) -> None:
    """Take back those of inquiries opened in this very transaction that turned out to belong to others."""
    if inquiry_ids:
        Read.objects.filter(inquiry_id__in=list(inquiry_ids)).delete()


def _row(row: ToKeep) -> tuple[object, ...]:
    said = row.reading
    return (
        *(row.inquiry_id, row.message_id, row.at, said.topics, said.suggested, said.nature, said.maybe, said.urgency),
        *(said.stance, row.language, said.model, said.nature_model),
    )


@action
def read_anew(*, topic: Topic, before: int, now: datetime) -> int:
    """Read once more the letters that have this topic, which was split, the newest first, from the id `before` down
    (0: from the newest), some hundred at once. In its place they get those of its parts that they speak of now; their
    other topics stay, and so does what a person has said of a letter. How many have other topics now."""
    slugs = members([topic.slug])
    parts = parts_of(slugs)
    rows = Read.objects.filter(topics__overlap=slugs).order_by("-id")
    found = list((rows.filter(pk__lt=before) if before else rows)[:AT_ONCE])
    spoken = set(
        Label.objects.filter(inquiry_id__in=[row.inquiry_id for row in found], field="topic", withdrawn_at=None)
        .values_list("inquiry_id", flat=True)
    )  # fmt: skip
    texts = texts_of([row.message_id for row in found if row.inquiry_id not in spoken])
    kept = [row for row in found if row.message_id in texts]
    said = read([texts[row.message_id][0] for row in kept], languages=[texts[row.message_id][1] for row in kept])
    changed, became = [], {}
    for row, reading in zip(kept, said, strict=True):
        # Where nothing is sure of a part, the old topic stays.
        own = [slug for slug in reading.topics if slug in parts]
        topics = in_place_of(slugs, own, row.topics)
        if own and topics != row.topics:
            maybe = [slug for slug in reading.suggested if slug in parts]
            suggested = dict.fromkeys(slug for slug in [*maybe, *row.suggested] if slug not in topics)
            row.topics, row.suggested, row.topic_version = topics, list(suggested), reading.model
            changed.append(row)
            became[row.inquiry_id] = own
    Read.objects.bulk_update(changed, ["topics", "suggested", "topic_version"])
    if changed:
        bus.announce(ReadAnew(slugs, became))
    if len(found) == AT_ONCE:
        jobs.enqueue("topics.read_anew", topic_id=topic.pk, before=found[-1].pk)
    return len(changed)


def with_danger(reading: Reading, *, threat: bool, crisis: bool) -> Reading:
    """What rules of safety found goes before all that words or a model say."""
    if not (threat or crisis):
        return reading
    return replace(reading, nature="threat" if threat else "crisis", urgency=2)
