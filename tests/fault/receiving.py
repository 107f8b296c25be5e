"""The mail server that is sent to, in a process of its own, and what it wrote down."""

import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path


class Receiver:
    """Runs until `stop`. `url` is for HUSTINGS_SMTP_URL."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self._log, port = folder / "taken.log", folder / "port"
        self._log.touch()
        script = Path(__file__).with_name("receiver.py")
        line = [sys.executable, str(script), str(self._log), str(port), str(chance.random())]
        self._process = subprocess.Popen(line, stdin=subprocess.DEVNULL)
        while not port.exists():
            assert self._process.poll() is None
            time.sleep(0.01)
        self.url = f"smtp://127.0.0.1:{port.read_text()}"

    def taken(self) -> Counter[str]:
        """How often each Message-ID."""
        return Counter(self._log.read_text().split())

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait()
