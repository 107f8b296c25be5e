"""Field security, below the views: guarded attributes of models give each reader what that reader may see.

While a request is answered there is a reader (`reading_as`), and a guarded attribute gives its value, a mask or a blank
by the reader's level for that field. Whatever is made from the instance, a page, a row of an export, a line of history,
a merge field, an error, is made from that. A query that would filter, sort or count by a field the reader may not read
is refused (`FieldHidden`), so that nothing is guessed. Actions are done by the house and see true values (`action`,
`unveiled`); what they give back to a view as text they read as the reader would.

Rooms declare what is guarded in their `records` (`core.records`); who has which level is said by `access`.
"""

from .actions import action
from .levels import Level
from .reading import FieldHidden, Reader, ReadOnly, current, level_of, may_read, reading_as, unveiled

__all__ = [
    "FieldHidden",
    "Level",
    "ReadOnly",
    "Reader",
    "action",
    "current",
    "level_of",
    "may_read",
    "reading_as",
    "unveiled",
]
