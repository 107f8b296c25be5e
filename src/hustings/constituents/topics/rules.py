"""What can be read of a letter besides its topics, and who may change the taxonomy and the models."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from hustings.foundation.access.models import User
from hustings.foundation.access.rules import administers
from hustings.foundation.core.refusals import Refused as Refused
from hustings.foundation.core.slugs import free_slug

from .engine.natures import WAITING
from .engine.reading import Reading

__all__ = [
    "DANGERS",
    "INCIDENT",
    "NATURES",
    "RESERVED",
    "STANCES",
    "URGENCIES",
    "Reading",
    "Refused",
    "fits",
    "in_place_of",
    "may_edit",
    "may_go_live",
    "nature_after",
    "phrases_of",
    "slug_of",
]

NATURES = (
    ("question", _("Question")),
    ("volunteering", _("Wants to volunteer")),
    ("donation", _("Donation")),
    ("invitation", _("Invitation")),
    ("story", _("A story")),
    ("opinion", _("Opinion")),
    ("complaint", _("Complaint")),
    ("press", _("Press")),
    ("election_incident", _("Incident at the polls")),
    ("threat", _("Threat")),
    ("crisis", _("Someone in crisis")),
    ("thanks", _("Thanks")),
    ("other", _("Something else")),
)
URGENCIES = ((0, _("Normal")), (1, _("Soon")), (2, _("Today")))
STANCES = (("for", _("For")), ("against", _("Against")), ("neither", _("Neither")))
# What stands where a topic's slug does in the addresses of this room: a test holds it to the urls.
RESERVED = frozenset({"areas", "history", "merges", "models", "new", "start"})
DANGERS = ("threat", "crisis")
INCIDENT = "election_incident"
LONGEST_PHRASE, MOST_PHRASES, MOST_EXAMPLES, LONGEST_EXAMPLE = 60, 200, 100, 500


def may_edit(user: User) -> bool:
    """Areas, topics, their words and thresholds: administrators and leads."""
    return bool(user.is_active and user.leads)


def may_go_live(user: User) -> bool:
    """Train models and choose which one decides: the same people, since a wrong one sends every letter astray."""
    return may_edit(user) or administers(user)


def slug_of(names: Mapping[str, str], taken: set[str]) -> str:
    """A free slug for what goes by these names: of the English one, else of any."""
    return free_slug(names.get("en") or next(iter(names.values())), taken, otherwise="topic")


def nature_after(was: str, now: str) -> str:
    """What a conversation wants once a letter more has come. Danger and what happens at the polls go before all else,
    and what may wait behind the others stands only as long as nothing else is said."""
    if now in DANGERS or (now == INCIDENT and was not in DANGERS):
        return now
    return now if was in WAITING and now not in WAITING else was


def in_place_of(old: Collection[str], new: Sequence[str], topics: Sequence[str]) -> list[str]:
    """`topics` with `new` where the first of `old` stood, each once; as they were where none of `old` is among them."""
    found: list[str] = []
    for slug in topics:
        found += new if slug in old else [slug]
    return list(dict.fromkeys(found))


def phrases_of(text: str) -> list[str]:
    """From what was typed: a phrase a line, or parted by commas, each once. Raises ValueError with words."""
    parts = [" ".join(part.split()) for part in re.split(r"[,\n]", text)]
    phrases = list(dict.fromkeys(part.lower() for part in parts if part))
    for phrase in phrases:
        if len(phrase) > LONGEST_PHRASE:
            raise ValueError(_("“%s” is too long for a phrase: at most 60 characters.") % phrase[:60])
        if "*" in phrase[:-1] or len(phrase.rstrip("*")) < 2:
            raise ValueError(_("“%s”: a star stands at the end alone, after two letters or more.") % phrase)
    if len(phrases) > MOST_PHRASES:
        raise ValueError(_("A topic has at most 200 words and phrases in a language."))
    return phrases


def fits(values: Mapping[str, Any]) -> bool:
    """Whether a nature, an urgency and a stance are such as there are ("" for not said)."""
    return (
        values.get("nature", "") in {"", *(slug for slug, _label in NATURES)}
        and int(values.get("urgency", 0)) in {number for number, _label in URGENCIES}
        and values.get("stance", "") in {"", *(slug for slug, _label in STANCES)}
    )
