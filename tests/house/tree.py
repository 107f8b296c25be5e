"""The house as its files stand: rooms, their modules, and what each imports."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "hustings"
# From high to low; a floor may use those below it.
FLOORS = ["project", "strategy", "organizing", "engagement", "service", "constituents", "foundation"]


@dataclass(frozen=True)
class Room:
    floor: str
    name: str

    @property
    def folder(self) -> Path:
        return SOURCE / self.floor / self.name

    @property
    def package(self) -> str:
        return f"hustings.{self.floor}.{self.name}"


def rooms() -> list[Room]:
    """Every room but those of the project floor, which is wiring."""
    return [
        Room(floor, folder.name)
        for floor in FLOORS[1:]
        for folder in sorted((SOURCE / floor).glob("*/"))
        if (folder / "apps.py").exists()
    ]


def modules(folder: Path = SOURCE, *, tests: bool = False) -> Iterator[Path]:
    """Python files of ours; migrations are left out, tests unless asked for."""
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(folder).parts
        if "migrations" in parts or "node_modules" in parts or (not tests and "tests" in parts):
            continue
        yield path


def imports(path: Path) -> Iterator[tuple[str, list[str]]]:
    """(module, names) of every absolute import in the file."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, []
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module, [alias.name for alias in node.names]
