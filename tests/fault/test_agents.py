"""`bench agents` itself, small: it counts what it says it counts, and nothing is lost, doubled or given to two."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def measured(name: str, folder: Path, **asked: Any) -> dict[str, Any]:
    env = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")}
    env["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    line = [sys.executable, str(HERE / "bench.py"), name, str(folder), json.dumps(asked)]
    done = subprocess.run(line, env=env, capture_output=True, text=True, check=False)
    log = folder / "out" / "up.log"
    assert done.returncode == 0, done.stderr[-3000:] + (log.read_text()[-2000:] if log.exists() else "")
    return dict(json.loads(done.stdout))


def lines(folder: Path, name: str) -> list[list[str]]:
    return [line.split("\t") for line in (folder / "out" / name).read_text().splitlines()]


def test_agents_at_their_desks(tmp_path: Path) -> None:
    found = measured("agents", tmp_path, agents=4, minutes=0.4, rate=5.0, think=0.5, drain=60.0)
    wrong = ("double_assignments", "lost_replies", "doubled_replies", "doubled_other_mail", "unknown_to_us")
    assert {name: found[name] for name in wrong} == dict.fromkeys(wrong, 0)
    assert (found["lost_letters"], found["errors"], found["uncertain"]) == (0, 0, 0), found["errors_of"]
    assert found["ledger_balances"]
    assert found["messages"]["pending"] == found["outbox"]["waiting"] == found["still_leaving"] == 0
    # Each of these is counted from a log or the database, none from the other.
    said = {line[4] for line in lines(tmp_path, "acts.log") if line[0] == "sent"}
    assert found["answered"] == found["replies"] >= found["replies_said_sent"] == len(said) > 0
    assert found["with_approved_language"] > 0
    assert found["given"] >= found["replies"]
    assert found["requests"] == len(lines(tmp_path, "requests.log"))
    assert found["handed_over"] == len(lines(tmp_path, "handed.log")) > 20
    assert found["live_deliveries"] > 0
    assert found["generator_cpu_seconds"] > 0


def test_whatever_falls_meanwhile(tmp_path: Path) -> None:
    """Each kind of process ended by kill -9, a full disk, a mail server gone: nothing is lost, doubled or given to two,
    and what nobody can know is counted."""
    kills = int(os.environ.get("HUSTINGS_FAULT_AGENT_KILLS", "7"))
    found = measured(
        "agents", tmp_path, agents=4, minutes=max(0.6, kills / 20), rate=5.0, think=0.5, drain=120.0, kills=kills
    )  # fmt: skip
    wrong = ("double_assignments", "lost_replies", "doubled_replies", "doubled_other_mail", "unknown_to_us")
    assert {name: found[name] for name in wrong} == dict.fromkeys(wrong, 0)
    assert found["lost_letters"] == 0
    assert found["ledger_balances"]
    assert sum(found["killed"].values()) > kills / 2, (found["killed"], found["missed"])
    assert found["replies"] > 0
    assert found["messages"]["pending"] == found["outbox"]["waiting"] == found["still_leaving"] == 0
