"""What access hears: changes of records, for the trail; and that somebody signs out while looking as somebody else."""

from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from hustings.foundation.core import bus
from hustings.foundation.core.clock import now
from hustings.foundation.core.records import RecordChanged

from .actions.audit import record_change
from .actions.looking import note_look_ended
from .looking import KEY, look_from
from .models import User


@bus.inside(RecordChanged)
def keep_change(event: RecordChanged) -> None:
    record_change(event)


# Django's own word for a session that ends, whichever page ended it.
@receiver(user_logged_out)
def end_look(sender: Any, request: HttpRequest | None, user: User | None, **_more: Any) -> None:
    if request is not None and user is not None and (told := request.session.get(KEY)):
        note_look_ended(user=user, look=look_from(told), why="sign-out", now=now())
