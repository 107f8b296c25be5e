"""Guarded attributes of models."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from .levels import Level
from .reading import _reader

Name = str | Callable[[Any], str]
Mask = Callable[[Any], Any]
MASK = "•••"


class Guarded:
    """Stands before a model's attribute. The field's name may depend on the row: an identifier is an e-mail or a
    telephone. `owner` is the attribute with the id of the record that the field belongs to."""

    __slots__ = ("attname", "blank", "inner", "is_sensitive", "mask", "name", "names", "owner", "record", "searchable")

    def __init__(
        self,
        field: "models.Field[Any, Any]",
        inner: Any,
        record: str,
        name: Name,
        *,
        names: Iterable[str],
        mask: Mask | None,
        owner: str,
        is_sensitive: bool,
        searchable: bool,
    ) -> None:
        self.attname = field.attname
        self.inner, self.record, self.name, self.owner = inner, record, name, owner
        self.names = tuple(names)
        self.is_sensitive, self.searchable = is_sensitive, searchable
        self.blank: Any = "" if field.empty_strings_allowed and not field.null else None
        if isinstance(field, models.BooleanField):
            self.blank = False
        elif isinstance(field, ArrayField):
            self.blank = ()
        is_text = isinstance(field, models.CharField | models.TextField)
        self.mask = mask or (mask_words if is_text else lambda _value: self.blank)

    def __get__(self, instance: Any, cls: type | None = None) -> Any:
        if instance is None:
            return self
        value = instance.__dict__[self.attname] if self.attname in instance.__dict__ else self._loaded(instance, cls)
        reader = _reader.get()
        if reader is None or value is None or value == "" or value is False:
            return value
        name = self.name if isinstance(self.name, str) else self.name(instance)
        level = reader.levels.get((self.record, name), Level.HIDDEN)
        if level >= Level.READ:
            if self.is_sensitive:
                reader.note(self.record, name, instance.__dict__.get(self.owner))
            return value
        return self.mask(value) if level == Level.MASKED else self.blank

    def _loaded(self, instance: Any, cls: type | None) -> Any:
        """A deferred field: the inner attribute fetches it."""
        self.inner.__get__(instance, cls)
        return instance.__dict__[self.attname]

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.attname] = value


class GuardedKey(Guarded):
    """Stands before the `…_id` of a foreign key. Given another id, what it named before is forgotten, as by Django."""

    __slots__ = ()

    def __set__(self, instance: Any, value: Any) -> None:
        self.inner.__set__(instance, value)


class GuardedLink:
    """Stands before the other end of a guarded foreign key: None to who may not read which row it names, also where
    that row was fetched already."""

    __slots__ = ("inner", "key")

    def __init__(self, key: GuardedKey, inner: Any) -> None:
        self.key, self.inner = key, inner

    def __get__(self, instance: Any, cls: type | None = None) -> Any:
        if instance is None:
            return self.inner  # Django asks the class for its own descriptor
        reader = _reader.get()
        if reader is not None:
            name = self.key.name if isinstance(self.key.name, str) else self.key.name(instance)
            if reader.levels.get((self.key.record, name), Level.HIDDEN) < Level.READ:
                return None
        return self.inner.__get__(instance, cls)

    def __set__(self, instance: Any, value: Any) -> None:
        self.inner.__set__(instance, value)


def guard(
    model: type[models.Model],
    attribute: str,
    *,
    record: str,
    name: Name,
    names: Iterable[str] = (),
    mask: Mask | None = None,
    owner: str = "id",
    is_sensitive: bool = False,
    searchable: bool = False,
) -> None:
    """From now on `model.attribute` is the field `name` of `record`. With a `name` by row, `names` says all it can be.
    `searchable`: shown by level, yet anyone may filter by it. Of a foreign key both are: its `…_id`, and the row."""
    field = model._meta.get_field(attribute)
    if not isinstance(field, models.Field):
        raise TypeError(f"{model.__name__}.{attribute} is no column")
    inner = model.__dict__.get(field.attname)
    if isinstance(inner, Guarded):
        return
    if not isinstance(name, str) and not names:
        raise ValueError(f"{model.__name__}.{attribute}: say all names it can have")
    kind = GuardedKey if isinstance(field, models.ForeignKey) else Guarded
    guarded = kind(
        field,
        inner,
        record,
        name,
        names=[name] if isinstance(name, str) else names,
        mask=mask,
        owner=owner,
        is_sensitive=is_sensitive,
        searchable=searchable,
    )
    setattr(model, field.attname, guarded)
    if isinstance(guarded, GuardedKey):
        setattr(model, field.name, GuardedLink(guarded, model.__dict__[field.name]))
    guards_on.cache_clear()


def guarded_attributes(model: type[models.Model]) -> dict[str, Guarded]:
    """By attribute name."""
    found: dict[str, Guarded] = {}
    for kin in reversed(model.__mro__):
        found |= {name: value for name, value in vars(kin).items() if isinstance(value, Guarded)}
    return found


@lru_cache(maxsize=8192)
def guards_on(model: type[models.Model], path: str) -> tuple[Guarded, ...]:
    """The guarded attributes that a lookup path such as `person__name__icontains` touches, but for searchable ones."""
    found: list[Guarded] = []
    here: Any = model
    for part in path.split("__"):
        if here is None:
            break
        guards = guarded_attributes(here)
        try:
            field = here._meta.get_field(part) if part != "pk" else here._meta.pk
        except FieldDoesNotExist:
            # An annotation (checked when it was made), a lookup such as icontains, or an alias its model guards.
            known = getattr(here, "guards_of_alias", None)
            found += known(part) if known else ()
            break
        attname = getattr(field, "attname", part)
        if attname in guards and not guards[attname].searchable:
            found.append(guards[attname])
        here = getattr(field, "related_model", None)
    return tuple(found)


def mask_phone(value: str) -> str:
    """The last four digits: `•••-•••-0142`."""
    digits = "".join(c for c in str(value) if c.isdigit())
    return f"{MASK}-{MASK}-{digits[-4:]}" if len(digits) >= 7 else MASK


def mask_email(value: str) -> str:
    """First letters and the ending: `r•••@e•••.org`."""
    local, at, domain = str(value).rpartition("@")
    return f"{local[:1]}{MASK}@{domain[:1]}{MASK}.{domain.rpartition('.')[2]}" if at and local else MASK


def mask_words(value: Any) -> str:
    """That there is something, and no more."""
    return MASK


def mask_code(value: Any) -> str:
    """Nothing: of one among a few codes any part tells which."""
    return ""


def mask_name(value: str) -> str:
    """Initials: `M. O.`"""
    return " ".join(f"{word[0]}." for word in str(value).split()[:3] if word[:1].isalpha()) or MASK
