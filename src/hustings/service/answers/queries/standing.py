"""One question, fifty answers: which states have words of their own, and what each of them still lacks."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime

from hustings.foundation.core.guard import may_read
from hustings.foundation.geography.queries import states

from ..models import (
    Article,
    ArticleKind,
    ArticleText,
    ArticleVersion,
    PollClosing,
    Source,
    StateWithdrawal,
    VotingApproval,
)


@dataclass
class Standing:
    """A state's line (or, with an empty code, everyone's). `lacks` are codes: source, approval, deadline, sign_off,
    behind; `texts` its words in this version by language."""

    code: str
    name: str
    texts: list[ArticleText] = field(default_factory=list)
    approval: VotingApproval | None = None
    withdrawal: StateWithdrawal | None = None
    ends_at: datetime | None = None
    is_over: bool = False
    lacks: list[str] = field(default_factory=list)


def standings(article: Article, version: ArticleVersion, now: datetime) -> list[Standing]:
    """Everyone's words first, then every state by name, with words or without: as far as the reader may know the kind,
    the state of approval and the deadline. For a page: what may be said is asked of `sayable`."""
    texts: dict[str, list[ArticleText]] = defaultdict(list)
    for text in ArticleText.objects.filter(version=version).defer("search").order_by("language"):
        text.version = version
        texts[text.state_code].append(text)
    known = may_read("article", "state")
    approved = VotingApproval.objects.filter(version=version) if known else VotingApproval.objects.none()
    approvals = {one.state_code: one for one in approved.select_related("by")}
    off = StateWithdrawal.objects.filter(article=article, lifted_at=None).select_related("by")
    withdrawals = {one.state_code: one for one in (off if known else off.none())}
    closings = {one.state_id: one.closes_at for one in PollClosing.objects.filter(election__in=_day(article))}
    cited = set(Source.objects.filter(version=version, official=True).values_list("state_code", flat=True))
    found = []
    for code, name in [("", ""), *states()]:
        line = Standing(code, name, texts.get(code, []), approvals.get(code), withdrawals.get(code))
        polls = closings.get(code) if code else max(closings.values(), default=None)
        ends = [moment for moment in (article.expires_at, polls, *(t.expires_at for t in line.texts)) if moment]
        line.ends_at = min(ends, default=None)
        line.is_over = line.ends_at is not None and line.ends_at <= now
        line.lacks = _lacks(article, line, cited) if line.texts else []
        found.append(line)
    return found


def _day(article: Article) -> list[date]:
    return [article.election] if article.election else []


def _lacks(article: Article, line: Standing, cited: set[str]) -> list[str]:
    missing = []
    if any(text.is_behind for text in line.texts):
        missing.append("behind")
    if any(text.made_by_machine and text.signed_off_at is None for text in line.texts):
        missing.append("sign_off")
    if article.kind == ArticleKind.VOTING:
        if not cited & {"", line.code}:
            missing.append("source")
        if line.approval is None and may_read("article", "state"):
            missing.append("approval")
        if line.ends_at is None and may_read("article", "expires_at"):
            missing.append("deadline")
    return missing
