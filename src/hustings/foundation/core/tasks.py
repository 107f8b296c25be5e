"""Jobs of core's own: what is counted for limits is forgotten once its windows are over, and what fell is taken up."""

from datetime import UTC, datetime, timedelta

from . import jobs, limits

KEPT = timedelta(days=2)  # longer than any window


@jobs.job("core.forget_attempts", cron="17 3 * * *")
def forget_attempts(timestamp: int) -> None:
    limits.forget(before=datetime.fromtimestamp(timestamp, tz=UTC) - KEPT)


@jobs.job("core.take_up_fallen", cron="* * * * *")
def take_up_fallen(timestamp: int) -> None:
    jobs.take_up_fallen(now=datetime.fromtimestamp(timestamp, tz=UTC))
