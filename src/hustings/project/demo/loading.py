"""Loading the sample campaign: who works there, the letters through the same intake as real mail, and the weeks of
work on them that went before. Each step does only what is not there yet."""

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from hustings.foundation.core.clock import now as read_clock
from hustings.foundation.geography.actions import load_places
from hustings.service.correspondence.actions.intake_files import intake_files

from .generator.drives import append_drives
from .generator.letters import letters, write_letters
from .models import SampleLoad
from .offices import furnish
from .own_records import set_up
from .past import live_through
from .polls import open_the_polls
from .telephone import pick_up_the_telephone
from .to_do import write_down_what_is_to_do
from .visits import open_answer_center

# Tests that start the whole system want its teams, queues and approved language, and few letters.
LETTERS, SEED = int(os.environ.get("HUSTINGS_SAMPLE_LETTERS", "2000")), 2028


def load(*, progress: Callable[..., Any] | None = None, count: int = LETTERS, seed: int = SEED) -> None:
    """All of it. What is killed half-way is finished by the next call."""
    run = SampleLoad.objects.first()
    if run is not None and run.finished_at:
        return
    if run is None:
        run = SampleLoad.objects.create(ends_at=read_clock().replace(second=0, microsecond=0))
    load_places()
    furnish(now=run.ends_at)
    open_answer_center(end=run.ends_at, seed=seed)
    if run.letters_at is None:
        _take_letters(count=count, seed=seed, end=run.ends_at, progress=progress)
        run.letters_at = read_clock()
        run.save(update_fields=["letters_at"])
    truths = {letter.message_id.strip("<>"): letter for letter in letters(count=count, seed=seed, end=run.ends_at)}
    live_through(truths, end=run.ends_at, seed=seed, progress=progress)
    set_up(now=run.ends_at, seed=seed)
    open_the_polls(now=run.ends_at)
    pick_up_the_telephone(end=run.ends_at)
    write_down_what_is_to_do(end=run.ends_at)
    run.finished_at = read_clock()
    run.save(update_fields=["finished_at"])


def _take_letters(*, count: int, seed: int, end: datetime, progress: Callable[..., Any] | None) -> None:
    """The same letters at each try: those that are in already are told apart as duplicates of themselves."""
    file = Path(settings.HOME) / "sample.mbox"
    write_letters(file, count=count, seed=seed, end=end)
    append_drives(file, count=count, seed=seed, end=end)
    intake_files([file], progress=progress, now=end)
    file.unlink()
