"""What `hustings demo` needs of the sample campaign, in a process of its own with Django."""

from datetime import UTC, datetime

from hustings.project.cli.context import campaign
from hustings.project.cli.output import print_json, progress_bar


def load() -> None:
    """Load the sample campaign (nothing when it is loaded) and print [label, path] of a one-click sign-in for each
    sample user."""
    with campaign():
        from hustings.foundation.access.actions import make_sign_in_link
        from hustings.foundation.access.models import User
        from hustings.project.demo import SAMPLE_SIGN_INS, load_sample_campaign

        with progress_bar("Loading the sample campaign") as progress:
            load_sample_campaign(progress=progress)
        now = datetime.now(UTC)
        users = {email: User.objects.get(email=email) for _, email in SAMPLE_SIGN_INS}
        print_json([(label, make_sign_in_link(user=users[email], now=now)) for label, email in SAMPLE_SIGN_INS])


COMMANDS = {"load-sample": load}
