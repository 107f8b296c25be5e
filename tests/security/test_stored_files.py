"""Stored files: whatever row names one keeps it, and what is about to be named is not removed."""

import os
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.core.files.storage import default_storage
from django.db import models, transaction

import hustings
from hustings.foundation.core import storage
from hustings.foundation.core.clock import now
from hustings.foundation.core.ids import new_uid
from hustings.foundation.core.records import FILE
from hustings.foundation.feed.models import Attachment as PostFile
from hustings.foundation.feed.models import Post
from hustings.foundation.objects.models import CustomRecord, FieldType, FieldValue, ObjectType, ShapeStamp
from hustings.foundation.objects.queries.shape import forget
from hustings.foundation.retention.actions import objects
from hustings.foundation.retention.models import ObjectRemoval
from hustings.foundation.retention.registry import is_named, registry
from hustings.service.correspondence.models import Draft, Reply

NOW = datetime(2026, 10, 20, 15, tzinfo=UTC)
KEY = "ab" * 32
PACKAGE = Path(hustings.__file__).parent
# Who stores bytes that no row of theirs names: the check of the machine, which removes them itself; and the archive of
# mail, which lies too low to tell: correspondence tells what it names.
PASSING = {"project/cli/checks/machine.py", "foundation/channels/actions/archiving.py"}
FILLED: dict[Any, Any] = {
    models.DateTimeField: NOW, models.DateField: NOW.date(), models.BooleanField: False, models.UUIDField: None,
    models.JSONField: [], models.IntegerField: 1, models.CharField: "x", models.TextField: "x",
}  # fmt: skip


def plant(model: Any, **given: Any) -> None:
    """A row of the model with these values. What it points at need not be there: it is never committed."""
    values = {}
    for field in model._meta.concrete_fields:
        if field.name in given or field.null or field.has_default() or isinstance(field, models.AutoField):
            continue
        if isinstance(field, models.ForeignKey):
            values[field.attname] = 0
        elif isinstance(field, models.UUIDField):
            values[field.name] = new_uid()
        else:
            values[field.name] = next(value for kind, value in FILLED.items() if isinstance(field, kind))
    model._base_manager.create(**{**values, **given})


def _own_object(**more: Any) -> ObjectType:
    kind = ObjectType.objects.create(slug="sign", label="Sign", plural="Signs", **more)
    FieldType.objects.create(record="x_sign", object=kind, slug="photo", label="Photo", kind=FILE)
    FieldType.objects.create(record="person", slug="photo", label="Photo", kind=FILE)
    ShapeStamp.objects.update_or_create(pk=1, defaults={"token": new_uid()})
    forget()
    return kind


def _in_json() -> dict[str, Callable[[], None]]:
    named = {"sha256": KEY, "name": "a.txt", "type": "text/plain", "size": 1}
    return {
        "draft": lambda: plant(Draft, attachments=[named]),
        "reply": lambda: plant(Reply, attachments=[named]),
        "record of an object": lambda: plant(CustomRecord, object=_own_object(), values={"photo": named}),
        "record of a withdrawn object": lambda: plant(
            CustomRecord, object=_own_object(withdrawn_at=NOW), values={"photo": named}
        ),
        "added field": lambda: _added({"photo": named}),
    }


def _added(values: dict[str, Any]) -> None:
    _own_object()
    plant(FieldValue, record="person", values=values)


def columns() -> dict[str, Callable[[], None]]:
    """Every place where a row names stored bytes, with what puts one there."""
    found = _in_json()
    for model in apps.get_models():
        if not model.__module__.startswith("hustings.") or model is ObjectRemoval:
            continue
        for field in model._meta.concrete_fields:
            if field.name.endswith("sha256") and isinstance(field, models.CharField):
                found[f"{model._meta.label}.{field.name}"] = lambda m=model, f=field.name: plant(m, **{f: KEY})
    return found


def unguarded() -> list[str]:
    """Places whose files would be removed under them."""
    missing = []
    for name, put in columns().items():
        with transaction.atomic():
            assert not is_named(KEY), name
            put()
            if not is_named(KEY):
                missing.append(name)
            transaction.set_rollback(True)
        forget()
    return missing


def test_every_column_that_names_stored_bytes_keeps_them(db: None) -> None:
    assert {
        "answers.Attachment.sha256", "confidences.VettingDocument.sha256", "correspondence.Attachment.sha256",
        "feed.Attachment.sha256", "topics.Version.sha256",
    } <= set(columns())  # fmt: skip
    assert unguarded() == []


def test_each_room_is_needed_for_it(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    told = list(registry.in_use)
    assert len(told) == 6
    for one in told:
        monkeypatch.setattr(registry, "in_use", [other for other in told if other is not one])
        assert unguarded(), one


def test_every_room_that_stores_bytes_tells_what_it_names() -> None:
    stores = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if "tests" not in path.parts and re.search(r"\bstorage\.put\(", path.read_text())
    }
    rooms = {Path(*Path(name).parts[:2]) for name in stores - PASSING}
    assert len(rooms) == 6
    silent = [room for room in rooms if "uses_objects(" not in (PACKAGE / room / "erasing.py").read_text()]
    assert silent == []
    assert stores >= PASSING


@pytest.fixture
def old_file(db: None) -> Iterator[str]:
    """A post's file, stored two days ago."""
    key = storage.put(f"the same words {new_uid()}".encode())
    then = (now() - timedelta(days=2)).timestamp()
    os.utime(default_storage.path(f"{key[:2]}/{key[2:4]}/{key}"), (then, then))
    post = Post.objects.create(record_type="user", record_id=1, record_uid=UUID(int=1), at=NOW)
    PostFile.objects.create(post=post, name="a.txt", type="text/plain", size=1, sha256=key)
    yield key
    storage.remove(key)


def _name_no_more(key: str) -> None:
    PostFile.objects.filter(sha256=key).delete()
    objects.let_go([key], now=now())


def test_bytes_that_are_stored_again_while_their_last_row_goes_stay_for_the_new_one(old_file: str) -> None:
    """As intake does: it stores a letter's files first, and commits the letter later."""
    content = storage.read(old_file)
    assert storage.put(content) == old_file
    _name_no_more(old_file)
    objects.remove_due(now=now())
    assert storage.read(old_file) == content
    assert ObjectRemoval.objects.get().due_at > now() + objects.UNNAMED_FOR - timedelta(minutes=1)
    plant(apps.get_model("feed", "Attachment"), post=Post.objects.get(), sha256=old_file)
    objects.remove_due(now=now() + objects.UNNAMED_FOR)
    assert storage.read(old_file) == content
    assert not ObjectRemoval.objects.exists()


def test_bytes_that_nobody_named_after_all_go_some_hours_later(old_file: str) -> None:
    storage.put(storage.read(old_file))
    _name_no_more(old_file)
    assert objects.remove_some(now=now()) == 1
    assert objects.remove_some(now=now()) == 0
    objects.remove_due(now=now() + objects.UNNAMED_FOR)
    assert not ObjectRemoval.objects.exists()
    with pytest.raises(FileNotFoundError):
        storage.read(old_file)


def test_bytes_that_were_not_stored_again_go_at_once(old_file: str) -> None:
    _name_no_more(old_file)
    objects.remove_due(now=now())
    with pytest.raises(FileNotFoundError):
        storage.read(old_file)
