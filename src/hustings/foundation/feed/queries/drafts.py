"""What stands in a composer, and why it was not posted."""

from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from ..models import Post
from ..rules import LONGEST, MOST_FILE_MB, MOST_FILES, NotTold, Refused


@dataclass
class Draft:
    """`warning` and `confirmed`: those who are called and may not see the record, for posting all the same."""

    action: str
    names_url: str
    check_url: str
    key: str
    text: str = ""
    refused: str = ""
    warning: str = ""
    confirmed: list[str] = field(default_factory=list)
    most_files: int = MOST_FILES
    most_mb: int = MOST_FILE_MB
    longest: int = LONGEST

    def refuse(self, text: str, refusal: Refused) -> "Draft":
        """The same with the words kept and the reason."""
        self.text = text
        if isinstance(refusal, NotTold):
            self.warning, self.confirmed = str(refusal), refusal.keys
        else:
            self.refused = str(refusal)
        return self

    @property
    def was_refused(self) -> bool:
        return bool(self.refused or self.warning)


def draft_on(record_type: str, record_uid: Any) -> Draft:
    """A new post's composer."""
    arguments = [record_type, record_uid]
    return Draft(
        reverse("feed:record", args=arguments),
        reverse("feed:names", args=arguments),
        reverse("feed:check", args=arguments),
        "new",
    )


def draft_under(top: Post) -> Draft:
    """A comment's composer."""
    arguments = [top.record_type, top.record_uid]
    return Draft(
        reverse("feed:comment", args=[top.uid]),
        reverse("feed:names", args=arguments),
        reverse("feed:check", args=arguments),
        str(top.uid),
    )
