"""The mail server that is sent to, in a process of its own, and what it wrote down."""

import subprocess
import sys
import time
from collections import Counter
from pathlib import Path


class Receiver:
    """Runs until `stop`. `url` is for HUSTINGS_SMTP_URL. `cut` ends it in the midst of whatever it does; `again` has it
    back at the same port with the same log."""

    def __init__(self, folder: Path, seed: str, *, longest: float = 0.003) -> None:
        self.log = folder / "taken.log"
        self.log.touch()
        self._port_file, self._seed, self._longest = folder / "port", seed, longest
        self._port = 0
        self._process = self._start()
        self._port = int(self._port_file.read_text())
        self.url = f"smtp://127.0.0.1:{self._port}"

    def _start(self) -> "subprocess.Popen[bytes]":
        self._port_file.unlink(missing_ok=True)
        script = Path(__file__).with_name("receiver.py")
        given = [str(self.log), str(self._port_file), self._seed, str(self._port), str(self._longest)]
        process = subprocess.Popen([sys.executable, str(script), *given], stdin=subprocess.DEVNULL)
        while not self._port_file.exists():
            if process.poll() is not None:
                raise RuntimeError("The mail server to send to ended while it was starting; the reason is above.")
            time.sleep(0.01)
        return process

    @property
    def pid(self) -> int:
        return self._process.pid

    def taken(self) -> "Counter[str]":
        """How often each Message-ID."""
        return Counter(self.log.read_text().split())

    def cut(self) -> None:
        """Every line to it is cut, and nobody answers at its port."""
        self._process.kill()
        self._process.wait()

    def again(self) -> None:
        if self._process.poll() is not None:
            self._process = self._start()

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait()
