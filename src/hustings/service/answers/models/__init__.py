"""The tables of answers, one file per noun."""

from .articles import (
    Article,
    ArticleEvent,
    ArticleKind,
    ArticleState,
    ArticleText,
    ArticleVersion,
    Category,
    EventKind,
    SearchWords,
)
from .public import ArticleSlug, Attachment, PublicStamp, Source
from .voting import ElectionOffice, OfficeKind, PollClosing, StateWithdrawal, VotingApproval

__all__ = [
    "Article",
    "ArticleEvent",
    "ArticleKind",
    "ArticleSlug",
    "ArticleState",
    "ArticleText",
    "ArticleVersion",
    "Attachment",
    "Category",
    "ElectionOffice",
    "EventKind",
    "OfficeKind",
    "PollClosing",
    "PublicStamp",
    "SearchWords",
    "Source",
    "StateWithdrawal",
    "VotingApproval",
]
