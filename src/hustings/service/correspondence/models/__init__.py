"""Correspondence's tables, one file per noun."""

from .messages import Attachment, Direction, Message, MessageBody, Reference
from .moves import MergeMove
from .replies import Acknowledgement, Citation, Draft, Reply, ReplyState
from .runs import IntakeChunk, IntakeRun
from .seals import Seal
from .setaside import SetAside

__all__ = [
    "Acknowledgement",
    "Attachment",
    "Citation",
    "Direction",
    "Draft",
    "IntakeChunk",
    "IntakeRun",
    "MergeMove",
    "Message",
    "MessageBody",
    "Reference",
    "Reply",
    "ReplyState",
    "Seal",
    "SetAside",
]
