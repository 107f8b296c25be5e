"""The sample campaign's local mailbox."""

from datetime import datetime
from email import message_from_bytes, policy
from types import TracebackType

from hustings.foundation.core import live
from hustings.foundation.core.clock import now as read_clock
from hustings.foundation.core.guard import action

from ..compression import compress
from ..models import CaughtMail


@action
def catch(*, envelope_from: str, envelope_to: str, content: bytes, now: datetime) -> CaughtMail:
    """Keep what would have left."""
    subject = str(message_from_bytes(content, policy=policy.default)["subject"] or "")
    live.publish("caught")
    return CaughtMail.objects.create(
        at=now, envelope_from=envelope_from, envelope_to=envelope_to, subject=subject, raw=compress(content)
    )


class Caught:
    """The line into it: a transport (channels.smtp) that takes everything."""

    def __enter__(self) -> "Caught":
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        return None

    def open(self) -> None:
        return None

    def send(self, envelope_from: str, envelope_to: str, content: bytes) -> str:
        catch(envelope_from=envelope_from, envelope_to=envelope_to, content=content, now=read_clock())
        return "250 caught in the local mailbox"
