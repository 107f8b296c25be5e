"""What can be done with users, teams and invitations, a file for each noun. The short names that every room uses stand
here too."""

from .audit import record_audit, record_reading
from .hashing import hash_of
from .invitations import accept_invitation, find_invitation, invite, revoke_invitation
from .links import make_sign_in_link, user_of_link
from .own import change_preferences, describe_campaign
from .teams import make_team, set_teams
from .users import change_user, end_access, end_due_access, lift_release, make_user, restore_access

__all__ = [
    "accept_invitation",
    "change_preferences",
    "change_user",
    "describe_campaign",
    "end_access",
    "end_due_access",
    "find_invitation",
    "hash_of",
    "invite",
    "lift_release",
    "make_sign_in_link",
    "make_team",
    "make_user",
    "record_audit",
    "record_reading",
    "restore_access",
    "revoke_invitation",
    "set_teams",
    "user_of_link",
]
