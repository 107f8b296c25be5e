"""Where the built browser files are: `static/ui/dist/manifest.json` maps plain names to names with a hash."""

import json
import time
from functools import lru_cache
from pathlib import Path

from django.templatetags.static import static

DIST = Path(__file__).parent / "static" / "ui" / "dist"
MANIFEST = DIST / "manifest.json"


class AssetsMissing(RuntimeError):
    """The browser assets were not built; the message says how."""


@lru_cache(maxsize=4)
def _manifest(stamp: int) -> dict[str, str]:
    names: dict[str, str] = json.loads(MANIFEST.read_text())
    return names


@lru_cache(maxsize=512)
def _url(name: str, stamp: int) -> str:
    return static(f"ui/dist/{_manifest(stamp)[name]}")


def manifest() -> dict[str, str]:
    """Plain name -> path below `ui/dist/`. Read again when the build has changed, so a running server keeps up."""
    return _manifest(_stamp())


def _stamp() -> int:
    return _stamp_at(int(time.monotonic()))


@lru_cache(maxsize=2)
def _stamp_at(second: int) -> int:
    """Looked at once a second: a page has seventy icons."""
    try:
        return MANIFEST.stat().st_mtime_ns
    except FileNotFoundError:
        raise AssetsMissing(
            "The browser assets are not built. Run: cd frontend && npm ci --ignore-scripts && npm run build"
        ) from None


def asset_url(name: str) -> str:
    """The address of a built file by its plain name (`app.css`); KeyError for a name that was never built."""
    return _url(name, _stamp())
