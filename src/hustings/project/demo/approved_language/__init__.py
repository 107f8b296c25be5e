"""Approved language of the sample campaign: forty-five pieces that volunteers answer with.

Everything about voting in them is sample text and states no real rule of any place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_TEXTS = Path(__file__).parent / "texts"
_HEAD = re.compile(r"^=== (?P<key>[a-z0-9_]+) \| (?P<topic>\w+) \| (?P<team>[^|]+) \| (?P<days>\d+)$", re.M)
_PART = re.compile(r"^--- (?P<language>en|es)(?: (?P<states>[A-Z ]+))?(?: \| (?P<title>.+))?$", re.M)


@dataclass(frozen=True)
class Article:
    """One piece: ``texts[language]`` is said everywhere, ``state_texts[state][language]`` in one state instead.

    Texts hold merge fields such as ``{{ person.first_name }}``; ``team`` owns the piece and checks it again every
    ``check_by_days`` days.
    """

    key: str
    topic: str
    team: str
    check_by_days: int
    titles: dict[str, str]
    texts: dict[str, str]
    state_texts: dict[str, dict[str, str]]

    @property
    def title(self) -> str:
        return self.titles["en"]

    def text_for(self, language: str, state: str = "") -> str:
        """The text for a reader: their state's in their language if there is one, else the general, else English."""
        of_state = self.state_texts.get(state, {})
        return of_state.get(language) or self.texts.get(language) or of_state.get("en") or self.texts["en"]


def _read(text: str) -> list[Article]:
    heads = list(_HEAD.finditer(text))
    ends = [head.start() for head in heads[1:]] + [len(text)]
    return [_article(head, text[head.end() : end]) for head, end in zip(heads, ends, strict=True)]


def _article(head: re.Match[str], body: str) -> Article:
    titles: dict[str, str] = {}
    texts: dict[str, str] = {}
    state_texts: dict[str, dict[str, str]] = {}
    parts = list(_PART.finditer(body))
    ends = [part.start() for part in parts[1:]] + [len(body)]
    for part, end in zip(parts, ends, strict=True):
        text = body[part.end() : end].strip()
        if part["title"]:
            titles[part["language"]] = part["title"]
        if not part["states"]:
            texts[part["language"]] = text
        for state in (part["states"] or "").split():
            state_texts.setdefault(state, {})[part["language"]] = text
    return Article(head["key"], head["topic"], head["team"], int(head["days"]), titles, texts, state_texts)


ARTICLES: tuple[Article, ...] = tuple(
    article for path in sorted(_TEXTS.glob("*.txt")) for article in _read(path.read_text(encoding="utf-8"))
)
BY_KEY: dict[str, Article] = {article.key: article for article in ARTICLES}
