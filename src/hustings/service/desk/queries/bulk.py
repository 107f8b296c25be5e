"""Acts over many inquiries: how far they are."""

from uuid import UUID

from hustings.foundation.access.models import User

from ..models import BulkRun


def run_at_work(user: User) -> BulkRun | None:
    """The user's newest run that has not ended."""
    return BulkRun.objects.filter(actor=user, ended_at=None).order_by("-id").first()


def run_of(user: User, uid: UUID) -> BulkRun:
    """One of the user's own runs; BulkRun.DoesNotExist for any other."""
    return BulkRun.objects.get(uid=uid, actor=user)
