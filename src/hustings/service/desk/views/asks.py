"""What is asked before an act: a sheet over the page, or a page of its own without script."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hustings.foundation.access.models import User
from hustings.foundation.core.clock import now
from hustings.foundation.ui import responses

from ..forms import AboutForm, AssignForm, MergeForm, MoveForm, NoteForm, SnoozeForm, TagForm, snooze_moments
from ..models import Inquiry
from ..queries.inquiries import visible_to
from ..queries.mentions import colleagues_for
from ..queries.threads import mergeable
from ..registry import ThreadItem, registry
from .showing import inquiry_of, state_of


@require_safe
def asked(request: HttpRequest, uid: UUID, what: str) -> HttpResponse:
    """The form of one act."""
    row = inquiry_of(request, uid)
    makers: dict[str, Any] = {
        "assign": lambda: AssignForm(
            people=colleagues_for(row),
            initial={"user": str(row.assignee.uid) if row.assignee else str(request.user.uid)},
        ),
        "snooze": SnoozeForm,
        "move": lambda: MoveForm(initial={"queue": row.queue.slug if row.queue else None}),
        "tag": lambda: TagForm(initial={"tags": ", ".join(row.tags)}),
        "about": lambda: AboutForm(inquiry=row),
        "note": lambda: note_form(row),
        "merge": MergeForm,
        "split": forms.Form,
    }
    if what not in makers:
        raise Http404
    return ask(request, row, what, makers[what]())


def note_form(row: Inquiry, data: Any = None) -> NoteForm:
    """The note's form, whose field offers names after @."""
    form = NoteForm(data)
    form.fields["text"].widget.attrs["data-mentions"] = reverse("desk:mentions", args=[row.uid])
    return form


def ask(request: HttpRequest, row: Inquiry, what: str, form: forms.Form, *, status: int = 200) -> HttpResponse:
    """The sheet, or with errors the sheet again (422)."""
    context = {
        "inquiry": row,
        "state": state_of(request),
        "what": what,
        "form": form,
        "heading": _headings()[what],
        "button": _buttons()[what],
        "template": f"desk/asks/{what}.html",
        **_more(request.user, row, what, now()),
    }
    return responses.page_or_part(request, "desk/ask.html", context, part="sheet", status=status)


def _more(user: User, row: Inquiry, what: str, moment: datetime) -> dict[str, Any]:
    if what == "snooze":
        return {"moments": snooze_moments(moment)}
    if what == "note":
        return {"people": [one for one in colleagues_for(row) if one != user]}
    if what == "merge":
        return {"others": mergeable(user, row, visible_to(user))}
    if what == "split":
        return {"items": _splittable(user, row)}
    return {}


def _splittable(user: User, row: Inquiry) -> list[ThreadItem]:
    items = [item for source in registry.thread_sources for item in source(user, row)]
    return sorted((item for item in items if item.splits), key=lambda item: (item.at, item.key))


def _headings() -> dict[str, str]:
    return {
        "assign": _("Assign or hand over"),
        "snooze": _("Snooze until"),
        "move": _("Move to another queue"),
        "tag": _("Tags"),
        "about": _("What it is about"),
        "note": _("Note to the team"),
        "merge": _("Merge with another inquiry"),
        "split": _("Split off letters"),
    }


def _buttons() -> dict[str, str]:
    return {
        "assign": _("Assign"),
        "snooze": _("Snooze"),
        "move": _("Move it"),
        "tag": _("Keep these tags"),
        "about": _("That is what it is about"),
        "note": _("Post the note"),
        "merge": _("Merge them"),
        "split": _("Split off"),
    }
