"""How the desk's lines read on a person's timeline."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hustings.constituents.timeline import kinds
from hustings.constituents.timeline.models import Entry
from hustings.foundation.access.models import User

from .models import Note
from .queries.inquiries import visible_to


def register() -> None:
    """Called once, when the app is ready."""
    kinds.register("desk.note", label=gettext_lazy("Note"), icon="message-square-text", group="notes", render=notes)


def notes(user: User, entries: Sequence[Entry]) -> Mapping[UUID, kinds.RenderedLine]:
    """Notes in inquiries the user may see. Two queries."""
    found = Note.objects.filter(uid__in=[entry.ref for entry in entries if entry.ref]).select_related(
        "author", "inquiry"
    )
    by_uid = {note.uid: note for note in found}
    ids = {note.inquiry_id for note in by_uid.values()}
    seen = set(visible_to(user).filter(pk__in=ids).values_list("pk", flat=True))
    return {
        uid: kinds.RenderedLine(
            title=_("left a note in “%(subject)s”") % {"subject": note.inquiry.subject or note.inquiry.snippet},
            text=note.text,
            url=reverse("desk:inquiry", args=[note.inquiry.uid]),
            who=note.author.name,
            tone="nt",
        )
        for uid, note in by_uid.items()
        if note.inquiry_id in seen
    }
