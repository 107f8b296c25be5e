"""The `hustings` command: a file for each subcommand, each importing what it needs only when it runs.

`hustings --help` and `hustings inspect` start without Django.
"""


def main() -> None:
    """Entry point of the command."""
    from hustings.project.cli.app import main as run

    run()
