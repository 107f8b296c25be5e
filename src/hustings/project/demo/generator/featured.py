"""Letters written whole by hand: the cast of the sample campaign, among its newest mail."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from .composing import Draft
from .grammar import WORDS

_SETTING = re.compile(r"^(\w+): (.+)$")


@dataclass(frozen=True)
class Featured:
    """A letter by hand and its writer."""

    draft: Draft
    care: str
    attach: str
    person_settings: dict[str, str] = field(hash=False)


@lru_cache(maxsize=1)
def featured_letters() -> tuple[Featured, ...]:
    """All letters by hand, the newest first."""
    text = (WORDS / "featured.txt").read_text(encoding="utf-8")
    return tuple(_featured(chunk) for chunk in re.split(r"^={3,}\n", text, flags=re.M)[1:])


def _featured(chunk: str) -> Featured:
    head, _, body = chunk.partition("\n\n")
    settings = {match[1]: match[2] for match in map(_SETTING.match, head.splitlines()) if match}
    draft = Draft(
        topic=settings["topic"],
        matter=settings["topic"],
        mailbox=settings.get("mailbox", "help"),
        wants=settings.get("wants", "answer"),
        subject=settings["subject"],
        text=body.strip(),
        care=settings.get("care", ""),
        articles=tuple(settings.get("articles", "").split()),
    )
    return Featured(draft, draft.care, settings.get("attach", ""), settings)
