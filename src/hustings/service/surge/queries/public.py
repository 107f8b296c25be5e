"""What the public meets while surge mode is on."""

from django.urls import reverse

from hustings.foundation.core.clock import now
from hustings.service.answers.models import Article
from hustings.service.answers.queries.public import public_articles, public_text

from .standing import plan, surge_now


def acknowledgement(language: str) -> str:
    """What is said to whoever writes, in their language, else in English; "" for the usual."""
    if surge_now() is None:
        return ""
    said = plan().acknowledgements
    return str(said.get(language[:2]) or said.get("en") or "")


def in_front(language: str) -> list[tuple[str, str]]:
    """Title and address of the answers that stand before the web form, as far as anyone may read them now."""
    if surge_now() is None or not (wanted := plan().articles):
        return []
    moment = now()
    found = list(public_articles(moment).filter(uid__in=wanted))
    place = {uid: number for number, uid in enumerate(wanted)}
    found.sort(key=lambda article: place[str(article.uid)])
    shown = ((article, public_text(article, language, "", moment)) for article in found)  # a handful
    return [(text.title, _address(article, language)) for article, text in shown if text is not None]


def _address(article: Article, language: str) -> str:
    return reverse(f"help:article-{language if language in ('en', 'es') else 'en'}", args=[article.slug])
