"""A backup is whole, and a restore gives the same campaign or nothing."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from hustings.foundation.core.tests.database import migrated_home
from hustings.project.tests.running import hustings

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("backup")]


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="hustings-backup-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="module")
def backup(folder: Path) -> Path:
    """A campaign with some mail in it, backed up."""
    home, mbox, target = migrated_home(folder / "home"), folder / "letters.mbox", folder / "backup"
    assert hustings(home, "generate", "letters", "--count", "60", "--seed", "7", "--out", str(mbox)).returncode == 0
    done = hustings(home, "intake", str(mbox), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["received"] == 60
    done = hustings(home, "backup", str(target), "--json")
    assert done.returncode == 0, done.stderr
    return target


@pytest.fixture
def copy(backup: Path, tmp_path: Path) -> Path:
    return shutil.copytree(backup, tmp_path / "copy")


def test_restored_campaign_has_the_same_ledger_objects_and_keys(folder: Path, backup: Path) -> None:
    before = hustings(folder / "home", "ledger", "--json")
    restored = folder / "restored"
    done = hustings(restored, "restore", str(backup), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["same_ledger"] is True
    after = hustings(restored, "ledger", "--json")
    assert json.loads(after.stdout) == json.loads(before.stdout)
    assert (restored / "secret.key").read_bytes() == (folder / "home" / "secret.key").read_bytes()
    objects = {path.name for path in (folder / "home" / "objects").rglob("*") if path.is_file()}
    assert {path.name for path in (restored / "objects").rglob("*") if path.is_file()} == objects


def test_backup_is_closed_to_others(backup: Path) -> None:
    assert backup.stat().st_mode & 0o077 == 0
    for path in backup.rglob("*"):
        assert path.is_dir() or path.stat().st_mode & 0o177 == 0, path


def test_a_changed_file_is_refused_and_nothing_is_made(copy: Path, tmp_path: Path) -> None:
    dump = copy / "database.dump"
    dump.write_bytes(dump.read_bytes()[:-1] + b"x")
    done = hustings(tmp_path / "new", "restore", str(copy))
    assert done.returncode == 1
    assert done.stderr == f"{dump} is missing or is not what was backed up. Nothing was restored.\n"
    assert not (tmp_path / "new").exists()


def test_a_manifest_that_points_outside_is_refused(copy: Path, tmp_path: Path) -> None:
    manifest = json.loads((copy / "manifest.json").read_text())
    manifest["files"]["keys/../../../evil.key"] = {"bytes": 0, "sha256": ""}
    (copy / "manifest.json").write_text(json.dumps(manifest))
    done = hustings(tmp_path / "new", "restore", str(copy))
    assert done.returncode == 1
    assert "lies outside the backup. Nothing was restored." in done.stderr
    assert not (tmp_path / "new").exists()


def test_a_home_that_is_not_empty_is_left_alone(backup: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "mine").write_text("kept")
    done = hustings(home, "restore", str(backup))
    assert done.returncode == 1
    assert done.stderr == f"{home} is not empty. Nothing was restored; set HUSTINGS_HOME to a new folder.\n"
    assert [path.name for path in home.iterdir()] == ["mine"]


def test_a_target_that_is_there_is_left_alone(folder: Path, backup: Path) -> None:
    before = sorted(path.name for path in backup.iterdir())
    done = hustings(folder / "home", "backup", str(backup))
    assert done.returncode == 1
    assert done.stderr == f"{backup} is there already. Nothing was written; name a new folder.\n"
    assert sorted(path.name for path in backup.iterdir()) == before
