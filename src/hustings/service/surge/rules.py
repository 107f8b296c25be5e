"""Who may do what, and what counts as frozen."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied

from hustings.foundation.access import rules as access

from .models import FrozenKind

# What the trail calls it, by kind: exact names, or beginnings that end in a dot.
ROLES = ("role.", "user.changed")
ARTICLES = ("article.",)
MODELS = ("topics.",)
# Drafts may go on, and what stops harm is never refused: it is listed.
OPEN_ARTICLE_KINDS = {"article.made", "article.revised", "article.owned"}
LISTED_ARTICLE_KINDS = {"article.withdrawn", "article.state_off", "article.private", "article.corrected"}
OPEN_MODEL_KINDS = {"topics.training_asked"}
REFUSING_ROLES = {"role.asked", "role.refused", "role.withdrawn"}


class Refused(PermissionDenied):
    """No, and why. Nothing was changed."""


class Frozen(Refused):
    """It is frozen: its text says since when, and who may let it through."""


def may_see_board(user: Any) -> bool:
    """Those who lead, and voter protection."""
    return bool(getattr(user, "leads", False)) or access.can(user, "protect_voters")


def may_switch(user: Any) -> bool:
    """Surge mode, calling teams in: those who lead."""
    return bool(getattr(user, "leads", False))


def may_plan(user: Any) -> bool:
    """The plan, the order, the freeze: administrators."""
    return access.administers(user)


def kind_of(action: str, detail: Mapping[str, Any]) -> tuple[str, bool] | None:
    """Which frozen kind this would change, and whether it is only listed and never refused; None for what no freeze
    is about."""
    if action in OPEN_ARTICLE_KINDS | OPEN_MODEL_KINDS | REFUSING_ROLES:
        return None
    if action == "user.changed" and "roles" not in detail and "role" not in detail:
        return None
    for kind, names in ((FrozenKind.ROLES, ROLES), (FrozenKind.ARTICLES, ARTICLES), (FrozenKind.MODELS, MODELS)):
        if any(action == name or (name.endswith(".") and action.startswith(name)) for name in names):
            return kind.value, action in LISTED_ARTICLE_KINDS
    return None
