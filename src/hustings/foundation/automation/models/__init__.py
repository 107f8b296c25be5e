"""The room's tables, one file per noun."""

from .approvals import ApprovalRequest, Delegation, Process, RequestState, StepDecision
from .hooks import CallState, Hook, HookCall
from .notices import Notice
from .rules import Rule, RuleVersion
from .work import Deed, DeedState, Happening, Kind, Run, Work, WorkState

__all__ = [
    "ApprovalRequest",
    "CallState",
    "Deed",
    "DeedState",
    "Delegation",
    "Happening",
    "Hook",
    "HookCall",
    "Kind",
    "Notice",
    "Process",
    "RequestState",
    "Rule",
    "RuleVersion",
    "Run",
    "StepDecision",
    "Work",
    "WorkState",
]
