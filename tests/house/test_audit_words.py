"""Every line that is written into the audit reads as words: what was done, and what it was done to."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from hustings.foundation.access.registry import actions_said, kind_words
from hustings.foundation.core import records

ROOT = Path(__file__).parents[2] / "src" / "hustings"
# Codes of another kind that look like one of the audit's; names of jobs are left out by themselves.
OTHERS = {"desk.list", "desk.queue", "desk.queuerule"}
JOB = re.compile(r'job\(\s*"([a-z_-]+\.[a-z_]+)"')
CODE = re.compile(r"[a-z_-]+\.(?!(?:csv|json|html|txt|eml)$)[a-z_]+")


def modules() -> Iterator[tuple[Path, ast.Module]]:
    """Those that write into the audit."""
    for path in sorted(ROOT.rglob("*.py")):
        if {"tests", "migrations"} & set(path.parts):
            continue
        text = path.read_text()
        if "record_audit" in text:
            yield path, ast.parse(text)


def written() -> set[str]:
    """By a code with a dot, or as `action=` of the call that writes."""
    found: set[str] = set()
    for _path, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value):
                found.add(node.value)
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "record_audit":
                given = [word.value for word in node.keywords if word.arg == "action"]
                found |= {each.value for each in given if isinstance(each, ast.Constant)}
    return found - OTHERS - {name for path in ROOT.rglob("*.py") for name in JOB.findall(path.read_text())}


def test_what_was_done_is_said() -> None:
    said = {action for action, _words in actions_said()}
    assert len(written()) > 60
    assert sorted(written() - said) == []


def test_no_words_are_left_of_what_nobody_writes() -> None:
    anywhere = "\n".join(path.read_text() for path in ROOT.rglob("*.py") if path.name != "trail_words.py")
    assert [action for action, _words in actions_said() if f'"{action}"' not in anywhere] == []


def kinds() -> list[str]:
    found = set()
    for _path, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "record_audit":
                given = [word.value for word in node.keywords if word.arg == "record_type"]
                found |= {str(each.value) for each in given if isinstance(each, ast.Constant)}
    return sorted(found)


@pytest.mark.parametrize("kind", [*kinds(), "desk.queue", "desk.queuerule"])
def test_what_it_was_done_to_is_said(kind: str) -> None:
    assert records.registry.types.get(kind) is not None or kind_words(kind)
