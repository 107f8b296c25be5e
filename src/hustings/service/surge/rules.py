"""Who may do what, and what counts as frozen."""

from collections.abc import Mapping
from typing import Any

from hustings.foundation.access import rules as access
from hustings.foundation.access.queries import slugs_that_can
from hustings.foundation.core.refusals import Refused as Refused

from .models import FrozenKind

# What the trail calls it, by kind: exact names, or beginnings that end in a dot.
ROLES = ("role.", "user.changed")
ARTICLES = ("article.",)
MODELS = ("topics.",)
# Drafts may go on, and what stops harm is never refused: it is listed. So are the hours of polls, which a court may
# move on the day.
OPEN_ARTICLE_KINDS = {"article.made", "article.revised", "article.owned"}
LISTED_ARTICLE_KINDS = {
    *("article.withdrawn", "article.state_off", "article.private", "article.corrected", "article.polls"),
}
OPEN_MODEL_KINDS = {"topics.training_asked"}
REFUSING_ROLES = {"role.asked", "role.refused", "role.withdrawn"}
# Volunteers may be let in on the day itself: listed, but for roles that administer.
NEW_PEOPLE = {"user.made", "user.restored", "invitation.accepted"}
# Of a person's account, what says what they may see and do.
RIGHTS = {"roles", "role", "is_security_lead", "is_crisis_trained"}


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
    if action == "user.changed" and RIGHTS.isdisjoint(detail):
        return None
    if action in NEW_PEOPLE:
        return FrozenKind.ROLES.value, not _administers(detail)
    for kind, names in ((FrozenKind.ROLES, ROLES), (FrozenKind.ARTICLES, ARTICLES), (FrozenKind.MODELS, MODELS)):
        if any(action == name or (name.endswith(".") and action.startswith(name)) for name in names):
            return kind.value, action in LISTED_ARTICLE_KINDS
    return None


def _administers(detail: Mapping[str, Any]) -> bool:
    """Whether the account that was made has a role that administers; one whose roles are not told does."""
    held = detail.get("roles") or [detail.get("role")]
    return held == [None] or not set(slugs_that_can("administer")).isdisjoint(held)
