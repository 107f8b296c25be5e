"""Background entry: ids in, one action."""

from hustings.foundation.core import jobs
from hustings.foundation.core.clock import now

from .actions.reading import read_anew
from .actions.training import train_version
from .models import Topic, Version


def register() -> None:
    """Called once, when the app is ready."""
    jobs.job("topics.read_anew")(_read_anew)
    jobs.job("topics.train")(_train)


def _read_anew(topic_id: int, before: int) -> None:
    read_anew(topic=Topic.objects.get(pk=topic_id), before=before, now=now())


def _train(version_id: int) -> None:
    train_version(version=Version.objects.get(pk=version_id), clock=now)
