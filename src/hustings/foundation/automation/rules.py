"""Who may do what here: predicates on (user, object)."""

from hustings.foundation.access.models import User
from hustings.foundation.access.rules import administers, can

from .models import ApprovalRequest, Notice, Rule

# Parts of `erasing`, for holds.
CALLS, CHANGES, NOTICES = "automation.calls", "automation.changes", "automation.notices"


def may_write(user: User) -> bool:
    """Whether they may have rules, webhooks' addresses and approvals."""
    return can(user, "write_rules")


def may_see(user: User, rule: Rule) -> bool:
    """One's own rules; an administrator's are all."""
    return may_write(user) and (rule.owner_id == user.pk or administers(user))


def may_switch(user: User, rule: Rule) -> bool:
    """Turn it on or off, move and remove it. An administrator cannot turn on another's: only stop it."""
    return may_see(user, rule)


def may_lift_limit(user: User) -> bool:
    """Let work go on that waits for a rule's limit."""
    return administers(user) and may_write(user)


def may_write_processes(user: User) -> bool:
    """Say how things are approved: administrators."""
    return administers(user) and may_write(user)


def may_write_hooks(user: User) -> bool:
    """Say where rules may call: administrators, for it is a way out of the house."""
    return administers(user) and may_write(user)


def may_recall(user: User, request: ApprovalRequest) -> bool:
    """Whoever asked for it takes it back."""
    return request.requester_id == user.pk


def may_read(user: User, notice: Notice) -> bool:
    return notice.user_id == user.pk
