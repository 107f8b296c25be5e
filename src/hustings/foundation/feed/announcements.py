"""What feed tells the rooms above."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PostWritten:
    """A post, or a comment (`thread_id` is then another's), stands in a record's feed."""

    post_id: int
    post_uid: UUID
    thread_id: int
    record_type: str
    record_id: int
    author_id: int | None
