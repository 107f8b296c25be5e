"""Reads: the campaign, once a request."""

from django.http import HttpRequest

from .models import Campaign

KEPT = "_ui_campaign"


def campaign(request: HttpRequest | None = None) -> Campaign:
    """The campaign's row, or its defaults while none is written. With a request it is read once for it."""
    kept: Campaign | None = getattr(request, KEPT, None)
    if kept is not None:
        return kept
    found = Campaign.objects.filter(pk=1).first() or Campaign(pk=1)
    if request is not None:
        setattr(request, KEPT, found)
    return found


def know_campaign(request: HttpRequest, found: Campaign) -> None:
    """For a page whose maker holds the row already, and knows that it is as it was: it is not read again."""
    setattr(request, KEPT, found)
