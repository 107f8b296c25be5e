"""What this room itself announces that rules can listen to."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from . import registry
from .announcements import ApprovalSettled


def register() -> None:
    """Called once, when the app is ready."""
    for outcome, label in (
        ("approved", _("An approval of it was given")),
        ("refused", _("An approval of it was refused")),
    ):
        registry.hears(
            f"approval_{outcome}",
            label,
            ApprovalSettled,
            of=partial(_if_so, outcome),
            actor_id=lambda said: said.actor_id,
        )


def _if_so(outcome: str, said: ApprovalSettled) -> tuple[str, int] | None:
    return (said.record, said.record_id) if said.outcome == outcome else None
