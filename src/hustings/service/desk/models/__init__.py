"""The desk's tables, one file per noun."""

from .inquiry import Channel, Inquiry, Priority, Stage, Status
from .life import Assignment, BulkRun, Closure, Event, InquiryMerge, Snooze
from .notes import Mention, Note
from .queues import Queue, QueueRule
from .views import Presence, SavedView

__all__ = [
    "Assignment",
    "BulkRun",
    "Channel",
    "Closure",
    "Event",
    "Inquiry",
    "InquiryMerge",
    "Mention",
    "Note",
    "Presence",
    "Priority",
    "Queue",
    "QueueRule",
    "SavedView",
    "Snooze",
    "Stage",
    "Status",
]
