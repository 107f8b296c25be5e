"""`hustings demo` with its own home, database and ports, and what tests ask of it beside its pages."""

import json
import os
import smtplib
import subprocess
import sys
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path
from typing import Any

from hustings.foundation.core.tests.database import migrated_home
from hustings.project.bench.loopback import free_port
from hustings.project.tests.running import environment, hustings, processes_of, soon

HOST = "adair.example.org"
LETTERS = 60
PASSWORD = "a lantern in the window"


class House:
    """The running system. `folder` holds everything it writes."""

    def __init__(self, folder: Path) -> None:
        self.home = migrated_home(folder / "home")
        self.port, self.lmtp = free_port(), free_port()
        self.url = f"http://localhost:{self.port}"
        self._log = folder / "demo.log"
        self._own = {
            "HUSTINGS_LMTP": f"127.0.0.1:{self.lmtp}",
            "HUSTINGS_WEB_PROCESSES": "1",
            "HUSTINGS_SAMPLE_LETTERS": str(LETTERS),
            "HUSTINGS_DEMO": "1",
            "HUSTINGS_BASE_URL": self.url,
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        }
        line = [sys.executable, "-m", "hustings.project.cli", "demo", "--port", str(self.port)]
        with self._log.open("wb") as out:
            self._process = subprocess.Popen(
                line, env=environment(self.home, **self._own), stdout=out, stderr=out, stdin=subprocess.DEVNULL
            )
        self._links: dict[str, str] = {}

    def log(self) -> str:
        return self._log.read_text(errors="replace")

    def wait_until_ready(self, seconds: float = 240.0) -> None:
        done = soon(lambda: "hold for twelve hours" in self.log() or self._process.poll() is not None, seconds)
        assert done, self.log()
        assert self._process.poll() is None, self.log()
        told = self.run(sys.executable, str(Path(__file__).with_name("keys.py")), PASSWORD)
        self._links = json.loads(told.splitlines()[-1])

    def link_of(self, email: str) -> str:
        """A one-click sign-in, as `hustings demo` prints them, for anyone who works in the sample campaign."""
        return self.url + self._links[email if "@" in email else f"{email}@{HOST}"]

    def stop(self) -> dict[int, str]:
        """End it as Ctrl-C does; what is left of it then, which should be nothing."""
        if self._process.poll() is None:
            self._process.terminate()
            self._process.wait(60)
        soon(lambda: not processes_of(self.home), 10)
        return processes_of(self.home)

    def run(self, *line: str) -> str:
        done = subprocess.run(
            line, env=environment(self.home, **self._own), capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def ledger(self) -> dict[str, Any]:
        done = hustings(self.home, "ledger", "--json", **self._own)
        return dict(json.loads(done.stdout))

    def deliver(self, raw: bytes, *, to: str = f"help@{HOST}", sender: str = "writer@example.com") -> None:
        """Hand a message over by LMTP, as Postfix does: returns when it was answered 250."""
        with smtplib.LMTP("127.0.0.1", self.lmtp, timeout=30) as line:
            refused = line.sendmail(sender, [to], raw)
        assert refused == {}

    def write(
        self, subject: str, text: str, *, name: str, address: str, to: str = f"help@{HOST}", **headers: str
    ) -> str:
        """Somebody writes; returns the Message-ID."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = f"{name} <{address}>", to, subject
        mail["Message-ID"] = made = make_msgid(domain="writers.example.com")
        for header, value in headers.items():
            mail[header.replace("_", "-")] = value
        mail.set_content(text)
        self.deliver(mail.as_bytes(), to=to, sender=address)
        return made
