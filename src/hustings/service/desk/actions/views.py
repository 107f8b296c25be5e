"""Saved views: a list's address under a name."""

from datetime import datetime

from django.utils.translation import gettext as _

from hustings.foundation.access.models import Team, User
from hustings.foundation.core import live
from hustings.foundation.core.guard import action

from ..models import SavedView
from ..rules import Refused, may_edit_view, may_share_view

LONGEST_NAME = 60


@action
def save_view(*, actor: User, name: str, query: str, team: Team | None, now: datetime) -> SavedView:
    """Keep the list's state (its query, as the address has it) under a name: one's own, or with `team` the team's."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise Refused(_("Give the view a name of at most {n} letters. It was not saved.").format(n=LONGEST_NAME))
    if team is not None and not may_share_view(actor, team.pk):
        raise Refused(_("Only a lead gives a team a view. It was not saved."))
    view = SavedView.objects.create(owner=actor, team=team, name=name, query=query.lstrip("?")[:2000])
    live.publish(f"user:{actor.pk}")
    return view


@action
def remove_view(*, actor: User, view: SavedView, now: datetime) -> None:
    """The letters in it stay where they are."""
    if not may_edit_view(actor, view):
        raise Refused(_("Only its owner or a lead of the team removes this view. Nothing was changed."))
    view.delete()
    live.publish(f"user:{actor.pk}")
