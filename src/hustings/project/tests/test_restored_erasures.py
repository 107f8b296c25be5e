"""Who was erased after a backup is erased again when it is restored."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from email.utils import parseaddr
from hashlib import sha256
from hmac import new
from mailbox import mbox
from pathlib import Path

import pytest

from hustings.foundation.core.tests.database import migrated_home
from hustings.project.tests.running import hustings

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("backup")]


@pytest.fixture
def folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="hustings-erased-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


def line_for(home: Path, address: str, at: str) -> str:
    """As the list outside the database tells it: a keyed hash, no name."""
    key = (home / "secret.key").read_text().strip().encode() + b" erased"
    mark = new(key, f"email:{address}".encode(), sha256).hexdigest()
    uid = "0197b8f0-0000-7000-8000-00000000e0a5"
    return json.dumps({"at": at, "by": None, "erasure": uid, "marks": [mark], "people": []}) + "\n"


def test_a_restore_erases_again_by_the_list_and_keeps_it(folder: Path) -> None:
    home, letters, target = migrated_home(folder / "home"), folder / "letters.mbox", folder / "backup"
    assert hustings(home, "generate", "letters", "--count", "20", "--seed", "7", "--out", str(letters)).returncode == 0
    assert hustings(home, "intake", str(letters), "--json").returncode == 0
    assert hustings(home, "backup", str(target), "--json").returncode == 0
    writers = [parseaddr(str(letter["From"]))[1].lower() for letter in mbox(letters)]
    at = "2100-01-01T00:00:00+00:00"  # after everyone whom the letters made
    listed = folder / "erasures.jsonl"
    restored = folder / "restored"
    listed.write_text(line_for(home, writers[0], at))
    done = hustings(restored, "restore", str(target), "--erasures", str(listed), "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["same_ledger"] is True
    assert answer["erasures"] == {"erased": 1, "already": 0, "absent": 0, "held": []}
    again = hustings(restored, "erasures", "replay", str(listed), "--json")
    assert json.loads(again.stdout) == {"erased": 0, "already": 1, "absent": 0, "held": []}
    assert json.loads(hustings(restored, "ledger", "--json").stdout)["balances"] is True
    (stone,) = json.loads(hustings(restored, "erasures", "list", "--json").stdout)
    assert stone["state"] == "done"
    assert stone["counts"]["people.addresses"] == 1
    assert (restored / "erasures.jsonl").exists()
