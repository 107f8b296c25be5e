"""What can be read of a letter besides its topics, and who may change the taxonomy and the models."""

import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from hustings.foundation.access.models import User
from hustings.foundation.access.rules import administers

from .engine.reading import Reading

__all__ = ["NATURES", "STANCES", "URGENCIES", "Reading", "Refused", "fits", "may_edit", "may_go_live", "slug_of"]

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
LONGEST_PHRASE, MOST_PHRASES, MOST_EXAMPLES, LONGEST_EXAMPLE = 60, 200, 100, 500


class Refused(PermissionDenied):
    """No, and why. Nothing was changed."""

    status = 403


def may_edit(user: User) -> bool:
    """Areas, topics, their words and thresholds: administrators and leads."""
    return bool(user.is_active and user.leads)


def may_go_live(user: User) -> bool:
    """Train models and choose which one decides: the same people, since a wrong one sends every letter astray."""
    return may_edit(user) or administers(user)


def slug_of(name: str, taken: set[str]) -> str:
    """A free slug for a name."""
    stem = slugify(name)[:50] or "topic"
    slug, number = stem, 2
    while slug in taken:
        slug, number = f"{stem}-{number}", number + 1
    return slug


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
