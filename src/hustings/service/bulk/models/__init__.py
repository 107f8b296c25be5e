"""The tables of bulk replies, one file per noun."""

from .copies import Claim, Copy, CopyState, Why
from .replies import MOST_WITHOUT_LINE, BulkReply, BulkState

__all__ = ["MOST_WITHOUT_LINE", "BulkReply", "BulkState", "Claim", "Copy", "CopyState", "Why"]
