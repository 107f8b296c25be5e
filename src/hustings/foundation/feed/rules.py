"""What is refused, and who may do what with a post."""

from collections.abc import Sequence

from hustings.foundation.access.models import User
from hustings.foundation.access.rules import administers

from .models import Post
from .models.posts import Kind

LONGEST = 10_000  # letters of a post
MOST_FILES = 5
MOST_FILE_MB = 10
# By the name's ending. What a browser would run (HTML, SVG, scripts) and what a machine would is not among them.
FILE_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "heic": "image/heic",
    "txt": "text/plain",
    "md": "text/plain",
    "csv": "text/csv",
    "ics": "text/calendar",
    "rtf": "application/rtf",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "eml": "message/rfc822",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "wav": "audio/wav",
    "mp4": "video/mp4",
    "zip": "application/zip",
}


class Refused(Exception):
    """It was not done; the text says why, what was kept and what to do."""


class NotTold(Refused):
    """Somebody is named who may not see the record. Posted only once the author has said that they know."""

    def __init__(self, text: str, people: Sequence[User]) -> None:
        super().__init__(text)
        self.people = list(people)

    @property
    def keys(self) -> list[str]:
        """What the author confirms."""
        return sorted(str(person.uid) for person in self.people)


def may_edit(user: User, post: Post) -> bool:
    """One's own words, while they stand."""
    return bool(user.is_active) and post.author_id == user.pk and stands(post)


def may_withdraw(user: User, post: Post) -> bool:
    """One's own words; an administrator anyone's."""
    return stands(post) and (may_edit(user, post) or administers(user))


def stands(post: Post) -> bool:
    """Whether it holds words that can be changed."""
    return post.kind == Kind.POST and post.withdrawn_at is None


def chooses_fields(user: User) -> bool:
    """Says which fields' changes feeds tell."""
    return administers(user)
