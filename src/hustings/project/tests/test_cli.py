"""The command itself: its words, its codes, what it does not load."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from hustings.project.cli.checks import mail
from hustings.project.tests.running import environment, hustings

COMMANDS = "demo up doctor intake inspect ledger backup restore generate bench createadmin migrate shell topics".split()
LETTER = b"From: Ana <ana@example.com>\r\nTo: help@adair.example\r\nSubject: Hello\r\n\r\nWhere do I vote?\r\n"


def test_help_names_every_command_and_no_inner_one(tmp_path: Path) -> None:
    done = hustings(tmp_path, "--help", COLUMNS="200")
    assert done.returncode == 0
    for command in COMMANDS:
        assert f" {command} " in done.stdout
    assert "load-sample" not in done.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", [["--help"], ["inspect", "--json", "letter.eml"]])
def test_light_commands_load_neither_django_nor_the_driver(tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "letter.eml").write_bytes(LETTER)
    script = (
        "import sys; from hustings.project.cli import main\n"
        "try: main()\n"
        "except SystemExit as end: code = end.code\n"
        "heavy = {'django', 'psycopg'} & set(sys.modules)\n"
        "sys.exit(f'loaded {heavy}' if heavy else code)"
    )
    line = [sys.executable, "-c", script, *arguments]
    done = subprocess.run(line, env=environment(tmp_path), cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


def test_inspect_prints_a_line_a_file_in_order(tmp_path: Path) -> None:
    files = []
    for number in range(3):
        path = tmp_path / f"{number}.eml"
        path.write_bytes(LETTER.replace(b"Hello", f"Hello {number}".encode()))
        files.append(str(path))
    done = hustings(tmp_path / "home", "inspect", "--json", *files)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(answer["file"], answer["subject"]) for answer in answers] == [
        (path, f"Hello {number}") for number, path in enumerate(files)
    ]
    assert not (tmp_path / "home").exists()


def test_inspect_shows_a_terminal_nothing_it_would_obey(tmp_path: Path) -> None:
    path = tmp_path / "letter.eml"
    path.write_bytes(LETTER.replace(b"Where", b"\x1b[31mWhere"))
    assert "\x1b" not in hustings(tmp_path, "inspect", str(path)).stdout


def test_inspect_of_a_missing_file_fails(tmp_path: Path) -> None:
    done = hustings(tmp_path, "inspect", "--json", "/no/such/file")
    assert done.returncode == 1
    assert done.stderr == "There is no /no/such/file.\n"


def test_intake_of_a_missing_path_starts_nothing(tmp_path: Path) -> None:
    done = hustings(tmp_path / "home", "intake", "/no/such/mbox")
    assert done.returncode == 1
    assert done.stderr == "There is no /no/such/mbox. Nothing was taken in.\n"
    assert not (tmp_path / "home").exists()


def test_generate_is_the_same_for_the_same_seed(tmp_path: Path) -> None:
    for name, seed in (("a", "5"), ("b", "5"), ("c", "6")):
        out = str(tmp_path / name)
        done = hustings(tmp_path, "generate", "letters", "--count", "20", "--seed", seed, "--out", out, "--json")
        assert json.loads(done.stdout)["letters"] == 20
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes() != (tmp_path / "c").read_bytes()


@pytest.mark.slow
def test_doctor_and_createadmin_on_a_new_home(tmp_path: Path) -> None:
    home = tmp_path / "home"
    made = subprocess.run(
        [sys.executable, "-m", "hustings.project.cli", "createadmin", "Ana@Example.com", "--password-stdin", "--json"],
        env=environment(home),
        input="a long pass phrase\n",
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert json.loads(made.stdout)["email"] == "ana@example.com", made.stderr
    again = subprocess.run(
        [sys.executable, "-m", "hustings.project.cli", "createadmin", "ana@example.com", "--password-stdin"],
        env=environment(home),
        input="a long pass phrase\n",
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert again.returncode == 1
    assert again.stderr.startswith("Nobody was made. ")
    done = hustings(home, "doctor", "--json", HUSTINGS_LMTP="127.0.0.1:1", HUSTINGS_SMTP_URL="")
    answer = json.loads(done.stdout)
    states = {check["check"]: check["state"] for check in answer["checks"]}
    assert (done.returncode, answer["well"], states["mail out"]) == (1, False, "failed")
    for name in ("database", "database role", "extensions", "migrations", "jobs", "storage", "keys", "clock"):
        assert states[name] == "ok", answer
    assert states["worker"] == states["mail in"] == "warning"
    assert all(check["mend"] for check in answer["checks"] if check["state"] in ("warning", "failed"))


def test_domain_records_are_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    zone = {
        "adair.example": ["v=spf1 include:relay.example ~all"],
        "_dmarc.adair.example": ["v=DMARC1; p=none; rua=mailto:d@adair.example"],
        "mail._domainkey.adair.example": ["v=DKIM1; k=rsa; p=MIIB"],
    }
    monkeypatch.setattr(mail, "_texts", lambda name: zone.get(name, []))
    assert [(found.check, found.state) for found in mail.check_domain("adair.example")] == [
        ("SPF of adair.example", "ok"),
        ("DKIM of adair.example", "ok"),
        ("DMARC of adair.example", "warning"),
    ]
    assert [(found.state, bool(found.mend)) for found in mail.check_domain("other.example")] == [
        ("failed", True),
        ("warning", True),
        ("failed", True),
    ]
