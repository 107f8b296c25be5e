"""Mail campaigns' tables, one file per noun."""

from .groups import Change, ChangeKind, Count, Group, Position, Shape, Status
from .members import Member, Reason
from .replies import StandingReply
from .sheaves import Sheaf
from .waiting import Waiting

__all__ = [
    "Change",
    "ChangeKind",
    "Count",
    "Group",
    "Member",
    "Position",
    "Reason",
    "Shape",
    "Sheaf",
    "StandingReply",
    "Status",
    "Waiting",
]
