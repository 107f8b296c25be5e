"""Child processes that never outlive us.

`start_leashed` starts one; `Program` is one that can be started again; `Supervisor` keeps several running.
Nothing here imports Django.
"""

from hustings.foundation.core.supervisor.keep import Stopped, Supervisor, stop_on_signals
from hustings.foundation.core.supervisor.program import Part, Program
from hustings.foundation.core.supervisor.start import leashed_command, start_leashed

__all__ = ["Part", "Program", "Stopped", "Supervisor", "leashed_command", "start_leashed", "stop_on_signals"]
