"""Objects and fields as whoever builds them sees them: the withdrawn too, and how their indexes stand."""

from ..models import FieldType, ObjectType


def object_rows() -> list[ObjectType]:
    """All, by name."""
    return list(ObjectType.objects.select_related("team").order_by("plural", "id"))


def field_rows(record: str) -> list[FieldType]:
    """All of a record type, in order."""
    return list(FieldType.objects.filter(record=record).order_by("position", "id"))
