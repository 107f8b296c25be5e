"""Queries that tell no reader what a field holds: filtered, sorted or counted by it they are refused."""

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from django.db import models
from django.db.models import F, OuterRef, Q

from .attributes import guards_on
from .levels import Level
from .reading import FieldHidden, ReadOnly, _reader, unveiled

Row = TypeVar("Row", bound=models.Model, covariant=True)


def _paths_in(expression: Any) -> Iterator[str]:
    if isinstance(expression, str):
        yield expression.lstrip("-+")
    elif isinstance(expression, OuterRef):
        return
    elif isinstance(expression, F):
        yield expression.name  # type: ignore[attr-defined]
    elif isinstance(expression, Q):
        for child in expression.children:
            if isinstance(child, tuple):
                yield child[0]
                yield from _paths_in_value(child[1])
            else:
                yield from _paths_in(child)
    elif hasattr(expression, "get_source_expressions"):
        for source in expression.get_source_expressions():
            if source is not None and not isinstance(source, str):
                yield from _paths_in(source)


def _paths_in_value(value: Any) -> Iterator[str]:
    if not isinstance(value, str | int) and (isinstance(value, F | Q) or hasattr(value, "get_source_expressions")):
        yield from _paths_in(value)


def _refuse_hidden(model: type[models.Model], expressions: Iterable[Any]) -> None:
    reader = _reader.get()
    if reader is None:
        return
    for expression in expressions:
        for path in _paths_in(expression):
            for guarded in guards_on(model, path):
                for name in guarded.names:
                    if reader.levels.get((guarded.record, name), Level.HIDDEN) < Level.READ:
                        raise FieldHidden(guarded.record, name)
                if guarded.is_sensitive:
                    reader.note(guarded.record, guarded.names[0], None)


def _refuse_writing() -> None:
    """Rows are written in actions, where no reader is; a reader writes nothing."""
    reader = _reader.get()
    if reader is not None and reader.read_only:
        raise ReadOnly


class GuardedQuerySet(models.QuerySet[Row]):
    """The queries of every record."""

    def _filter_or_exclude(self, negate: bool, args: Any, kwargs: Any) -> Any:
        _refuse_hidden(self.model, [*args, *kwargs, *_values_of(kwargs)])
        return super()._filter_or_exclude(negate, args, kwargs)  # type: ignore[misc]

    def order_by(self, *names: Any) -> Any:
        _refuse_hidden(self.model, names)
        return super().order_by(*names)

    def distinct(self, *names: str) -> Any:
        _refuse_hidden(self.model, names)
        return super().distinct(*names)

    def annotate(self, *args: Any, **kwargs: Any) -> Any:
        _refuse_hidden(self.model, [*args, *kwargs.values()])
        return super().annotate(*args, **kwargs)

    def alias(self, *args: Any, **kwargs: Any) -> Any:
        _refuse_hidden(self.model, [*args, *kwargs.values()])
        return super().alias(*args, **kwargs)

    def aggregate(self, *args: Any, **kwargs: Any) -> Any:
        _refuse_hidden(self.model, [*args, *kwargs.values()])
        return super().aggregate(*args, **kwargs)

    def values(self, *fields: Any, **expressions: Any) -> Any:
        every = () if expressions else self._all_columns()  # of `values(root=…)` only that is read
        _refuse_hidden(self.model, [*(fields or every), *expressions.values()])
        return super().values(*fields, **expressions)

    def values_list(self, *fields: Any, flat: bool = False, named: bool = False) -> Any:
        _refuse_hidden(self.model, fields or self._all_columns())
        return super().values_list(*fields, flat=flat, named=named)

    def _all_columns(self) -> list[str]:
        return [field.attname for field in self.model._meta.concrete_fields]

    def create(self, **kwargs: Any) -> Any:
        _refuse_writing()
        return super().create(**kwargs)

    def bulk_create(self, *args: Any, **kwargs: Any) -> Any:
        _refuse_writing()
        with unveiled():
            return super().bulk_create(*args, **kwargs)

    def bulk_update(self, *args: Any, **kwargs: Any) -> Any:
        _refuse_writing()
        with unveiled():
            return super().bulk_update(*args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        _refuse_writing()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        _refuse_writing()
        return super().delete()


def _values_of(kwargs: dict[str, Any]) -> list[Any]:
    return [value for value in kwargs.values() if isinstance(value, F | Q) or hasattr(value, "get_source_expressions")]


class GuardedManager(models.Manager[Row]):
    """Makes guarded queries."""

    def get_queryset(self) -> GuardedQuerySet[Row]:
        return GuardedQuerySet(self.model, using=self._db)
