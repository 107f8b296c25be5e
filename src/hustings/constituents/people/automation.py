"""What of people rules can listen to."""

from django.utils.translation import gettext_lazy as _

from hustings.foundation.automation.registry import hears

from . import queries
from .announcements import AddressFailed, ConsentRecorded

RECORD = "person"


def register() -> None:
    """Called once, when the app is ready. Whoever was merged is told of as who they are read as now."""
    hears(
        "address_failed",
        _("mail to them comes back for good"),
        AddressFailed,
        record=RECORD,
        of=lambda said: (RECORD, queries.canonical_id(said.person_id)) if said.for_good else None,
        fields=("email",),
    )
    hears(
        "consent_recorded",
        _("they agree or refuse to be reached"),
        ConsentRecorded,
        record=RECORD,
        record_id=lambda said: queries.canonical_id(said.person_id),
        actor_id=lambda said: said.actor_id,
        fields=("consent",),
    )
