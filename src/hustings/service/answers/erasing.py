"""What answers tell of their files (no erasure of a letter or a post with the same bytes removes them), and what they
keep of people: why somebody had to be called about a correction, which may name an address."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hustings.foundation.retention import registry
from hustings.foundation.retention.registry import Part

from .models import Attachment, CorrectionRecipient


def _erase(ids: Sequence[int], now: datetime) -> list[str]:
    CorrectionRecipient.objects.filter(pk__in=ids).update(because="")
    return []


def register() -> None:
    """Called once, when the app is ready."""
    registry.uses_objects(lambda sha256: Attachment.objects.filter(sha256=sha256).exists())
    registry.part(
        Part("answers.corrections", _("Corrections: why somebody had to be called"),
             rows=lambda: CorrectionRecipient.objects.exclude(because=""), erase=_erase,
             of=lambda subject: Q(person_id__in=subject.person_ids), at="settled_at")
    )  # fmt: skip
