"""A question that arrays of ids are asked."""

from typing import Any

from django.db.models import BigIntegerField, Lookup
from django.db.models.expressions import RawSQL
from django.db.models.lookups import In


class AnyIn(Lookup):
    """`record_ids__any_in=ids`: whether one of the array's is among these ids, or of a query's. Each is looked up by
    itself, where `overlap` would compare every one with every other: a legal hold may be over very many."""

    lookup_name = "any_in"
    prepare_rhs = False  # they are ids, not arrays

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        array, given = compiler.compile(self.lhs)
        one = RawSQL("one.id", (), output_field=BigIntegerField())
        inside, more = compiler.compile(In(one, self.rhs))
        found = f"SELECT 1 FROM unnest({array}) AS one (id) WHERE {inside}"  # noqa: S608  (compiled; values apart)
        return f"EXISTS ({found})", (*given, *more)
