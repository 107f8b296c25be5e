"""Reading answers. What agents cite and lists show lies in `articles`; what the public may read in `public`."""

from .articles import (
    Suggestion,
    Wish,
    check_by_default,
    choose,
    citable,
    history,
    listed,
    overdue_count,
    owners,
    search_query,
    text_for,
    texts_of,
    topics,
    versions_visible_to,
    visible_to,
)

__all__ = [
    "Suggestion",
    "Wish",
    "check_by_default",
    "choose",
    "citable",
    "history",
    "listed",
    "overdue_count",
    "owners",
    "search_query",
    "text_for",
    "texts_of",
    "topics",
    "versions_visible_to",
    "visible_to",
]
