"""Mail that lies in files, resumable."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hustings.service.correspondence.engine.mailbox import count, messages

from .mails import patient

LINE = b"From ann@x.org Mon Jan  1 00:00:00 2024\n"


def mbox(path: Path, *bodies: bytes) -> Path:
    file = path / "box"
    file.write_bytes(b"".join(LINE + b"Subject: %d\n\n" % n + body + b"\n\n" for n, body in enumerate(bodies)))
    return file


def test_an_mbox(tmp_path: Path) -> None:
    box = mbox(tmp_path, b"one", b"From here on it is body\n\nFrom there too\n>From escaped\n>>From twice", b"three")
    found = list(messages(box))
    assert [one.raw for one in found] == [
        b"Subject: 0\n\none\n",
        b"Subject: 1\n\nFrom here on it is body\n\nFrom there too\nFrom escaped\n>From twice\n",
        b"Subject: 2\n\nthree\n",
    ]
    assert count(box) == 3
    for index, one in enumerate(found):
        assert list(messages(box, after=one.position)) == found[index + 1 :]


@pytest.mark.parametrize(
    "line",
    [
        b"From ann@x.org Mon Jan  1 00:00:00 2024",
        b"From - Mon Jan 01 00:00:00 2024",
        b"From a b Mon Jan 1 00:00:00 PST 2024",
        b"From MAILER-DAEMON Mon Jan  1 00:00:00 2024 +0000",
        b"From ann@x.org  Mon Jan  1 00:00 2024",
    ],
)
def test_the_ways_mbox_lines_are_written(tmp_path: Path, line: bytes) -> None:
    box = tmp_path / "box"
    box.write_bytes(line + b"\r\nSubject: 1\r\n\r\nbody\r\n\r\n" + line + b"\r\nSubject: 2\r\n\r\nbody\r\n")
    assert [one.raw for one in messages(box)] == [b"Subject: 1\r\n\r\nbody\r\n", b"Subject: 2\r\n\r\nbody\r\n"]


def test_an_eml_is_one_message_even_behind_a_from_line(tmp_path: Path) -> None:
    file = tmp_path / "a.eml"
    file.write_bytes(LINE + b"Subject: 1\n\nbody\n\n" + LINE + b"more")
    assert [one.raw for one in messages(file)] == [file.read_bytes()]
    assert list(messages(file, after="a.eml")) == []
    assert count(file) == 1


def test_a_folder(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    for name in ("a.eml", "c.EML", "b/x.eml", "notes.doc", ".hidden.eml"):
        (tmp_path / name).write_bytes(name.encode())
    found = list(messages(tmp_path))
    assert [one.raw for one in found] == [b"a.eml", b"b/x.eml", b"c.EML"]
    assert count(tmp_path) == 3
    assert [one.raw for one in messages(tmp_path, after=found[0].position)] == [b"b/x.eml", b"c.EML"]


def test_a_maildir_is_resumed_although_flags_change(tmp_path: Path) -> None:
    for box in ("cur", "new", "tmp"):
        (tmp_path / box).mkdir()
    (tmp_path / "cur" / "2.x:2,S").write_bytes(b"two")
    (tmp_path / "new" / "1.x").write_bytes(b"one")
    (tmp_path / "new" / "3.x").write_bytes(b"three")
    found = list(messages(tmp_path))
    assert [one.raw for one in found] == [b"one", b"two", b"three"]
    assert count(tmp_path) == 3
    (tmp_path / "new" / "1.x").rename(tmp_path / "cur" / "1.x:2,RS")
    assert [one.raw for one in messages(tmp_path, after=found[0].position)] == [b"two", b"three"]


def test_nothing_there(tmp_path: Path) -> None:
    (tmp_path / "empty").write_bytes(b"")
    assert [one.raw for one in messages(tmp_path / "empty")] == [b""]
    with pytest.raises(FileNotFoundError):
        list(messages(tmp_path / "absent"))


def test_a_position_of_another_mailbox_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="is no position"):
        list(messages(mbox(tmp_path, b"one"), after="cur/1.x"))


@patient
@given(bodies=st.lists(st.binary(max_size=60).filter(lambda b: b"From " not in b), min_size=1, max_size=6))
def test_every_message_of_an_mbox_is_read_once(tmp_path_factory: pytest.TempPathFactory, bodies: list[bytes]) -> None:
    box = mbox(tmp_path_factory.mktemp("m"), *bodies)
    assert [one.raw for one in messages(box)] == [b"Subject: %d\n\n" % n + b + b"\n" for n, b in enumerate(bodies)]
