"""hustings restore: a backup becomes a campaign, in a new home or not at all."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Annotated, Any

import typer

from hustings.foundation.core.postgres.reach import Reach, given_database
from hustings.project.cli.backup import FORMAT, sha256_of
from hustings.project.cli.context import home, run_self
from hustings.project.cli.output import AsJson, CommandFailed, print_answer, progress_bar, say, say_on_terminal

LIST = "erasures.jsonl"


def command(
    source: Annotated[Path, typer.Argument(help="A folder that `hustings backup` made.")],
    erasures: Annotated[
        Path | None,
        typer.Option(help="The list of erasures of the campaign that was lost (its erasures.jsonl), to erase again."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Restore a backup into HUSTINGS_HOME, which must be new or empty, compare the ledger, and erase again whom the
    backup brought back."""
    target = home()
    erased = _list_of_erasures(erasures, target)
    manifest = read_manifest(source)
    _refuse_what_is_there(target)
    check_files(source, manifest, quiet=as_json)
    fresh = target.with_name(target.name + ".restoring")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700, parents=True)
    try:
        balance, replayed = _restore(source, manifest, fresh, erased)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    if target.exists():
        (target / LIST).unlink(missing_ok=True)  # it was copied into what is restored
        target.rmdir()  # nothing else is there
    fresh.rename(target)
    same = balance == manifest["ledger"]
    print_answer({"home": str(target), "ledger": balance, "same_ledger": same, "erasures": replayed}, as_json=as_json)
    if erased is None:
        say(
            "No list of erasures was given or found: people erased after this backup are back."
            " Erase them again with `hustings erasures replay FILE`."
        )
    if not same:
        raise CommandFailed(f"Restored into {target}, but its ledger differs from the backup's: {manifest['ledger']}")
    if replayed.get("held"):
        raise CommandFailed(
            f"Restored into {target}, but a legal hold keeps some people who were erased: {replayed['held']}."
            " Release it, then run `hustings erasures replay`."
        )


def read_manifest(source: Path) -> dict[str, Any]:
    """The manifest of a backup. Raises CommandFailed when the folder holds none that this release can read."""
    try:
        manifest: dict[str, Any] = json.loads((source / "manifest.json").read_text())
    except (OSError, ValueError) as error:
        raise CommandFailed(f"{source} is no backup: its manifest.json cannot be read ({error}).") from None
    if manifest.get("format") != FORMAT:
        raise CommandFailed(f"{source} is a backup of format {manifest.get('format')}; this release reads {FORMAT}.")
    return manifest


def check_files(source: Path, manifest: dict[str, Any], *, quiet: bool) -> None:
    """Raise CommandFailed unless every file is there and is what was written."""
    with progress_bar("Checking", quiet=quiet) as progress:
        for done, (name, entry) in enumerate(manifest["files"].items(), start=1):
            path = source / name
            if not path.resolve().is_relative_to(source.resolve()):
                raise CommandFailed(
                    f"The manifest names {name!r}, which lies outside the backup. Nothing was restored."
                )
            if not path.is_file() or sha256_of(path) != entry["sha256"]:
                raise CommandFailed(f"{path} is missing or is not what was backed up. Nothing was restored.")
            progress(done, len(manifest["files"]))


def _list_of_erasures(given: Path | None, target: Path) -> Path | None:
    """The list to erase again by: the one that is named, else the one that stands in the home or at
    HUSTINGS_ERASURES."""
    if given is not None:
        if not given.is_file():
            raise CommandFailed(f"{given} is no file. Nothing was restored.")
        return given
    kept = os.environ.get("HUSTINGS_ERASURES")
    path = Path(kept) if kept else target / LIST
    return path if path.is_file() else None


def _refuse_what_is_there(target: Path) -> None:
    if target.exists() and any(path.name != LIST for path in target.iterdir()):
        raise CommandFailed(f"{target} is not empty. Nothing was restored; set HUSTINGS_HOME to a new folder.")


Answer = tuple[dict[str, Any], dict[str, Any]]  # the ledger, and what was erased again


def _restore(source: Path, manifest: dict[str, Any], fresh: Path, erased: Path | None) -> Answer:
    for name in manifest["files"]:
        kind, _, rest = name.partition("/")
        if kind == "database.dump":
            continue
        out = fresh / rest if kind == "keys" else fresh / name
        out.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copyfile(source / name, out)
        out.chmod(0o600)
    if erased is not None:
        shutil.copyfile(erased, fresh / LIST)
        (fresh / LIST).chmod(0o600)
    dump = source / "database.dump"
    if given := given_database():
        _refuse_tables(given)
        return _fill(given, dump, fresh, "--single-transaction")
    from hustings.foundation.core.postgres import EmbeddedPostgres

    with EmbeddedPostgres(fresh, say=say_on_terminal) as server:
        return _fill(Reach(server.dsn("app"), server.dsn("owner"), server), dump, fresh, "--jobs=2")


def _refuse_tables(given: Reach) -> None:
    import psycopg

    with psycopg.connect(given.owner) as connection:
        row = connection.execute("select count(*) from pg_tables where schemaname = 'public'").fetchone()
    if row and row[0]:
        raise CommandFailed(
            f"The database of DATABASE_URL holds {row[0]} tables. Nothing was restored; make a new one."
        )


def _fill(reach: Reach, dump: Path, fresh: Path, how: str) -> Answer:
    """Load the dump, bring it to this release, count, and erase again."""
    from hustings.foundation.core.postgres.binaries import program

    line = [program("pg_restore"), "--no-owner", "--exit-on-error", how, f"--dbname={reach.owner}", str(dump)]
    done = subprocess.run(line, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise CommandFailed(f"The database could not be restored; nothing was kept.\n{done.stderr[-2000:]}")
    environment = {**reach.environment(), "HUSTINGS_HOME": str(fresh)}
    run_self("migrate", environment=environment)
    answer: dict[str, Any] = json.loads(run_self("ledger", "--json", environment=environment))
    replayed: dict[str, Any] = {}
    if (fresh / LIST).exists():
        replayed = json.loads(
            run_self("erasures", "replay", str(fresh / LIST), "--held-is-well", "--json", environment=environment)
        )
    return answer, replayed
