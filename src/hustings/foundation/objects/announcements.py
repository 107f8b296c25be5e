"""What this room tells others, beside `core.records.RecordChanged` of every record."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ShapeChanged:
    """An object or a field was made or changed: what was compiled from record types is out of date."""

    record: str


@dataclass(frozen=True)
class FormSent:
    """Somebody sent an object's public form."""

    record: str
    record_id: int
