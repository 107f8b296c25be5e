"""What incidents keep that can go: words taken from a person's letter. That it happened, in which state and when,
stays."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hustings.foundation.retention import registry
from hustings.foundation.retention.registry import Part, Subject

from .models import Incident


def _erase(ids: Sequence[int], now: datetime) -> list[str]:
    Incident.objects.filter(pk__in=ids).update(what="", done="", outcome="", place="", precinct="")
    return []


def _of_subject(subject: Subject) -> Any:
    if "incident" in subject.records:
        return subject.records["incident"]
    return Incident.objects.filter(inquiry_id__in=subject.ids("inquiry")).values("pk")


def register() -> None:
    """Called once, when the app is ready."""
    registry.relate("incident", _of_subject)
    registry.part(
        Part("incidents.words", _("Election incidents: what was told"),
             rows=lambda: Incident.objects.exclude(
                 what="", done="", outcome="", place="", precinct=""
             ),
             erase=_erase, of=lambda subject: Q(inquiry_id__in=subject.ids("inquiry")),
             at="reported_at", expires=True, itself="incident",
             least_days=365, only=Q(closed_at__isnull=False), hint=_("What is still open never expires."))
    )  # fmt: skip
