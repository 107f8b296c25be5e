"""Has a source changed? For `bin/dev`: looks at times once a second and builds the browser assets again."""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
WATCHED = {ROOT / "src": {".py", ".html", ".txt", ".po"}, ROOT / "frontend": {".js", ".mjs", ".css", ".json", ".svg"}}
SKIPPED = {"node_modules", "__pycache__", "dist", "build", "tests"}
EVERY = 1.0


class Changes:
    """`happened` is cheap to call often."""

    def __init__(self) -> None:
        self._seen = _newest()
        self._looked = time.monotonic()

    def happened(self) -> bool:
        """Whether a source changed since the last time it said so. Assets are built anew first."""
        if time.monotonic() - self._looked < EVERY:
            return False
        self._looked = time.monotonic()
        found = _newest()
        if found == self._seen:
            return False
        self._seen = found
        subprocess.run([sys.executable, str(ROOT / "hatch_build.py")], check=False)
        return True


def _newest() -> dict[Path, float]:
    found = {}
    for top, suffixes in WATCHED.items():
        for folder, names, files in os.walk(top):  # Path.walk came with Python 3.12
            names[:] = [name for name in names if name not in SKIPPED]
            for name in files:
                path = Path(folder) / name
                if path.suffix in suffixes:
                    found[path] = path.stat().st_mtime
    return found
