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
from .corrections import Correction, CorrectionRecipient, CorrectionState, RecipientState
from .finding import KnownWord, Synonym, WordsOfText
from .polling import PollingFeed, PollingPlace, StreetSegment
from .public import ArticleSlug, Attachment, PublicChange, PublicStamp, Source
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
    "Correction",
    "CorrectionRecipient",
    "CorrectionState",
    "ElectionOffice",
    "EventKind",
    "KnownWord",
    "OfficeKind",
    "PollClosing",
    "PollingFeed",
    "PollingPlace",
    "PublicChange",
    "PublicStamp",
    "RecipientState",
    "SearchWords",
    "Source",
    "StateWithdrawal",
    "StreetSegment",
    "Synonym",
    "VotingApproval",
    "WordsOfText",
]
