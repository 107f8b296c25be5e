"""Background entry: ids in, one action."""

from hustings.foundation.core import jobs
from hustings.foundation.core.clock import now

from .actions.importing import forget_files
from .actions.indexing import index_field as make_index


@jobs.job("objects.index_field")
def index_field(field_id: int) -> None:
    make_index(field_id=field_id)


@jobs.job("objects.forget_import_files", cron="*/10 * * * *")
def forget_import_files(timestamp: int) -> None:
    """Those that are used, or that nobody came back to."""
    forget_files(now=now())
