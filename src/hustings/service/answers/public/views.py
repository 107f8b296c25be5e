"""The public pages: start, an answer, a category, search."""

from collections import Counter
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.views.decorators.http import require_safe

from hustings.constituents.insight.actions.noting import noting
from hustings.constituents.insight.queries.standings import standing_of
from hustings.foundation.core.clock import now as read_clock
from hustings.foundation.core.numbers import whole_number
from hustings.foundation.core.texts import storable
from hustings.foundation.geography.queries import state_name

from ..queries.public import find_public, shown_texts
from . import start as starting
from .addresses import absolute, address, languages
from .answering import Note, Viewed, page
from .catalogue import Catalogue, Entry, PublicArticle, catalogue
from .extracts import extracts
from .finding import find
from .likeness import close_to
from .structured import faq
from .visitors import chosen_state, visitor_of
from .votes import WHYS

PAGE = 10
SUGGESTED = 5
LONGEST = 200


@login_not_required
@require_safe
def start(request: HttpRequest, language: str) -> HttpResponse:
    """What would you like to know?"""
    now, state = read_clock(), chosen_state(request.GET.get("state", ""))
    kept = catalogue(language, state, now)
    first = starting.first_question(kept)
    text = shown_texts([first.text_id], state).get(first.text_id) if first else None
    context = {
        **_frame(request, kept, language, state, ("start",)),
        "first": first,
        "first_text": text,
        "matters": starting.matters_now(kept, now),
        "popular": starting.most_popular(kept),
        "categories": starting.by_category(kept, language),
        "total": len(kept.entries),
    }
    return page(
        request,
        "answers/public/start.html",
        context,
        language=language,
        ours=kept.held.campaign,
        note=Note(kept.stamp, kept.until),
    )


@login_not_required
@require_safe
def article(request: HttpRequest, slug: str, language: str) -> HttpResponse:
    """One question and its answer, for the reader's state."""
    now, state = read_clock(), chosen_state(request.GET.get("state", ""))
    kept = catalogue(language, state, now)  # its stamp was read before anything else
    found = kept.held.by_slug.get(slug)
    if found is None:
        other, moved = find_public(slug, now)
        if other is not None and moved:
            return HttpResponsePermanentRedirect(address("article", language, other.slug, state=state))
        return _not_there(request, kept, language, state, slug)
    viewed = Viewed(found.subject, found.category, language, state)
    count_view(request, viewed, now)
    context = {
        **_frame(request, kept, language, state, ("article", found.slug)),
        **_around(found, kept),
        "voted": request.GET.get("voted", "") if request.GET.get("voted") in ("yes", "part", "no", "many") else "",
        "why": request.GET.get("why", "") == "1",
    }
    note = Note(kept.stamp, kept.until, viewed) if not request.GET.get("voted") else None
    return page(request, "answers/public/article.html", context, language=language, ours=kept.held.campaign, note=note)


@login_not_required
@require_safe
def about(request: HttpRequest, slug: str, language: str) -> HttpResponse:
    """All questions of one category."""
    now, state = read_clock(), chosen_state(request.GET.get("state", ""))
    kept = catalogue(language, state, now)
    names = kept.category_names(language)
    if slug not in names:
        return _not_there(request, kept, language, state, slug)
    entries = sorted(kept.by_category.get(slug, []), key=lambda entry: entry.title)
    shown, pager = _cut(request, entries, 100)
    context = {
        **_frame(request, kept, language, state, ("about", slug)),
        "name": names[slug],
        "slug": slug,
        "entries": shown,
        "count": len(entries),
        "pager": pager,
    }
    return page(
        request,
        "answers/public/about.html",
        context,
        language=language,
        ours=kept.held.campaign,
        note=Note(kept.stamp, kept.until),
    )


@login_not_required
@require_safe
def search(request: HttpRequest, language: str) -> HttpResponse:
    """What fits the words, best first; where nothing does, that is said, and a person can be asked."""
    now, state = read_clock(), chosen_state(request.GET.get("state", ""))
    words = " ".join(storable(request.GET.get("q", "")).split())[:LONGEST]
    kept = catalogue(language, state, now)
    names = kept.category_names(language)
    category = request.GET.get("about", "") if request.GET.get("about", "") in names else ""
    found = find(words, language=language, kept=kept)
    having = Counter(entry.category for entry in found.entries)
    facets = {slug: having[slug] for slug in names}
    entries = [entry for entry in found.entries if not category or entry.category == category]
    shown, pager = _cut(request, entries, PAGE)
    if words and not request.GET.get("page"):
        visitor = visitor_of(request, language, state)
        noting.searched(visitor=visitor, words=words, topic=category, found=len(found.entries), now=now)
    context = {
        **_frame(request, kept, language, state, ("search",), q=words, about=category),
        "q": words,
        "found": found,
        "count": len(entries),
        "hits": _hits(shown, kept, names),
        "facets": [(slug, names[slug], count, slug == category) for slug, count in facets.items() if count],
        "category": category,
        "pager": pager,
        "total": len(kept.entries),
        "near": [line.entry for line in starting.most_popular(kept, 3)],
    }
    return page(request, "answers/public/search.html", context, language=language, ours=kept.held.campaign)


@login_not_required
@require_safe
def suggest(request: HttpRequest, language: str) -> HttpResponse:
    """The first few questions that fit what is being typed."""
    now, state = read_clock(), chosen_state(request.GET.get("state", ""))
    kept = catalogue(language, state, now)
    words = request.GET.get("q", "")[:LONGEST]
    found = find(words, language=language, kept=kept)
    hits = [
        {"title": entry.title, "href": address("article", language, entry.slug, state=state)}
        for entry in found.entries[:SUGGESTED]
    ]
    response = JsonResponse({"hits": hits})
    response["Cache-Control"] = "no-cache"
    return response


def count_view(request: HttpRequest, viewed: Viewed, now: datetime) -> None:
    """Only what was asked for to be read: a HEAD reads nothing."""
    if request.method == "GET":
        visitor = visitor_of(request, viewed.language, viewed.state_code)
        noting.viewed(visitor=visitor, subject=viewed.subject, topic=viewed.topic, now=now)


def _frame(
    request: HttpRequest, kept: Catalogue, language: str, state: str, here: tuple[str, ...], **query: str
) -> dict[str, Any]:
    """What each public page has around it: its addresses in other languages and for other states, and the choices."""
    name, *parts = here
    return {
        "state": state,
        "state_name": state_name(state) if state else "",
        "here": address(name, language, *parts, **query),
        "canonical": absolute(address(name, language, *parts, state=state)),
        "other_languages": [
            (
                code,
                absolute(address(name, code, *parts, state=state)),
                address(name, code, *parts, state=state, **query),
            )
            for code in languages()
        ],
    }


def _around(found: PublicArticle, kept: Catalogue) -> dict[str, Any]:
    entry, language = kept.entries.get(found.pk), kept.language
    text = shown_texts([entry.text_id], kept.state_code).get(entry.text_id) if entry else None
    standing = standing_of(found.subject)
    also = starting.also_read(kept, entry) if entry else []
    without = {one.entry.article_id for one in also}
    near = close_to(kept, entry, starting.ALSO - len(also), without) if entry and len(also) < starting.ALSO else []
    return {
        "article": found,
        "text": text,
        "title": text.title if text else found.title,
        "category_name": kept.category_names(language).get(found.category, ""),
        "also": also,
        "near": near,
        "own_states": {one.state_code for one in kept.held.texts_of(found)} - {""},
        "standing": standing if standing and standing.voted >= 10 else None,
        "minutes": max(1, round(len(text.plain.split()) / 200)) if text else 0,
        "checked_at": max((source.checked_at for source in text.sources), default=None) if text else None,
        "faq": faq([text], language) if text else None,
        "vote_whys": WHYS,
    }


def _not_there(request: HttpRequest, kept: Catalogue, language: str, state: str, slug: str) -> HttpResponse:
    """Not here, or not any more: what is near, and a way to ask."""
    words = slug.replace("-", " ")
    near = find(words, language=language, kept=kept).entries[:3] or [
        one.entry for one in starting.most_popular(kept, 3)
    ]
    context = {**_frame(request, kept, language, state, ("start",)), "near": near, "q": words}
    return page(request, "answers/public/missing.html", context, language=language, ours=kept.held.campaign, status=404)


def _hits(entries: list[Entry], kept: Catalogue, names: dict[str, str]) -> list[dict[str, Any]]:
    said = extracts(kept, entries)
    return [
        {
            "entry": entry,
            "extract": said[entry.text_id].words,
            "category": names.get(entry.category, ""),
            "helped": standing.helped if (standing := standing_of(entry.subject)) else 0,
            "checked_at": said[entry.text_id].checked_at,
        }
        for entry in entries
    ]


def _cut(request: HttpRequest, entries: list[Entry], size: int) -> tuple[list[Entry], dict[str, int]]:
    number = whole_number(request.GET.get("page", ""), 1)
    last = max(1, -(-len(entries) // size))
    number = min(max(number, 1), last)
    begin = (number - 1) * size
    pager = {
        "from": begin + 1, "to": min(begin + size, len(entries)), "of": len(entries),
        "next": number + 1 if number < last else 0, "before": number - 1,
    }  # fmt: skip
    return entries[begin : begin + size], pager
