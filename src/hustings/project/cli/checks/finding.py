"""What one check found."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

State = Literal["ok", "warning", "failed", "skipped"]


@dataclass(frozen=True)
class Finding:
    """`found` is what is so; `mend` says what to do, empty when all is well."""

    check: str
    state: State
    found: str
    mend: str = ""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def ok(check: str, found: str) -> Finding:
    return Finding(check, "ok", found)


def warning(check: str, found: str, mend: str) -> Finding:
    return Finding(check, "warning", found, mend)


def failed(check: str, found: str, mend: str) -> Finding:
    return Finding(check, "failed", found, mend)


def skipped(check: str, found: str, mend: str = "") -> Finding:
    return Finding(check, "skipped", found, mend)
