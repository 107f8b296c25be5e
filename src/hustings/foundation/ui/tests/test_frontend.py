"""The built files and their lock."""

import gzip
import json
import re
from pathlib import Path

import pytest

from hustings.foundation.ui import assets

FRONTEND = Path(__file__).parents[5] / "frontend"
needs_checkout = pytest.mark.skipif(not FRONTEND.exists(), reason="only in a checkout: there is no frontend folder")
needs_build = pytest.mark.skipif(
    not (assets.DIST / "manifest.json").exists(), reason="the browser assets are not built"
)


@needs_checkout
def test_the_lock_names_no_address() -> None:
    lock = (FRONTEND / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    assert "http" not in re.sub(r'"(funding|url)": ?(\{[^}]*\}|\[[^\]]*\]|"[^"]*")', "", lock)
    assert "omit-lockfile-registry-resolved=true" in (FRONTEND / ".npmrc").read_text()


@needs_checkout
def test_nothing_from_npm_is_committed_nor_asked_of_another_origin() -> None:
    for source in [*FRONTEND.glob("src/**/*.js"), *FRONTEND.glob("src/**/*.css")]:
        assert not re.search(r"https?://(?!www\.w3\.org/)", source.read_text()), source


@needs_build
def test_every_entry_is_built_with_a_hash() -> None:
    manifest = assets.manifest()
    entries = {
        "app.css",
        "app.js",
        "public.css",
        "public.js",
        "live-worker.js",
        "icons.svg",
        "icon.svg",
        "sans.woff2",
        "letter.woff2",
    }
    assert entries <= manifest.keys()
    for name, file in manifest.items():
        assert (assets.DIST / file).exists()
        assert re.search(r"[.-][0-9A-Z]{8}\.", file), (name, file)


@needs_build
def test_a_public_first_view_is_under_150_kilobytes() -> None:
    manifest = assets.manifest()
    fonts = sum((assets.DIST / manifest[name]).stat().st_size for name in ("sans.woff2", "letter.woff2"))
    text = sum(
        len(gzip.compress((assets.DIST / manifest[name]).read_bytes()))
        for name in ("public.css", "public.js", "icons.svg")
    )
    assert fonts + text < 140_000  # leaves ten for the page itself


@needs_build
def test_no_script_needs_eval() -> None:
    for name in ("public.js", "live-worker.js"):
        text = (assets.DIST / assets.manifest()[name]).read_text()
        assert "eval(" not in text
        assert "new Function" not in text


@needs_build
@needs_checkout
def test_the_sprite_has_every_icon_of_the_list() -> None:
    sprite = (assets.DIST / assets.manifest()["icons.svg"]).read_text()
    names = json.loads((FRONTEND / "src/icons.json").read_text())
    assert names == sorted(set(names))
    assert set(re.findall(r'<symbol id="([^"]+)"', sprite)) == set(names)
