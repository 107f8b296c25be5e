"""Who may do what here: by roles that name these types; "every record type" does not include them."""

from hustings.foundation.access.grants import grants_of
from hustings.foundation.access.models import User
from hustings.foundation.access.rules import may
from hustings.foundation.core.guard import Level

NOTE, FILE = "privileged_note", "vetting_file"
NOTED = ("person", "inquiry")  # what a privileged note can be about
NOTES, DOCUMENTS = "confidences.notes", "confidences.documents"  # the parts of `erasing`, for holds
TEXTS = ("organisation", "subject", "findings", "decided_because")  # of a vetting file
FIELDS = (*TEXTS, "risk", "decision")
LARGEST = 20 * 1024 * 1024
LONGEST = 20_000


def reads_notes(user: User) -> bool:
    return may(user, NOTE, "see")


def writes_notes(user: User) -> bool:
    return may(user, NOTE, "add")


def vets(user: User) -> bool:
    return may(user, FILE, "see")


def may_delete_notes(user: User) -> bool:
    return may(user, NOTE, "delete")


def editable(user: User) -> set[str]:
    """The fields of a vetting file that this user's role lets them change."""
    grants = grants_of(user)
    return {name for name in FIELDS if grants.may(FILE, "change") and grants.level(FILE, name) >= Level.EDIT}
