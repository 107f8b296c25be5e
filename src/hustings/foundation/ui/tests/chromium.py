"""Which browser the tests drive, and how it is started."""

import os
from pathlib import Path

# The headless shell draws no window that nobody sees: a quarter less of the processor than the whole browser.
PLACES = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium", "/usr/bin/chromium-browser")
# Without these it looks for its maker's hosts at every start, and as root it refuses its sandbox.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def executable() -> str | None:
    """What HUSTINGS_CHROMIUM names, else the distribution's; None where Playwright's own is asked for."""
    return next(
        (path for path in (os.environ.get("HUSTINGS_CHROMIUM", ""), *PLACES) if path and Path(path).exists()), None
    )
