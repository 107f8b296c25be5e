"""hustings shell: Django's shell on the campaign."""

from hustings.project.cli.context import campaign


def command() -> None:
    """A Python shell on the campaign's database, as the application's role."""
    with campaign():
        from django.core.management import call_command

        call_command("shell")
