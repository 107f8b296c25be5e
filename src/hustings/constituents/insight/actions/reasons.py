"""Why an answer did not help."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from ..models import Reason


def keep_reason(
    *, subject: str, language: str, state_code: str, whys: Sequence[str], words: str, now: datetime
) -> None:
    """Keep what a reader said, without who; those who keep the answer read it."""
    with transaction.atomic():
        rows = [
            Reason(at=now, subject=subject, language=language, state_code=state_code, why=why)
            for why in whys or ([""] if words else [])
        ]
        if rows:
            rows[0].words = words[:1000]
            Reason.objects.bulk_create(rows)
