"""Which words may be said at this moment, by an agent as by a public page."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from ..models import ArticleKind, ArticleState, ArticleText, PollClosing, StateWithdrawal, VotingApproval


def sayable_texts(now: datetime) -> QuerySet[ArticleText]:
    """Texts of approved versions that may be said at this moment, to the public as by an agent: not withdrawn for
    their state, not expired; of voting answers those that voter protection approved, and of a machine's translation
    only what a person signed off."""
    article = "version__article__"
    approvals = VotingApproval.objects.filter(version_id=OuterRef("version_id"), state_code=OuterRef("state_code"))
    withdrawn = StateWithdrawal.objects.filter(
        article_id=OuterRef("version__article_id"), state_code=OuterRef("state_code"), lifted_at=None
    )
    signed = Q(made_by_machine=False) | Q(signed_off_at__isnull=False)
    general = Q(**{f"{article}kind": ArticleKind.GENERAL})
    closing = PollClosing.objects.filter(election=OuterRef(f"{article}election"))
    of_state = closing.filter(state_id=OuterRef("state_code"))
    over = Q(**{f"{article}election__isnull": False}) & (
        (~Q(state_code="") & Exists(of_state.filter(closes_at__lte=now)))
        | (Q(state_code="") & Exists(closing) & ~Exists(closing.filter(closes_at__gt=now)))
        | (~Exists(closing) & Q(**{f"{article}election__lt": now.date()}))
    )
    return (
        ArticleText.objects.filter(
            general | (Q(Exists(approvals)) & signed),
            Q(expires_at=None) | Q(expires_at__gt=now),
            Q(**{f"{article}expires_at": None}) | Q(**{f"{article}expires_at__gt": now}),
            **{f"{article}state": ArticleState.APPROVED},
        )
        .exclude(Exists(withdrawn))
        .exclude(over)
    )


def sayable_ids(versions: Iterable[int | None], state_code: str, now: datetime) -> set[int]:
    """The texts of these versions that may be said to somebody of this state."""
    rows = sayable_texts(now).filter(version_id__in=versions, state_code__in={"", state_code})
    return set(rows.values_list("pk", flat=True))


def withdrawn_in(articles: Iterable[int], state_code: str) -> set[int]:
    """Those of the articles that may not be told to anybody of this state: everyone's words might be wrong there."""
    rows = StateWithdrawal.objects.filter(article_id__in=articles, state_code=state_code, lifted_at=None)
    return set(rows.values_list("article_id", flat=True)) if state_code else set()
