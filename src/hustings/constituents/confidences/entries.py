"""What confidences put into the rail, on a person's page and into the words of the audit."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hustings.constituents.people import registry as page_registry
from hustings.constituents.people.registry import Page
from hustings.foundation.access.models import User
from hustings.foundation.access.registry import say
from hustings.foundation.ui import navigation
from hustings.foundation.ui.navigation import ELSEWHERE, Item

from . import rules
from .queries.panels import panel_for

AUDITED = {
    "privileged.written": _("wrote a privileged note"),
    "privileged.deleted": _("deleted a privileged note"),
    "vetting.opened": _("opened a new vetting file"),
    "vetting.changed": _("changed a vetting file"),
    "vetting.document_added": _("added a document to a vetting file"),
    "vetting.document_removed": _("removed a document of a vetting file"),
    "vetting.read": _("read a vetting file"),
}


def register() -> None:
    """Called once, when the app is ready."""
    say(AUDITED)
    navigation.register(
        Item("vetting", _("Vetting"), "shield-check", "confidences:files", order=70, group=ELSEWHERE,
             allowed=rules.vets, also=("confidences:file", "confidences:new_file"))
    )  # fmt: skip
    page_registry.panel("privileged", 14, "confidences/notes.html", _notes_of)
    page_registry.header_action("vetting", 92, "confidences/act.html", _vetting_of)


def _notes_of(user: User, page: Page) -> dict[str, Any] | None:
    return panel_for(user, "person", page.person, page.member_ids)


def _vetting_of(user: User, page: Page) -> dict[str, Any] | None:
    if not rules.vets(user):
        return None
    return {"url": f"{reverse('confidences:new_file')}?person={page.person.uid}"}
