"""hustings bench: how fast it is on this machine, in a database of its own."""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from hustings.foundation.core.postgres.reach import Reach
from hustings.foundation.core.supervisor import stop_on_signals
from hustings.project.cli.context import home, make_home, run_self, start_django
from hustings.project.cli.output import AsJson, CommandFailed, print_answer, say_on_terminal

app = typer.Typer(
    help="Measure this machine. Each bench works in a database of its own, never in the campaign's.",
    no_args_is_help=True,
)


@app.callback()
def group() -> None:
    """Keeps it a group while it has one command."""


@app.command()
def intake(
    messages: Annotated[int, typer.Option(help="How many messages.", min=1)] = 80_000,
    out: Annotated[Path | None, typer.Option(help="Keep what the figures are computed from in this folder.")] = None,
    as_json: AsJson = False,
) -> None:
    """From raw messages to routed inquiries, beside bare COPY of the same rows. Exits with 1 when any was lost."""
    answer = _measured("intake", messages=messages, out=out.absolute() if out else None)
    print_answer(answer, as_json=as_json)
    if answer["lost"] or answer["duplicated"]:
        raise typer.Exit(1)


@app.command()
def access(
    messages: Annotated[int, typer.Option(help="How many letters the inbox holds.", min=500)] = 4_000,
    rounds: Annotated[int, typer.Option(help="How often each page is asked for, both ways.", min=20)] = 150,
    as_json: AsJson = False,
) -> None:
    """What field security adds to the inbox and to a person's page: with and without it, in turns."""
    answer = _measured("access", messages=messages, rounds=rounds)
    print_answer(answer, as_json=as_json)


@app.command()
def objects(
    records: Annotated[int, typer.Option(help="How many records.", min=1000)] = 100_000,
    rounds: Annotated[int, typer.Option(help="How often each page is asked for.", min=20)] = 40,
    as_json: AsJson = False,
) -> None:
    """A record type of the campaign's own: its list, filters, sorting, search and board, as whole pages. Exits with 1
    when a page showed something wrong."""
    answer = _measured("objects", records=records, rounds=rounds)
    print_answer(answer, as_json=as_json)
    if answer["wrong"]:
        raise typer.Exit(1)


@app.command()
def answers(
    articles: Annotated[int, typer.Option(help="How many answers the public may read.", min=100)] = 10_000,
    seconds: Annotated[int, typer.Option(help="How long each part is under load.", min=2)] = 10,
    as_json: AsJson = False,
) -> None:
    """The Answer Center: pages a second from the real server, beside nginx with the same page as a file; searches at
    100 a second; and how soon a withdrawn answer is gone. Exits with 1 when it was not gone at once."""
    answer = _measured("answers.running", articles=articles, seconds=seconds)
    print_answer(answer, as_json=as_json)
    if answer["stale_after_change"] or answer["errors"]:
        raise typer.Exit(1)


@app.command()
def agents(
    agents: Annotated[int, typer.Option(help="How many people work at the desk.", min=1)] = 500,
    minutes: Annotated[float, typer.Option(help="For how long.", min=0.05)] = 5.0,
    rate: Annotated[float, typer.Option(help="Letters that arrive a second.", min=0.1)] = 270.0,
    think: Annotated[float, typer.Option(help="Seconds that one thinks before each act, on average.", min=0.1)] = 20.0,
    drain: Annotated[float, typer.Option(help="Seconds that the last mail may take to leave.", min=1)] = 300.0,
    kills: Annotated[
        int, typer.Option(help="End so many processes by kill -9 meanwhile, with full disks and cut lines.", min=0)
    ] = 0,
    out: Annotated[Path | None, typer.Option(help="Keep what the figures are computed from in this folder.")] = None,
    as_json: AsJson = False,
) -> None:
    """People taking letters, reading and answering them, all at once, while more arrive. Exits with 1 when anything was
    lost, doubled or given to two."""
    given = {"agents": agents, "minutes": minutes, "rate": rate, "think": think, "drain": drain, "kills": kills}
    answer = _measured("agents.running", with_reach=True, out=out.absolute() if out else None, **given)
    print_answer(answer, as_json=as_json)
    from hustings.project.bench.agents.running import is_right

    if not is_right(answer):
        raise typer.Exit(1)


@app.command()
def campaign(
    scale: Annotated[float, typer.Option(help="1 is 5.7 million inquiries and 1.5 million people.", min=0.0005)] = 1.0,
    rounds: Annotated[int, typer.Option(help="How often each page is asked for.", min=20)] = 60,
    out: Annotated[Path | None, typer.Option(help="Keep the figures in this folder.")] = None,
    as_json: AsJson = False,
) -> None:
    """The whole campaign: generated, taken in, worked off but for the last days, and served from its full size. Exits
    with 1 when a letter is missing."""
    answer = _measured("campaign.running", with_reach=True, scale=scale, rounds=rounds,
                       out=out.absolute() if out else None)  # fmt: skip
    print_answer(answer, as_json=as_json)
    if answer["missing"] or answer["errors"]:
        raise typer.Exit(1)


@app.command()
def growth(
    page: Annotated[Path, typer.Option(help="The page that the table is written into.", dir_okay=False)] = Path(
        "docs/benchmarks.md"
    ),
    scales: Annotated[str, typer.Option(help="Sizes to measure, parted by commas.")] = "0.01,0.1,1",
    rounds: Annotated[int, typer.Option(help="How often each page is asked for.", min=20)] = 60,
    as_json: AsJson = False,
) -> None:
    """The campaign at several sizes, in one table with a plot; sizes measured before keep their columns."""
    from hustings.project.bench.campaign.growth import NoMarks, write

    answers: list[dict[str, Any]] = []
    for scale in scales.split(","):
        say_on_terminal(f"measuring {scale} of the campaign")
        told = run_self("bench", "campaign", "--scale", scale, "--rounds", str(rounds), "--json", environment={})
        answers.append(json.loads(told))
        try:
            rows = write(page, answers)
        except (NoMarks, OSError) as error:
            raise CommandFailed(str(error)) from None
    print_answer({"page": str(page), "scales": ", ".join(f"{row['scale']:g}" for row in rows)}, as_json=as_json)


def _measured(bench: str, *, with_reach: bool = False, **how: Any) -> dict[str, Any]:
    """What this bench (its `run`) answers, in a migrated database of its own."""
    with _place_of_its_own() as reach:
        make_home()
        if with_reach:
            how["reach"] = reach
        run_self("migrate", environment=reach.environment())
        start_django({"DATABASE_URL": reach.app})
        from django.db import connections

        try:
            answer: dict[str, Any] = import_module(f"hustings.project.bench.{bench}").run(**how)
            return answer
        finally:
            connections.close_all()


@app.command()
def grouping(
    texts: Annotated[
        Path, typer.Option(help="A CSV of real texts; copies of them are made with words changed.", dir_okay=False)
    ],
    column: Annotated[str, typer.Option(help="The column with the text.")] = "body",
    encoding: Annotated[str, typer.Option(help="The encoding of the file.")] = "utf-8",
    seed: Annotated[int, typer.Option(help="The same seed makes the same letters.")] = 2028,
    as_json: AsJson = False,
) -> None:
    """Letters that share their text: precision and recall by pairs, by share of words changed, of the bare texts and as
    people send them. Needs no database. Exits with 1 when precision 0.99 or recall 0.95 is missed at three words in ten
    of either."""
    from hustings.project.bench.grouping import NoTexts, run

    try:
        answer = run(path=texts, column=column, encoding=encoding, seed=seed)
    except NoTexts as error:
        raise CommandFailed(str(error)) from None
    print_answer(answer, as_json=as_json)
    if not answer["reached"]:
        raise typer.Exit(1)


@app.command()
def strangers(
    train: Annotated[Path, typer.Option(help="A CSV of texts, one label each; classes are left out.", dir_okay=False)],
    test: Annotated[Path, typer.Option(help="The set's own test texts, same columns.", dir_okay=False)],
    text: Annotated[str, typer.Option(help="The column with the text.")] = "text",
    label: Annotated[str, typer.Option(help="The column with the label.")] = "label",
    foreign: Annotated[list[Path] | None, typer.Option(help="A CSV of other texts; several may be named.")] = None,
    column: Annotated[str, typer.Option(help="The column of their texts.")] = "body",
    share: Annotated[float, typer.Option(help="Of the classes, those to learn.", min=0.1, max=0.9)] = 0.6,
    most: Annotated[int, typer.Option(help="Texts a class.", min=5)] = 100,
    seed: Annotated[int, typer.Option(help="The first draw.", min=0)] = 5,
    draws: Annotated[int, typer.Option(help="How many.", min=1)] = 3,
    as_json: AsJson = False,
) -> None:
    """Whether a model of topics abstains on texts of no class: some classes are left out of its training, a hundred
    texts of a part of them are its `oos`, and sentences of other files stand for the rest. Needs no database."""
    from hustings.project.bench.strangers import NoTexts, run

    try:
        answer = run(
            learn=train, test=test, text=text, label=label, foreign=foreign or [], column=column, share=share,
            most=most, seeds=range(seed, seed + draws),
        )  # fmt: skip
    except NoTexts as error:
        raise CommandFailed(str(error)) from None
    print_answer(answer, as_json=as_json)


@contextmanager
def _place_of_its_own() -> Iterator[Reach]:
    """A home and a database for the bench, on the campaign's disk and gone afterwards: objects it stores are its own
    too."""
    base = home()
    base.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=base) as folder:
        os.environ["HUSTINGS_HOME"] = folder
        with stop_on_signals(), _database(Path(folder)) as reach:
            os.environ.update(reach.environment())
            yield reach


def _database(folder: Path) -> AbstractContextManager[Reach]:
    from hustings.foundation.core.postgres import bench_database

    # When each letter was committed is what live updates are measured from.
    return bench_database(folder, settings={"track_commit_timestamp": "on"}, say=say_on_terminal)
