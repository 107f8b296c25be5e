"""The approved language that a letter is likely answered with: by its topics and words, and by what colleagues chose
for letters that ask alike.

Two signs are added. The first is the search's rank of an answer by the letter's words and by the names of its topics,
in its language and for its state. The second looks at the newest citations that left, each chosen for one letter: how
near the letters were that they answered (`alike`), and from where. Both ask indexes for a few rows; no table is read
through.
"""

from math import log1p

from hustings.foundation.core.guard import unveiled
from hustings.service.answers.models import Article
from hustings.service.answers.queries import Suggestion, text_for
from hustings.service.answers.rules import approved_words
from hustings.service.desk.models import Inquiry

from ..models import Citation, MessageBody
from . import composing
from .alike import NEAR, nearness, stems_of
from .replies import ON_ITS_WAY

LATELY = 150  # citations looked at
OF_COLLEAGUES = 2.0  # what the nearest letter weighs beside the best rank by words
SAME_STATE = 1.2
EACH_MORE = 0.1


def suggested(inquiry: Inquiry, *, limit: int = 6, body: MessageBody | None = None) -> list[Suggestion]:
    """Best first; only what may be said to this writer now. `body`: the newest letter's, when the caller has it."""
    found = {one.article.pk: one for one in composing.suggestions(inquiry, limit=8, body=body)}
    best = max((one.score for one in found.values()), default=0.0) or 1.0
    scores = {pk: one.score / best for pk, one in found.items()}
    for article_id, vote in _votes(inquiry).items():
        if article_id not in found and (more := _as_suggestion(article_id, inquiry)) is not None:
            found[article_id] = more
        if article_id in found:
            scores[article_id] = scores.get(article_id, 0.0) + OF_COLLEAGUES * vote
    return sorted(found.values(), key=lambda one: (-scores[one.article.pk], one.article.pk))[:limit]


def _votes(inquiry: Inquiry) -> dict[int, float]:
    """By article: how near the nearest letter was that it answered, and a little for each more."""
    if inquiry.last_message_id is None:
        return {}
    with unveiled():
        chosen = Citation.objects.filter(of_many=False, reply__state__in=ON_ITS_WAY)
        rows = chosen.exclude(reply__inquiry_id=inquiry.pk)
        cited = list(
            rows.order_by("-pk").values_list(
                "reply__last_message_seen", "version__article_id", "reply__inquiry__state_code"
            )[:LATELY]
        )
        if not cited:
            return {}
        stems = stems_of([inquiry.last_message_id, *{letter for letter, _article, _state in cited if letter}])
    own = stems.get(inquiry.last_message_id, frozenset())
    if not own:
        return {}
    near = nearness(own, stems)
    votes: dict[int, list[float]] = {}
    for letter, article, state in cited:
        if near.get(letter, 0.0) >= NEAR:
            votes.setdefault(article, []).append(near[letter] * (SAME_STATE if state == inquiry.state_code else 1.0))
    return {article: max(some) + EACH_MORE * log1p(len(some) - 1) for article, some in votes.items()}


def _as_suggestion(article_id: int, inquiry: Inquiry) -> Suggestion | None:
    article = Article.objects.filter(pk=article_id, archived_at=None).select_related("approved_version", "team").first()
    version = approved_words(article) if article else None
    if article is None or version is None:
        return None
    state = inquiry.state_code or inquiry.person.state_code
    text = text_for(article, language=inquiry.language or "en", state_code=state)
    return Suggestion(article, version, text) if text is not None else None
