"""The plan of the house holds without anyone remembering it (docs/architecture.md)."""

import ast
import re

import pytest
from django.apps import apps
from django.db.models import ForeignKey, ManyToManyField, OneToOneField

from hustings.foundation.core import jobs

from .tree import FLOORS, ROOT, SOURCE, Room, imports, modules, rooms

# What another room may enter by. `registry` and `kinds` are where rooms above put what they bring.
DOORS = {"models", "queries", "rules", "actions", "announcements", "registry", "kinds", "grants"}
# Rooms whose own modules are their doors: everyone stands on them.
OPEN_ROOMS = {"core", "ui"}
# channels' adapters that speak of their own formats, and engines, which stand without Django.
OPEN_MODULES = {
    "hustings.foundation.channels.webform",
    "hustings.foundation.channels.compression",
    "hustings.foundation.channels.lmtp",
    "hustings.constituents.topics.engine",
    "hustings.service.correspondence.engine",
}
FORBIDDEN_WORDS = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}
FORBIDDEN_VERBS = ("handle_", "process_", "manage_", "do_")


def room_of(module: str) -> Room | None:
    parts = module.split(".")
    if len(parts) >= 3 and parts[0] == "hustings" and parts[1] in FLOORS[1:]:
        return Room(parts[1], parts[2])
    return None


@pytest.mark.parametrize("room", rooms(), ids=lambda room: room.name)
def test_rooms_are_entered_by_their_doors(room):
    wrong = []
    for path in modules(room.folder):
        for module, names in imports(path):
            other = room_of(module)
            if other is None or other == room or other.name in OPEN_ROOMS:
                continue
            if any(module == opened or module.startswith(opened + ".") for opened in OPEN_MODULES):
                continue
            inner = module.removeprefix(other.package).lstrip(".").split(".")[0]
            doors = {inner} if inner else set(names)
            wrong += [f"{path.relative_to(ROOT)}: {module}" for door in doors if door not in DOORS]
            wrong += [f"{path.relative_to(ROOT)}: {module}.{name}" for name in names if name.startswith("_")]
    assert wrong == []


def test_keys_point_down_and_leave_no_name_behind():
    order = {f"hustings.{floor}": index for index, floor in enumerate(FLOORS)}
    wrong = []
    for model in apps.get_models():
        if not model.__module__.startswith("hustings."):
            continue
        for field in model._meta.get_fields():
            if not isinstance(field, ForeignKey | OneToOneField | ManyToManyField) or field.auto_created:
                continue
            target = field.related_model
            here, there = model.__module__, target.__module__
            if not there.startswith("hustings.") or model._meta.app_label == target._meta.app_label:
                continue
            floor, other = (order[".".join(module.split(".")[:2])] for module in (here, there))
            if other < floor:
                wrong.append(f"{model.__name__}.{field.name} points up to {target.__name__}")
            if not field.remote_field.hidden:
                wrong.append(f"{model.__name__}.{field.name} leaves a name on {target.__name__}: related_name='+'")
    assert wrong == []


@pytest.mark.parametrize("room", rooms(), ids=lambda room: room.name)
def test_every_room_has_its_page(room):
    page = room.folder / "README.md"
    assert page.exists()
    assert 5 <= len(page.read_text().splitlines()) <= 130


def test_files_and_functions_keep_their_size():
    wrong = []
    for path in modules(tests=True):
        text = path.read_text()
        if (lines := text.count("\n")) > 500:
            wrong.append(f"{path.relative_to(ROOT)} has {lines} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > 70:
                    wrong.append(f"{path.relative_to(ROOT)}:{node.name} has {length} lines")
    assert wrong == []


def test_nothing_is_called_utils_or_manage():
    wrong = []
    for path in modules():
        if FORBIDDEN_WORDS & set(path.relative_to(SOURCE).with_suffix("").parts):
            wrong.append(str(path.relative_to(ROOT)))
        for node in ast.walk(ast.parse(path.read_text())):
            named = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith(FORBIDDEN_VERBS)
            # aiosmtpd and Django call their hooks by these names.
            if named and not re.fullmatch(r"handle_[A-Z]+|process_(view|response|exception)", node.name):
                wrong.append(f"{path.relative_to(ROOT)}:{node.name}")
    assert wrong == []


def test_only_ui_looks_at_htmx_headers():
    wrong = [
        str(path.relative_to(ROOT))
        for path in modules()
        if "foundation/ui" not in path.as_posix()
        and "bench/agents/wire" not in path.as_posix()  # it is the browser
        and re.search(r"HX-[A-Z]|HTTP_HX", path.read_text())
    ]
    assert wrong == []


def test_every_job_that_is_enqueued_is_registered():
    wanted = set()
    for path in modules():
        wanted |= set(re.findall(r"jobs\.enqueue\(\s*[\"']([^\"']+)", path.read_text()))
    assert wanted - jobs.names() == set()


def test_no_template_asks_another_origin_or_breaks_the_policy():
    wrong = []
    for path in sorted(SOURCE.rglob("templates/**/*.html")):
        text = path.read_text()
        if re.search(r"(src|href|action|srcset|poster|data)=[\"']?(https?:)?//", text):
            wrong.append(f"{path.relative_to(ROOT)}: another origin")
        if re.search(r"<[a-z][^>]*\sstyle\s*=", text) or re.search(r"<style[\s>]", text):
            wrong.append(f"{path.relative_to(ROOT)}: style")
        if re.search(r"<[a-z][^>]*\son[a-z]+\s*=", text) or re.search(r"<script(?![^>]*\ssrc=)[^>]*>", text):
            wrong.append(f"{path.relative_to(ROOT)}: script")
    assert [line for line in wrong if "ui/tests" not in line] == []


def test_no_path_of_a_machine_is_named():
    pages = [*modules(tests=True), *sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md"]
    named = re.compile(r"(?<![\w.])/(root|home/\w+|work)/")
    wrong = [str(path.relative_to(ROOT)) for path in pages if path.exists() and named.search(path.read_text())]
    assert [line for line in wrong if not line.endswith("house/test_rooms.py")] == []
