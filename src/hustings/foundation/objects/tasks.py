"""Background entry: ids in, one action."""

from hustings.foundation.core import jobs

from .actions.indexing import index_field as make_index


@jobs.job("objects.index_field")
def index_field(field_id: int) -> None:
    make_index(field_id=field_id)
