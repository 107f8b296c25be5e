"""Reading roles: what they are called, who holds them, what differs between two of their definitions."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from hustings.foundation.core import records
from hustings.foundation.core.records import Field, RecordType

from .. import ready_made, rules
from ..grants import definitions
from ..models import Role, RoleChange, User
from ..roles import BadRole, Definition, level_word, told_of
from .counting import counted


def other_administrators(user: User) -> list[User]:
    """Who else could agree, by name."""
    able = [slug for slug, role in definitions().items() if "administer" in role.abilities - role.never_abilities]
    others = User.objects.filter(is_active=True, roles__overlap=able).exclude(pk=user.pk).order_by("name", "id")
    return [one for one in others if rules.administers(one)]


def field_named(record: str, field: str) -> tuple[RecordType, Field]:
    """Raises BadRole when there is none."""
    one = records.get(record)
    each = next((each for each in records.fields_of(one) if each.name == field), None) if one else None
    if one is None or each is None:
        raise BadRole(f"{record}.{field}: there is no such field")
    return one, each


def version_of(slug: str) -> int:
    """0 for a role that stands as it came."""
    return Role.objects.filter(slug=slug).values_list("version", flat=True).first() or 0


def known_role(slug: str) -> Definition:
    if (role := definitions().get(slug)) is None:
        raise BadRole(_("There is no role %(slugs)s.") % {"slugs": slug})
    return role


def cells_between(old: Definition, new: Definition) -> list[dict[str, str]]:
    """Every field whose cell differs."""
    return [
        {"record": one.name, "field": each.name, "was": was, "to": to}
        for one in records.all_types()
        for each in records.fields_of(one)
        if (was := level_word(old, one, each)) != (to := level_word(new, one, each))
    ]


def restored(slug: str) -> Mapping[str, Any]:
    """The stored form of a ready-made role as it came. Raises BadRole when it is the campaign's own."""
    if slug not in ready_made.DEFINITIONS:
        raise BadRole(_("This role did not come with the house."))
    return told_of(ready_made.DEFINITIONS[slug])


def holders() -> Counter[str]:
    """How many people who work here hold each role."""
    held = User.objects.filter(is_active=True).values_list("roles", flat=True)
    return Counter(slug for roles in held for slug in roles)


def waiting_changes() -> QuerySet[RoleChange]:
    """Changes that wait for a second administrator, the oldest first."""
    return RoleChange.objects.filter(state=RoleChange.State.WAITING).select_related("asked_by").order_by("asked_at")


def changes_to_settle(user: User) -> int:
    """How many wait for this administrator."""
    if not rules.administers(user):
        return 0
    waiting = RoleChange.objects.filter(state=RoleChange.State.WAITING)
    return counted(user, ("access.changes", user.pk), lambda: waiting.exclude(asked_by_id=user.pk))
