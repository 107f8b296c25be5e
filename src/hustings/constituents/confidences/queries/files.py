"""Reading vetting files."""

from collections.abc import Sequence

from django.db.models import QuerySet

from hustings.foundation.access.grants import grants_of
from hustings.foundation.access.models import User
from hustings.foundation.core import storage
from hustings.foundation.core.secrets import unseal_bytes

from ..models import VettingDocument, VettingFile
from ..rules import FILE


def visible_to(user: User) -> QuerySet[VettingFile]:
    """All for vetting officers, none for anybody else."""
    rows = VettingFile.objects.select_related("person", "person__canonical", "opened_by", "decided_by")
    return rows if "all" in grants_of(user).rows(FILE) else rows.none()


def file_of(user: User, person_ids: Sequence[int]) -> VettingFile | None:
    """The file of one whole person."""
    return visible_to(user).filter(person_id__in=person_ids).order_by("id").first()


def content_of(document: VettingDocument) -> bytes:
    """The document, decrypted. Raises FileNotFoundError, core.secrets.KeyLost."""
    return unseal_bytes(storage.read(document.sha256))
