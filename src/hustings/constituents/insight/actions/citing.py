"""Counting what people were answered with."""

from datetime import UTC, datetime

from django.db import transaction

from ..models import Kind
from .counting import HourKey, TallyKey, buffer


def count_cited(*, subject: str, topic: str, language: str, state_code: str, now: datetime) -> None:
    """Somebody was answered with the subject; counted once the caller's transaction commits."""
    hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    told = TallyKey(hour.date(), Kind.CITED, subject, topic, language, state_code)

    def count() -> None:
        buffer.start()
        buffer.add(told, HourKey(hour, Kind.CITED, subject))

    transaction.on_commit(count)
