"""Reading corrections: what was said, to whom, and what is left to do."""

from uuid import UUID

from django.db.models import Count, QuerySet

from hustings.foundation.access.models import User

from ..models import Article, Correction, CorrectionRecipient, RecipientState
from ..rules import may_correct


def corrections_of(user: User, article: Article) -> QuerySet[Correction]:
    """The article's corrections, newest first; none for those who may send none."""
    if not may_correct(user, article):
        return Correction.objects.none()
    rows = Correction.objects.filter(article=article).select_related("made_by", "approved_by")
    return rows.order_by("-made_at", "-id")


def recipients_of(correction: Correction, state: str = "") -> QuerySet[CorrectionRecipient]:
    """Everyone it goes to, those who are still to be called first."""
    rows = CorrectionRecipient.objects.filter(correction=correction).select_related("person", "called_by")
    return (rows.filter(state=state) if state else rows).order_by("-answered_at", "id")


def counts_of(correction: Correction) -> dict[str, int]:
    """How many recipients are in which state; states without any are 0."""
    rows = CorrectionRecipient.objects.filter(correction=correction).values_list("state").annotate(n=Count("pk"))
    return dict.fromkeys(RecipientState.values, 0) | dict(rows)


def is_correction(uid: UUID) -> bool:
    """Whether a letter with this uid carries a correction."""
    return CorrectionRecipient.objects.filter(sent_as=uid).exists()
