"""Who asks, for the counts: what a request tells, and nothing that is kept."""

from django.http import HttpRequest

from hustings.constituents.insight.actions.noting import Visitor
from hustings.foundation.geography.queries import states


def visitor_of(request: HttpRequest, language: str, state_code: str = "") -> Visitor:
    meta = request.META
    fetched_ahead = "prefetch" in (meta.get("HTTP_SEC_PURPOSE", "") + meta.get("HTTP_PURPOSE", ""))
    return Visitor(
        meta.get("REMOTE_ADDR", ""), meta.get("HTTP_USER_AGENT", "")[:400], language, state_code, not fetched_ahead
    )


def chosen_state(given: str) -> str:
    """The code of a state that was asked for by the address; "" for none and for nonsense."""
    code = given.strip().upper()[:2]
    return code if any(code == known for known, _name in states()) else ""
