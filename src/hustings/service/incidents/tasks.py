"""What follows once letters are in."""

from hustings.foundation.core import jobs
from hustings.foundation.core.clock import now

from .actions.reporting import tell_protectors


@jobs.job("incidents.tell")
def tell(state_code: str) -> None:
    """Voter protection hears of what is open in a state."""
    tell_protectors(state_code=state_code, now=now())
