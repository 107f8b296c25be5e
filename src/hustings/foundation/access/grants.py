"""The grants of a user: roles as they stand now, compiled once and kept until a role or a record type changes."""

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import Any

from hustings.foundation.core import records
from hustings.foundation.core.guard import Level, unveiled
from hustings.foundation.core.once import once

from . import ready_made
from .models import Role, User
from .roles import Definition, Grants, compile_grants, definition_from

NOBODY = Grants({}, {}, {}, frozenset())


def definitions() -> dict[str, Definition]:
    """Every role by its slug, as an administrator left it or as it came."""
    with unveiled():
        changed = {role.slug: definition_from(role.slug, role.grants) for role in Role.objects.all()}
    return ready_made.DEFINITIONS | changed


def grants_of(user: Any) -> Grants:
    """What this user may do now; asked for once a request and kept on the user."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return NOBODY
    known: Grants | None = getattr(user, "_grants", None)
    if known is None:
        known = user._grants = _compiled(tuple(sorted(user.roles)), _stamp())
    return known


def grants_of_roles(slugs: tuple[str, ...]) -> Grants:
    """What someone with just these roles may do."""
    return _compiled(tuple(sorted(slugs)), _stamp())


def grants_of_each_role() -> dict[str, Grants]:
    """What someone with each role alone may do, by its slug."""
    stamp = _stamp()
    return {slug: _compiled((slug,), stamp) for slug in definitions()}


def within(grants: Grants, scopes: Iterable[str]) -> Grants:
    """No more than these scopes ("person:see") allow of the grants: what an API token may do. Abilities stay, since no
    scope reaches what needs one alone, and rows are chosen by them."""
    allowed: dict[str, set[str]] = {}
    for scope in scopes:
        record, _colon, verb = scope.rpartition(":")
        allowed.setdefault(record, set()).add(verb)
    verbs = {record: kept for record, own in grants.verbs.items() if (kept := own & allowed.get(record, set()))}
    levels = {
        (record, name): level if verbs[record] & {"add", "change"} else min(level, Level.READ)
        for (record, name), level in grants.levels.items()
        if record in verbs
    }
    rows = {record: scope for record, scope in grants.row_scopes.items() if record in verbs}
    return replace(grants, levels=levels, verbs=verbs, row_scopes=rows)


def forget(user: User) -> None:
    """The next question asks anew: the user's roles have changed."""
    if hasattr(user, "_grants"):
        del user._grants


def _stamp() -> tuple[Any, ...]:
    return (role_lines(), records.stamp())


def role_lines() -> tuple[tuple[str, int, int, str], ...]:
    """(slug, id, version, name) of every role that is written down, by slug; asked once a page."""
    return once("access.roles", _role_lines)


def _role_lines() -> tuple[tuple[str, int, int, str], ...]:
    with unveiled():
        return tuple(Role.objects.order_by("slug").values_list("slug", "pk", "version", "name"))


@lru_cache(maxsize=512)
def _compiled(slugs: tuple[str, ...], stamp: tuple[Any, ...]) -> Grants:
    known = definitions()
    return compile_grants([known[slug] for slug in slugs if slug in known], records.all_types())


class Reading:
    """A reader for `core.guard`: a user's grants for one request, and what of it was sensitive."""

    __slots__ = ("grants", "levels", "looking_as", "notes", "read_only", "user_id")

    def __init__(
        self,
        grants: Grants,
        *,
        user_id: int | None = None,
        read_only: bool = False,
        looking_as: tuple[str, ...] = (),
    ) -> None:
        self.grants, self.levels, self.user_id, self.read_only = grants, grants.levels, user_id, read_only
        self.looking_as = looking_as
        self.notes: set[tuple[str, str, int | None]] = set()

    def note(self, record: str, field: str, record_id: int | None) -> None:
        self.notes.add((record, field, record_id))

    def level(self, record: str, field: str) -> Level:
        return self.grants.level(record, field)
