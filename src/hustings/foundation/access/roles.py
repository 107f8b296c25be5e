"""What roles grant, and how grants compose: plain Python, so that every rule here is tested as a property.

- A role grants verbs on record types, which rows, and a level for each field. "*" as a record type is every type that
  is not private; a type named as well adds to it.
- Among a role's fields a name beats "*" (all that are not sensitive), which beats "**" (all).
- Several roles add: verbs, rows and abilities are united, of a field's levels the highest holds.
- An explicit never of any role wins over every grant of every role.
- Without `see` on a type, nothing of it is seen, whatever its fields say.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from hustings.foundation.core.guard import Level
from hustings.foundation.core.records import Field, RecordType, fields_of

EVERY, ORDINARY_FIELDS, ALL_FIELDS = "*", "*", "**"
NEVER = "never"
LEVELS = {"hidden": Level.HIDDEN, "masked": Level.MASKED, "read": Level.READ, "edit": Level.EDIT}
LEVEL_NAMES = {level: name for name, level in LEVELS.items()}
VERBS = ("see", "add", "change", "delete", "export")
ROWS = ("all", "team", "state", "county", "assigned")


class BadRole(ValueError):
    """A definition that cannot be; its text names the place."""


@dataclass(frozen=True, slots=True)
class RecordGrant:
    """On one record type."""

    verbs: frozenset[str] = frozenset()
    rows: frozenset[str] = frozenset()
    fields: Mapping[str, Level] = field(default_factory=dict)
    never: frozenset[str] = frozenset()  # verbs
    never_fields: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Definition:
    """A role. `people_a_shift`: how many person pages its holder may open in a shift, None for no limit."""

    slug: str
    records: Mapping[str, RecordGrant] = field(default_factory=dict)
    abilities: frozenset[str] = frozenset()
    never_abilities: frozenset[str] = frozenset()
    second_factor: bool = False
    people_a_shift: int | None = None


@dataclass(frozen=True, slots=True)
class Grants:
    """What someone with certain roles may do: compiled once, shared, never changed."""

    levels: Mapping[tuple[str, str], Level]
    verbs: Mapping[str, frozenset[str]]
    row_scopes: Mapping[str, frozenset[str]]
    abilities: frozenset[str]
    second_factor: bool = False
    people_a_shift: int | None = None
    # The SQL of what is asked on every page, made under these grants (`queries.counting`); no part of what they are.
    asked: dict[Hashable, Any] = field(init=False, default_factory=dict, compare=False, repr=False)

    def level(self, record: str, name: str) -> Level:
        return self.levels.get((record, name), Level.HIDDEN)

    def may(self, record: str, verb: str) -> bool:
        return verb in self.verbs.get(record, ())

    def rows(self, record: str) -> frozenset[str]:
        """Empty when no row may be seen."""
        return self.row_scopes.get(record, frozenset())

    def can(self, ability: str) -> bool:
        return ability in self.abilities


def compile_grants(roles: Iterable[Definition], types: Iterable[RecordType]) -> Grants:
    """All that these roles together grant on these record types."""
    roles = list(roles)
    levels: dict[tuple[str, str], Level] = {}
    verbs: dict[str, frozenset[str]] = {}
    rows: dict[str, frozenset[str]] = {}
    for one in types:
        grants = [grant for role in roles for grant in _on(role, one)]
        allowed = frozenset().union(*(g.verbs for g in grants)) - frozenset().union(*(g.never for g in grants))
        if "see" not in allowed:
            continue
        verbs[one.name] = allowed
        rows[one.name] = frozenset().union(*(g.rows for g in grants))
        never = frozenset().union(*(g.never_fields for g in grants))
        for each in fields_of(one):
            level = max((_level(role, one, each.name, each.sensitive) for role in roles), default=Level.HIDDEN)
            hidden = each.name in never or ALL_FIELDS in never
            levels[one.name, each.name] = Level.HIDDEN if hidden else level
    abilities = frozenset().union(*(role.abilities for role in roles))
    limits = [role.people_a_shift for role in roles]
    return Grants(
        levels,
        verbs,
        rows,
        abilities - frozenset().union(*(role.never_abilities for role in roles)),
        any(role.second_factor for role in roles),
        None if None in limits or not limits else max(limit for limit in limits if limit is not None),
    )


def _on(role: Definition, one: RecordType) -> list[RecordGrant]:
    names = [one.name] if one.private else [EVERY, one.name]
    return [role.records[name] for name in names if name in role.records]


def _level(role: Definition, one: RecordType, name: str, is_sensitive: bool) -> Level:
    """By this role alone. A field of a type that the role does not let see is hidden."""
    grants = _on(role, one)
    if not any("see" in grant.verbs for grant in grants):
        return Level.HIDDEN
    for grant in reversed(grants):  # what is said of the type itself before what is said of every type
        if name in grant.fields:
            return grant.fields[name]
    levels = [Level.HIDDEN]
    for grant in grants:
        if not is_sensitive:
            levels.append(grant.fields.get(ORDINARY_FIELDS, Level.HIDDEN))
        levels.append(grant.fields.get(ALL_FIELDS, Level.HIDDEN))
    return max(levels)


def definition_from(slug: str, told: Mapping[str, Any]) -> Definition:
    """A role out of its stored form. Raises BadRole naming the place of what is wrong; unknown record types and fields
    are kept, for they may come back."""
    records = {name: _grant_from(name, grant) for name, grant in _mapping(told.get("records", {}), "records").items()}
    limit = told.get("people_a_shift")
    if limit is not None and (not isinstance(limit, int) or isinstance(limit, bool) or limit < 1):
        raise BadRole(f"people_a_shift: {limit!r} is no number of people")
    return Definition(
        slug,
        records,
        frozenset(map(str, told.get("abilities", ()))),
        frozenset(map(str, told.get("never_abilities", ()))),
        bool(told.get("second_factor", False)),
        limit,
    )


def _grant_from(name: str, told: Any) -> RecordGrant:
    told = _mapping(told, name)
    levels: dict[str, Level] = {}
    never: set[str] = set()
    for one, word in _mapping(told.get("fields", {}), f"{name}.fields").items():
        if word == NEVER:
            never.add(one)
        elif word in LEVELS:
            levels[one] = LEVELS[word]
        else:
            raise BadRole(f"{name}.{one}: {word!r} is no level")
    return RecordGrant(
        _words(told.get("verbs", ()), VERBS, f"{name}.verbs"),
        _words(told.get("rows", ()), ROWS, f"{name}.rows"),
        levels,
        _words(told.get("never", ()), VERBS, f"{name}.never"),
        frozenset(never),
    )


def _mapping(told: Any, place: str) -> Mapping[str, Any]:
    if not isinstance(told, Mapping):
        raise BadRole(f"{place}: {told!r} is not a set of names and values")
    return told


def _words(told: Any, known: tuple[str, ...], place: str) -> frozenset[str]:
    words = frozenset(told)
    if unknown := words - frozenset(known):
        raise BadRole(f"{place}: {', '.join(sorted(map(str, unknown)))} is not known")
    return words


def told_of(role: Definition) -> dict[str, Any]:
    """The stored form of a role: `definition_from` gives it back."""
    return {
        "records": {name: _grant_told(grant) for name, grant in sorted(role.records.items())},
        "abilities": sorted(role.abilities),
        "never_abilities": sorted(role.never_abilities),
        "second_factor": role.second_factor,
        "people_a_shift": role.people_a_shift,
    }


def _grant_told(grant: RecordGrant) -> dict[str, Any]:
    fields = {name: LEVEL_NAMES[level] for name, level in grant.fields.items()}
    return {
        "verbs": sorted(grant.verbs),
        "rows": sorted(grant.rows),
        "fields": dict(sorted((fields | dict.fromkeys(grant.never_fields, NEVER)).items())),
        "never": sorted(grant.never),
    }


def level_word(role: Definition, one: RecordType, each: Field) -> str:
    """What this role by itself says of the field: never, hidden, masked, read or edit."""
    grants = _on(role, one)
    if any(each.name in grant.never_fields or ALL_FIELDS in grant.never_fields for grant in grants):
        return NEVER
    return LEVEL_NAMES[_level(role, one, each.name, each.sensitive)]


def sees(role: Definition, one: RecordType) -> bool:
    """Whether the role by itself lets anything of the type be seen."""
    return any("see" in grant.verbs for grant in _on(role, one))


def with_level(role: Definition, one: RecordType, each: Field, word: str) -> Definition:
    """The role with this level for the field. Raises BadRole where that would change nothing: the type is not seen at
    all, or never is said of every field."""
    place = f"{role.slug}: {one.name}.{each.name}"
    if word != NEVER and word not in LEVELS:
        raise BadRole(f"{place}: {word!r} is no level")
    grant = role.records.get(one.name, RecordGrant())
    levels = {name: level for name, level in grant.fields.items() if name != each.name}
    if word != NEVER:
        levels[each.name] = LEVELS[word]
    never = grant.never_fields | {each.name} if word == NEVER else grant.never_fields - {each.name}
    records = {**role.records, one.name: replace(grant, fields=levels, never_fields=never)}
    changed = replace(role, records=records)
    if level_word(changed, one, each) != word:
        raise BadRole(f"{place}: cannot be {word} while the role does not see it otherwise")
    return changed


def widenings(old: Definition, new: Definition, types: Iterable[RecordType]) -> list[tuple[str, str, Level, Level]]:
    """(record, field, from, to): the sensitive fields that someone with the role could read or edit and could not
    before, or could of more rows."""
    types = list(types)
    before, after = compile_grants([old], types), compile_grants([new], types)
    found = []
    for one in types:
        more_rows = bool(after.rows(one.name) - before.rows(one.name)) and "all" not in before.rows(one.name)
        for each in fields_of(one):
            if not each.sensitive:
                continue
            was, now = before.level(one.name, each.name), after.level(one.name, each.name)
            if now >= Level.READ and (now > was or more_rows):
                found.append((one.name, each.name, was, now))
    return found


def lesser(one: Grants, other: Grants) -> Grants:
    """No more than both grant: what somebody with the first may see through the eyes of the second. Where neither scope
    of rows holds the other, only what both name."""
    verbs = {
        name: both for name, own in one.verbs.items() if "see" in (both := own & other.verbs.get(name, frozenset()))
    }
    levels = {
        key: min(level, other.levels.get(key, Level.HIDDEN)) for key, level in one.levels.items() if key[0] in verbs
    }
    rows = {name: _lesser_rows(one.rows(name), other.rows(name)) for name in verbs}
    limit = other.people_a_shift if one.people_a_shift is None else one.people_a_shift
    return Grants(levels, verbs, rows, one.abilities & other.abilities, one.second_factor, limit)


def _lesser_rows(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    if "all" in one:
        return other
    return one if "all" in other else one & other
