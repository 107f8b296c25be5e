"""Writing a bulk reply: whom it is for and what it says. Each change has every letter checked anew."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from hustings.foundation.access.actions import record_audit
from hustings.foundation.access.models import User
from hustings.foundation.core import jobs, live
from hustings.foundation.core.guard import action
from hustings.foundation.retention.actions.refusing import refuse_rows
from hustings.foundation.retention.queries.holding import held_among, wait_for_holds
from hustings.foundation.retention.registry import registry
from hustings.service.answers.models import Article, ArticleState
from hustings.service.answers.rules import check_merge_fields

from ..models import BulkReply, BulkState, Copy
from ..rules import ADDRESSES, LEAST_PACE, MOST, MOST_PACE, Refused, matter_of, may_change, may_draft

LONGEST = 4_000


@dataclass(frozen=True)
class Draft:
    """What a bulk reply says. `opening` and `closing` by language, around the article's words."""

    article: Article
    title: str = ""
    opening: Mapping[str, str] = field(default_factory=dict)
    closing: Mapping[str, str] = field(default_factory=dict)
    successor: Article | None = None
    pace: int = 300


@action
def make_bulk_reply(*, actor: User, ids: Sequence[int], draft: Draft, chosen_by: str = "", now: datetime) -> BulkReply:
    """A draft for these inquiries; a job checks each of their letters. Raises Refused, ValidationError (fields
    "article", "opening", "closing", "successor", "pace")."""
    if not may_draft(actor):
        raise PermissionDenied
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        raise Refused(_("No letter was chosen. Choose some, then do it again."))
    if len(wanted) > MOST:
        raise Refused(_("That is more than {n} at once. Narrow the list first; nothing was made.").format(n=MOST))
    bulk = BulkReply(made_by=actor, made_at=now, wanted=wanted, chosen_by=chosen_by[:300])
    _write(bulk, draft)
    _begin_checking(bulk)
    return bulk


@action
def change_words(*, actor: User, bulk: BulkReply, draft: Draft, now: datetime) -> BulkReply:
    """Other words, before it is approved: whoever read the old ones did not read these, so approval is asked anew."""
    row = lock_open(actor, bulk)
    _write(row, draft)
    row.revision += 1
    _begin_checking(row)
    return row


@action
def check_again(*, actor: User, bulk: BulkReply, now: datetime) -> BulkReply:
    """Look at every letter once more, as it is now."""
    row = lock_open(actor, bulk)
    row.revision += 1
    _begin_checking(row)
    return row


@action
def put_away(*, actor: User, bulk: BulkReply, now: datetime) -> None:
    """A draft that nobody approved goes; nothing had left. Raises Held when a legal hold keeps whom it was for."""
    refuse_rows(actor, ADDRESSES, list(Copy.objects.filter(bulk=bulk).values_list("pk", flat=True)))
    row = lock_open(actor, bulk)
    record_audit(
        actor=actor, action="bulk.put_away", record_type="bulk_reply", record_uid=row.uid, detail={}, now=now
    )  # fmt: skip
    row.delete()


def is_held(bulk: BulkReply) -> bool:
    """Whether a legal hold keeps whom it was for, as long as this transaction lasts."""
    wait_for_holds()
    ids = list(Copy.objects.filter(bulk=bulk).values_list("pk", flat=True))
    return bool(held_among(registry.parts[ADDRESSES], ids))


def lock_open(actor: User, bulk: BulkReply) -> BulkReply:
    """The row, held, while it may still change."""
    row = BulkReply.objects.select_for_update(of=("self",)).select_related("article").get(pk=bulk.pk)
    if not may_change(actor, row):
        raise PermissionDenied
    if not row.is_open:
        raise Refused(_("It was approved already: it cannot change any more. Stop it and write another."))
    return row


def _write(bulk: BulkReply, draft: Draft) -> None:
    _refuse_words(draft)
    article, successor = draft.article, draft.successor
    assert article.approved_version is not None  # refused above
    bulk.article, bulk.version = article, article.approved_version
    bulk.successor = successor
    bulk.successor_version = successor.approved_version if successor else None
    bulk.title = " ".join(draft.title.split())[:200] or article.title
    bulk.opening, bulk.closing = _clean(draft.opening), _clean(draft.closing)
    bulk.matter, bulk.pace = matter_of(article), draft.pace


def _clean(words: Mapping[str, str]) -> dict[str, str]:
    return {code: text.replace("\r\n", "\n").strip() for code, text in words.items() if text.strip()}


def _refuse_words(draft: Draft) -> None:
    problems: dict[str, list[str]] = {}
    for name, article in (("article", draft.article), ("successor", draft.successor)):
        if article is not None and (article.state != ArticleState.APPROVED or article.approved_version is None):
            problems[name] = [_("This answer is not approved, so it cannot be sent.")]
    if draft.successor is not None and draft.successor.pk == draft.article.pk:
        problems["successor"] = [_("Choose another answer than the one that ends.")]
    for name, words in (("opening", draft.opening), ("closing", draft.closing)):
        for code, text in words.items():
            said = [f"{code}: {error.sentence}" for error in check_merge_fields(text)]
            if len(text) > LONGEST:
                said.append(_("%(language)s: longer than %(n)d characters.") % {"language": code, "n": LONGEST})
            if said:
                problems.setdefault(name, []).extend(said)
    if not LEAST_PACE <= draft.pace <= MOST_PACE:
        problems["pace"] = [_("Between %(least)d and %(most)d a minute.") % {"least": LEAST_PACE, "most": MOST_PACE}]
    if problems:
        raise ValidationError(problems)


def _begin_checking(bulk: BulkReply) -> None:
    bulk.state, bulk.checked, bulk.checked_at, bulk.asked_at = BulkState.CHECKING, 0, None, None
    bulk.declined_because = ""
    bulk.save()
    Copy.objects.filter(bulk=bulk).delete()
    jobs.enqueue("bulk.check", bulk_id=bulk.pk, revision=bulk.revision)
    live.publish(["bulk", f"user:{bulk.made_by_id}"], kind="checking")
