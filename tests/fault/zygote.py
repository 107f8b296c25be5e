"""A process with everything loaded that forks others to be killed: each is at its work within milliseconds.

Reads commands as JSON, a line each, and answers each with a line: the pid of the fork, or how a fork ended.
"""

import gc
import json
import os
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import django

django.setup()

import watching  # noqa: E402
import work  # noqa: E402

from hustings.foundation.core.supervisor.leash import follow  # noqa: E402


def main() -> None:
    work.prepare()
    watching.watch()
    gc.collect()
    gc.freeze()  # what is shared stays shared: nobody looks through it for garbage
    _answer(0)
    for line in sys.stdin:
        command: dict[str, Any] = json.loads(line)
        if command["do"] == "reap":
            _, status = os.waitpid(command["pid"], 0)
            _answer(os.waitstatus_to_exitcode(status))
            continue
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            _be(parent, command)
        _answer(pid)


def _answer(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def _be(parent: int, command: dict[str, Any]) -> None:
    """The fork: its work, and never back into the loop above."""
    code = 1
    try:
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, 0)
        os.dup2(null, 1)
        os.setsid()
        follow(parent, signal.SIGKILL)
        watching.MARKS.mine = command.pop("number")
        work.WORK[command.pop("do")](**command)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()
