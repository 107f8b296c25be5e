"""What commands say: JSON for programs, words for people, progress on a terminal only."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Progress = Callable[[int, int | None], None]


class CommandFailed(Exception):
    """What was asked could not be done; the text says what happened, what was kept and what to do."""


def say(line: str) -> None:
    """A line of news to people, beside the answer: stderr."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def say_on_terminal(line: str) -> None:
    """The same, where somebody is looking."""
    if sys.stderr.isatty():
        say(line)


def print_json(answer: Any) -> None:
    """The answer as one line."""
    sys.stdout.write(json.dumps(answer, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()


def print_answer(answer: Mapping[str, Any], *, as_json: bool) -> None:
    """The answer as JSON, or a name and its value a line."""
    if as_json:
        print_json(answer)
        return
    flat = list(_flat(answer))
    width = max((len(name) for name, _ in flat), default=0)
    for name, value in flat:
        sys.stdout.write(f"{name:<{width}}  {value}\n")


def _flat(answer: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    for key, value in answer.items():
        name = f"{before}{key}".replace("_", " ")
        if isinstance(value, Mapping):
            yield from _flat(value, f"{name}: ")
        elif isinstance(value, bool):
            yield name, "yes" if value else "no"
        elif isinstance(value, int):
            yield name, f"{value:,}"
        elif isinstance(value, float):
            yield name, f"{value:,.2f}"
        else:
            yield name, str(value)


def _draw_nothing(_done: int, _total: int | None) -> None:
    """Nobody is looking."""


@contextmanager
def progress_bar(title: str, *, quiet: bool = False) -> Iterator[Progress]:
    """A function (done, total or None) that draws a bar on a terminal and does nothing elsewhere."""
    if quiet or not sys.stderr.isatty():
        yield _draw_nothing
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    # Without a thread that redraws: a process with one thread may be forked into workers that have everything loaded.
    with Bars(*columns, console=Console(stderr=True), auto_refresh=False) as bars:
        task = bars.add_task(title, total=None)
        yield lambda done, total: bars.update(task, completed=done, total=total, refresh=True)
