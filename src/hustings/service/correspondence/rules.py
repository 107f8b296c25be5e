"""Who may do what with letters and replies, and why a reply may not leave."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from hustings.foundation.access.models import User
from hustings.foundation.access.rules import is_security_lead, leads_team
from hustings.foundation.core.guard import unveiled
from hustings.service.desk.models import Inquiry

from .models import Reply, ReplyState

DRAFTS = "correspondence.drafts"  # the part of `erasing`, for holds
RAW = "correspondence.raw"  # another
MOST_ATTACHED = 20 * 1024 * 1024  # bytes, all files of one reply together


@dataclass
class SendRefused(Exception):
    """A reply did not leave. `code` is for tests and templates, `text` says what happened and what to do, `shown`
    holds what the writer must look at first (messages or replies), `kept` whether the words are safe in a draft."""

    code: str
    text: str | Promise
    shown: tuple[Any, ...] = ()

    def __str__(self) -> str:
        return str(self.text)


@dataclass
class DraftMoved(Exception):
    """Someone (another tab, or a colleague who took it over) saved this draft since it was read; nothing was
    overwritten. `draft` is what is stored now, or None when it was sent or put away."""

    draft: Any
    text: str | Promise

    def __str__(self) -> str:
        return str(self.text)


def asks_release(user: User) -> bool:
    """Whether this person's replies wait for a lead."""
    return user.needs_release and not user.leads


def may_release(user: User, reply: Reply) -> bool:
    """Only those who lead the team of the inquiry's queue."""
    return leads_inquiry(user, reply.inquiry)


def leads_inquiry(user: User, inquiry: Inquiry) -> bool:
    """Leads the team whose queue it lies in; of a merged one, where it went."""
    inquiry = inquiry.merged_into or inquiry
    if inquiry.is_sealed and not is_security_lead(user):
        return False
    with unveiled():
        return leads_team(user, inquiry.queue.team_id)


def may_undo(user: User, reply: Reply) -> bool:
    """Who wrote it, or who released it."""
    return user.pk in (reply.author_id, reply.released_by_id)


def may_settle(user: User, reply: Reply) -> bool:
    """Say what became of an uncertain reply."""
    return reply.state == ReplyState.UNCERTAIN and leads_inquiry(user, reply.inquiry)


def may_see_raw(user: User) -> bool:
    """Download a letter as it came, byte for byte. Whether this letter may be seen at all is asked elsewhere."""
    return user.leads or is_security_lead(user)


def may_see_set_aside(user: User) -> bool:
    return user.leads


def may_see_ledger(user: User) -> bool:
    return user.leads or is_security_lead(user)


def may_see_sealed(user: User) -> bool:
    return is_security_lead(user)
