"""A person's own password."""

from datetime import datetime

from django.contrib.auth.password_validation import validate_password

from hustings.foundation.core.guard import action

from ..models import User
from .audit import record_audit
from .sessions import end_all_sessions


@action
def change_password(*, user: User, password: str, keep: str | None, now: datetime) -> None:
    """From now on this one holds; every browser but `keep` is signed out. Raises ValidationError when it is weak."""
    validate_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    end_all_sessions(user=user, keep=keep)
    record_audit(actor=user, action="password.changed", record_type="user", record_uid=user.uid, now=now)
