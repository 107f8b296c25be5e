"""Files that go with a reply."""

import mimetypes
from datetime import datetime

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from hustings.foundation.access.models import User
from hustings.foundation.core import storage
from hustings.foundation.core.guard import action
from hustings.foundation.retention.actions.objects import let_go
from hustings.service.desk.models import Inquiry

from ..models import Draft
from ..queries.attachments import harmless_name
from ..rules import MOST_ATTACHED
from .drafts import refuse_to_lose_draft


class FileRefused(Exception):
    """The file was not taken; the message says why and what to do. The draft is as it was."""


def too_large(name: str) -> FileRefused:
    """What is said of a file that is over the limit, by itself or with those already there."""
    return FileRefused(
        _("“%(name)s” is too large: all files of a reply together may be %(limit)s. It was not attached; "
          "your draft is kept. Send a smaller file, or a link.")
        % {"name": name, "limit": filesizeformat(MOST_ATTACHED)}
    )  # fmt: skip


@action
def attach(*, actor: User, inquiry: Inquiry, name: str, content: bytes, now: datetime) -> Draft:
    """Put a file to the actor's draft (made when there is none). All files of a reply together: at most 20 MB."""
    draft, _made = Draft.objects.select_for_update().get_or_create(
        inquiry=inquiry, author=actor, defaults={"saved_at": now, "revision": 0}
    )
    name = harmless_name(name)
    if not content:
        raise FileRefused(_("“%(name)s” is empty. Nothing was attached.") % {"name": name})
    if sum(file["size"] for file in draft.attachments) + len(content) > MOST_ATTACHED:
        raise too_large(name)
    sha256 = storage.put(content)
    kept = [file for file in draft.attachments if (file["name"], file["sha256"]) != (name, sha256)]
    guessed = mimetypes.guess_type(name)[0] or "application/octet-stream"
    draft.attachments = [*kept, {"name": name, "type": guessed, "size": len(content), "sha256": sha256}]
    draft.saved_at = now
    draft.save(update_fields=["attachments", "saved_at"])
    return draft


@action
def detach(*, actor: User, inquiry: Inquiry, position: int, now: datetime) -> Draft | None:
    """Take the file at this position from the actor's draft. Raises Held when a legal hold keeps it."""
    refuse_to_lose_draft(actor, inquiry)
    draft = Draft.objects.select_for_update().filter(inquiry=inquiry, author=actor).first()
    if draft is not None and 0 <= position < len(draft.attachments):
        gone = draft.attachments.pop(position)
        draft.save(update_fields=["attachments"])
        let_go([gone["sha256"]], now=now)
    return draft
