"""An index for a field, made where it was asked for."""

from django.db import connection

from hustings.foundation.core.guard import action

from ..models import READY, FieldType
from ..queries.shape import forget


@action
def index_field(*, field_id: int) -> None:
    """Make the field's index, or take it away when it is no longer wanted. While it is made, records of objects can be
    read and not written: about a second for a million. Doing it twice is doing it once."""
    with connection.cursor() as cursor:
        cursor.execute("select objects_index_field(%s)", [field_id])
        (is_there,) = cursor.fetchone()
    # No new stamp: nothing that is compiled depends on it.
    FieldType.objects.filter(pk=field_id).update(index_state=READY if is_there else "")
    forget()
