"""What the processes ask of the system before they serve."""

import json
import subprocess
import sys

_TELL = """
import json, resource
resource.setrlimit(resource.RLIMIT_NOFILE, (256, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
from hustings.project.cli.processes import MOST_FILES, allow_connections
allow_connections()
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
print(json.dumps([soft, hard, MOST_FILES, resource.RLIM_INFINITY]))
"""


def test_pages_may_hold_as_many_connections_as_the_system_lets_them() -> None:
    done = subprocess.run([sys.executable, "-c", _TELL], capture_output=True, text=True, check=True)
    soft, hard, most, endless = json.loads(done.stdout)
    assert soft == (most if hard == endless else min(hard, most))
