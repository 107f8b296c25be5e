"""What access puts into the rail and the live topics."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from hustings.foundation.core import live
from hustings.foundation.ui import navigation
from hustings.foundation.ui.navigation import ELSEWHERE, MAIN, ME, SETTINGS, Item

from . import registry, rules
from .looking import look_of
from .queries import alerts
from .queries.roles import changes_to_settle
from .trail_words import KINDS, WORDS


def register() -> None:
    """Called once, when the app is ready."""
    navigation.register(
        Item(
            "users",
            _("People who work here"),
            "users",
            "access:users",
            order=810,
            group=ELSEWHERE,
            allowed=lambda user: bool(user.leads),
            also=("access:user", "access:invite", "access:teams"),
        )
    )
    navigation.register(
        Item(
            "campaign",
            _("The campaign"),
            "flag",
            "access:campaign",
            order=10,
            group=SETTINGS,
            allowed=lambda user: bool(user.is_administrator),
        )
    )
    navigation.register(
        Item(
            "sign-on",
            _("Single sign-on"),
            "log-in",
            "access:providers",
            order=90,
            group=SETTINGS,
            allowed=lambda user: bool(user.is_administrator),
        )
    )
    _trust()
    _own_pages()
    live.allow_topic("user")(_own)
    live.allow_topic("session")(_own)
    live.ends_by(lambda user: user.access_ends_at)
    live.allow_topic("security")(lambda user, identifier: rules.is_security_lead(user))


def _own_pages() -> None:
    """What everybody has for themselves."""
    navigation.register(
        Item(
            "preferences",
            _("Your settings"),
            "settings",
            "access:preferences",
            order=10,
            group=ME,
            also=(
                "access:own_sign_in",
                "access:add_app",
                "access:add_passkey",
                "access:change_password",
                "access:confirm",
            ),
        )
    )
    navigation.register(
        Item(
            "tokens",
            _("API tokens"),
            "key-round",
            "access:tokens",
            order=20,
            group=ME,
            allowed=lambda user: rules.can(user, "tokens"),
        )
    )
    navigation.register(
        Item("sign-out", _("Sign out"), "log-out", "access:sign_out", order=90, group=ME, method="post")
    )


def _own(user: Any, identifier: str) -> bool:
    return str(user.pk) == identifier


def _trust() -> None:
    """Who may see what, who saw what, and looking as somebody else."""
    navigation.register(
        Item(
            "roles", _("Roles and fields"), "sliders-horizontal", "access:roles", order=11, group=SETTINGS,
            allowed=rules.administers, also=("access:role", "access:new_role", "access:change_cells"),
        )
    )  # fmt: skip
    navigation.register(
        Item(
            "trail", _("Audit"), "history", "access:trail", order=80, group=SETTINGS,
            allowed=lambda user: rules.can(user, "audit"),
        )
    )  # fmt: skip
    navigation.register(
        Item(
            "alerts",
            _("Unusual reading"),
            "shield-alert",
            "access:alerts",
            order=45,
            group=MAIN,
            allowed=alerts.is_told,
        )
    )
    navigation.register(
        Item(
            "look", _("Look as somebody else"), "eye", "access:look", order=30, group=ME,
            allowed=lambda user: rules.can(user, "see_as"),
        )
    )  # fmt: skip
    navigation.register_counts(("alerts",), lambda user: {"alerts": alerts.open_count(user) or None})
    navigation.register_counts(("roles",), lambda user: {"roles": changes_to_settle(user) or None})
    navigation.register_listener("access:alerts_told", lambda user: f"alerts:{user.pk}")
    navigation.register_banner("access/looking.html", look_of)
    registry.say(WORDS)
    registry.say_kinds(KINDS)
    live.allow_topic("alerts")(_own)
