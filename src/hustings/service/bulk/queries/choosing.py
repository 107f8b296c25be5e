"""From what was chosen to the letters that are meant, and the answer that fits them best."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import parse_qsl
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hustings.foundation.access.models import User
from hustings.foundation.core.guard import unveiled
from hustings.service.answers.models import Article
from hustings.service.answers.queries import approved
from hustings.service.correspondence.queries.suggesting import suggested
from hustings.service.desk.models import Inquiry
from hustings.service.desk.queries.inquiries import visible_to
from hustings.service.desk.queries.lists import all_ids
from hustings.service.desk.queries.states import state_from, title_of

from ..registry import registry
from ..rules import MOST

MOST_ARTICLES = 500
LOOKED_AT = 5  # letters whose best answers are compared


def chosen(user: User, *, uids: Sequence[str], everything: bool, address: str, now: datetime) -> tuple[str, list[int]]:
    """(in words, ids) of the rows that were ticked, or of all of the list at this address (its query string)."""
    state = state_from(dict(parse_qsl(address)))
    if everything:
        ids = all_ids(user, state, now, most=MOST + 1)
        name = title_of(state.kind) or state.argument
        return (_("All of “%(list)s”") % {"list": f"{name}: {state.q}" if state.q else name}), ids
    found = visible_to(user).filter(uid__in=_uids(uids))
    ids = list(found.order_by("id").values_list("id", flat=True))
    return ngettext("%(n)d chosen letter", "%(n)d chosen letters", len(ids)) % {"n": len(ids)}, ids


def of_source(user: User, slug: str, key: str) -> tuple[str, Sequence[int]] | None:
    """The same of a list that another room has."""
    source = registry.sources.get(slug)
    found = source.letters(user, key) if source else None
    return (f"{source.label}: {found[0]}", found[1]) if source and found else None


def _uids(texts: Sequence[str]) -> list[UUID]:
    found = []
    for text in texts[:1000]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def best_answers(ids: Sequence[int]) -> list[Article]:
    """Approved answers that fit the newest of these letters, the one that fits most of them first."""
    votes: dict[int, tuple[float, Article]] = {}
    newest = Inquiry.objects.filter(pk__in=ids[-1000:], last_message_id__isnull=False).select_related("person")
    for inquiry in newest.order_by("-last_message_at")[:LOOKED_AT]:
        for place, one in enumerate(suggested(inquiry, limit=5)):
            before = votes.get(one.article.pk, (0.0, one.article))[0]
            votes[one.article.pk] = (before + 1 / (1 + place), one.article)
    return [article for _score, article in sorted(votes.values(), key=lambda pair: (-pair[0], pair[1].pk))]


def articles(first: Sequence[Article] = ()) -> list[tuple[str, str]]:
    """Every approved answer for choosing, by title; those that fit stand first."""
    rows = approved().filter(archived_at=None).order_by("title", "id")[:MOST_ARTICLES]
    ahead = [(str(one.uid), one.title) for one in first]
    there = {uid for uid, _title in ahead}
    return [*ahead, *((str(one.uid), one.title) for one in rows if str(one.uid) not in there)]


def by_uid(uid: str) -> Article | None:
    return approved().filter(uid=UUID(uid)).select_related("approved_version").first()


def newest_approved() -> Article | None:
    """What to begin with where no answer fits: the newest."""
    with unveiled():
        rows = approved().filter(archived_at=None)
        return rows.select_related("approved_version").order_by("-approved_at", "-id").first()
