"""Child processes that never outlive us.

`start_leashed` starts one; `Supervisor` keeps several running, starts the fallen again with back-off and stops all in
order.
"""

from hustings.foundation.core.supervisor.start import leashed_command, start_leashed

__all__ = ["leashed_command", "start_leashed"]
