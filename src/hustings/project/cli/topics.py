"""hustings topics: train what reads letters, and measure it on letters it has not seen. No database."""

import csv
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hustings.project.cli.output import AsJson, CommandFailed, print_answer, progress_bar

if TYPE_CHECKING:
    from hustings.constituents.topics.engine import Model, Prediction
    from hustings.constituents.topics.engine.table import Table

app = typer.Typer(help="Train what reads letters, and measure it.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(help="A CSV with a heading.", metavar="FILE.csv")]
Text = Annotated[list[str], typer.Option(help="The column with the text; several are read as one.", metavar="COL")]
Label = Annotated[
    str,
    typer.Option(help='The column with the label. "oos": belongs to no class. "a|b": has both.', metavar="COL"),
]
Encoding = Annotated[str, typer.Option(help="How the file is encoded.")]
Delimiter = Annotated[str, typer.Option(help="What parts the cells.")]
Separator = Annotated[str, typer.Option(help="What parts several labels in a cell.")]
SHORTEST_TIMING = 1.0  # seconds


@app.callback()
def group() -> None:
    """Read on one core, so that a figure a second is a figure a core; set before numpy starts its threads."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"


@app.command()
def train(
    file: File,
    text: Text,
    label: Label,
    out: Annotated[Path, typer.Option(help="The model file to write.", metavar="MODEL")],
    seed: Annotated[int, typer.Option(help="The same seed and file give the same model.", min=0)] = 1,
    encoding: Encoding = "utf-8",
    delimiter: Delimiter = ",",
    separator: Separator = "|",
    as_json: AsJson = False,
) -> None:
    """Train a model. Its threshold is settled on held-out parts of this file and kept in the model."""
    from hustings.constituents.topics.engine import CannotTrain, Settings
    from hustings.constituents.topics.engine import train as learn

    table = _table(file, text, label, encoding, delimiter, separator, blank_texts=False)
    if not out.absolute().parent.is_dir():
        raise CommandFailed(f"There is no folder {out.parent}; nothing was trained.")
    several = any(separator in each for each in table.labels)
    labels: Sequence[Any] = table.groups(separator) if several else table.labels
    started = time.monotonic()
    try:
        with progress_bar("Training", quiet=as_json) as progress:
            model = learn(table.texts, labels, Settings(seed=seed), progress)
    except CannotTrain as error:
        raise CommandFailed(f"{file}: {error}. Nothing was written.") from None
    try:
        model.save(out)
    except OSError as error:
        raise CommandFailed(f"{out} cannot be written: {error.strerror}.") from None
    print_answer(_trained(model, table, out, time.monotonic() - started), as_json=as_json)


@app.command()
def evaluate(
    model: Annotated[Path, typer.Argument(help="What `hustings topics train` wrote.", metavar="MODEL")],
    file: File,
    text: Text,
    label: Label,
    predictions: Annotated[
        Path | None, typer.Option(help="Write label, confidence and abstained, a row a text, to this file.")
    ] = None,
    details: Annotated[
        bool, typer.Option("--details", help="Each label's precision and recall, and confusions.")
    ] = False,
    encoding: Encoding = "utf-8",
    delimiter: Delimiter = ",",
    separator: Separator = "|",
    as_json: AsJson = False,
) -> None:
    """Measure a model on texts it has not seen, at the threshold it holds, on one core."""
    from hustings.constituents.topics.engine import BadModel, Model, report

    try:
        reader = Model.load(model)  # before the texts are opened: nothing of them can move its threshold
    except (BadModel, OSError) as error:
        raise CommandFailed(f"{model}: {error}") from None
    table = _table(file, text, label, encoding, delimiter, separator)
    read, speed = _timed(reader, table.texts)
    truth = table.groups(separator) if reader.several else [() if each == "oos" else (each,) for each in table.labels]
    found = report(reader, read, truth)
    if predictions:
        _write(predictions, read, several=reader.several, separator=separator)
    answer: dict[str, Any] = {**found.figures(), **speed, "threads": 1}
    if found.unknown_labels:
        answer["unknown_labels"] = found.unknown_labels
    if details:
        answer["classes"] = [vars(each) for each in found.classes]
        answer["confusion"] = [{"due": due, "given": given, "texts": times} for due, given, times in found.confusion]
    print_answer(answer, as_json=as_json)


def _table(
    file: Path,
    text: Sequence[str],
    label: str,
    encoding: str,
    delimiter: str,
    separator: str,
    *,
    blank_texts: bool = True,
) -> "Table":
    from hustings.constituents.topics.engine.table import BadTable, read

    if not separator:
        raise CommandFailed("The separator of labels cannot be empty.")
    if encoding.lower().replace("_", "-") in ("utf-8", "utf8"):
        encoding = "utf-8-sig"  # with or without a mark at its beginning
    try:
        return read(
            file,
            text=text,
            label=label,
            encoding=encoding,
            delimiter=delimiter,
            separator=separator,
            blank_texts=blank_texts,
        )
    except BadTable as error:
        raise CommandFailed(f"{error}. Nothing was read.") from None
    except OSError as error:
        raise CommandFailed(f"{file} cannot be read: {error.strerror}.") from None


def _trained(model: "Model", table: "Table", out: Path, seconds: float) -> dict[str, Any]:
    limits = sorted({round(each.apply, 6) for each in model.thresholds.values()})
    facts = {name: value for name, value in model.facts.items() if name.startswith("estimated_")}
    return {
        "model": str(out),
        "texts": len(table.texts),
        "labels": len(model.labels),
        "oos": table.labels.count("oos"),
        "several": model.several,
        "threshold": limits[0] if len(limits) == 1 else limits,
        **facts,
        "bytes": out.stat().st_size,
        "seconds": round(seconds, 1),
    }


def _timed(model: "Model", texts: Sequence[str]) -> tuple[list["Prediction"], dict[str, float]]:
    """Predictions, and texts a second from raw text to prediction, by the clock and by the processor's time (which
    differ where others use the core): small files are read again until a second has passed, after a first reading
    that is not counted."""
    read = model.predict(texts)
    times, started, used = 0, time.perf_counter(), time.process_time()
    while True:
        model.predict(texts)
        times += 1
        if (passed := time.perf_counter() - started) >= SHORTEST_TIMING:
            busy = time.process_time() - used
            done = times * len(texts)
            return read, {"per_second": round(done / passed, 1), "per_cpu_second": round(done / max(busy, 1e-9), 1)}


def _write(path: Path, predictions: Sequence["Prediction"], *, several: bool, separator: str) -> None:
    try:
        with path.open("w", newline="", encoding="utf-8") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(["label", "confidence", "abstained"])
            for each in predictions:
                label = separator.join(each.labels) if several and each.labels else each.label
                writer.writerow([label, f"{each.confidence:.6f}", "true" if each.abstained else "false"])
    except OSError as error:
        raise CommandFailed(f"{path} cannot be written: {error.strerror}.") from None
