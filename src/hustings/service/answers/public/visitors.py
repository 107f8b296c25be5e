"""Who asks, for the counts: what a request tells, and nothing that is kept."""

from django.http import HttpRequest

from hustings.constituents.insight.actions import noting
from hustings.foundation.geography.queries import states


def visitor_of(request: HttpRequest, language: str, state_code: str = "") -> noting.Visitor:
    meta = request.META
    return noting.visitor_of(
        address=meta.get("REMOTE_ADDR", ""),
        agent=meta.get("HTTP_USER_AGENT", ""),
        purpose=meta.get("HTTP_SEC_PURPOSE", "") + meta.get("HTTP_PURPOSE", ""),
        language=language,
        state_code=state_code,
    )


def chosen_state(given: str) -> str:
    """The code of a state that was asked for by the address; "" for none and for nonsense."""
    code = given.strip().upper()[:2]
    return code if any(code == known for known, _name in states()) else ""
