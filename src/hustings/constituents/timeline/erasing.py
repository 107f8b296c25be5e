"""A person of whom nothing was heard for as long as the campaign says is erased as on request. Lines of the timeline
hold ids and no words: they stay, as counts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext_lazy as _

from hustings.constituents.people.models import Identifier, Person
from hustings.foundation.retention import registry
from hustings.foundation.retention.actions.erasing import begin_by_schedule
from hustings.foundation.retention.registry import Part

from .models import Entry


def _silent() -> "QuerySet[Any]":
    own = Entry.objects.filter(person_id=OuterRef("pk")).order_by("-at").values("at")[:1]
    joined = (
        Entry.objects.filter(person_id__in=Person.objects.filter(canonical_id=OuterRef(OuterRef("pk"))).values("pk"))
        .order_by("-at")
        .values("at")[:1]
    )
    reached = Exists(Identifier.objects.filter(person_id=OuterRef("pk")))
    return (
        Person.objects.filter(canonical__isnull=True)
        .annotate(
            heard_at=Greatest(
                F("created_at"),
                Coalesce(Subquery(own), F("created_at")),
                Coalesce(Subquery(joined), F("created_at")),
            )
        )
        .filter(reached)
    )


def _erase(ids: Sequence[int], now: datetime) -> list[str]:
    begin_by_schedule(person_ids=ids, now=now)
    return []


def register() -> None:
    """Called once, when the app is ready."""
    registry.part(
        Part(
            "timeline.silent",
            _("People of whom nothing was heard"),
            rows=_silent,
            erase=_erase,
            at="heard_at",
            expires=True,
            least_days=365,
            hint=_("They are erased with all that is kept of them, as if they had asked."),
        )
    )
