"""A question that arrays of ids are asked."""

from typing import Any

from django.db.models.lookups import In


class AnyIn(In):
    """`record_ids__any_in=ids`: whether one of the array's is among these ids, or of a query's. Each is looked up by
    itself, where `overlap` would compare every one with every other: a legal hold may be over very many."""

    lookup_name = "any_in"
    prepare_rhs = False  # they are ids, not arrays

    def process_lhs(self, compiler: Any, connection: Any, lhs: Any = None) -> tuple[str, list[Any]]:
        return "one.id", []

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        array, given = compiler.compile(self.lhs)
        inside, more = super().as_sql(compiler, connection)
        found = f"SELECT 1 FROM unnest({array}) AS one (id) WHERE {inside}"  # noqa: S608  (compiled; values apart)
        return f"EXISTS ({found})", (*given, *more)
