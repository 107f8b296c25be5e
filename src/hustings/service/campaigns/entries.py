"""What mail campaigns put into the rail, the palette, the desk's rows and conversations, and the live topics."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from hustings.foundation.access.models import User
from hustings.foundation.core import live
from hustings.foundation.ui import navigation, palette
from hustings.foundation.ui.navigation import ELSEWHERE, Item
from hustings.foundation.ui.palette import MOST_HITS, Hit
from hustings.service.desk import registry as desk
from hustings.service.desk.models import Inquiry

from .models import Group, Member
from .queries import groups
from .rules import may_see


def register() -> None:
    """Called once, when the app is ready."""
    navigation.register(
        Item(
            *("campaigns", _("Mail campaigns"), "stack", "campaigns:list"),
            order=25,
            group=ELSEWHERE,
            allowed=may_see,
            count=lambda user: groups.count_open(user) or None,
            also=("campaigns:group", "campaigns:ask", "campaigns:history", "campaigns:days", "campaigns:reply"),
        )
    )
    palette.register_search("campaigns", _("Mail campaigns"), _found, order=40)
    desk.panel("campaign", 15, "campaigns/panel.html", _panel)
    desk.row_mark(_marks)
    live.allow_topic("campaigns")(lambda user, _identifier: may_see(user))
    live.allow_topic("campaign")(_may_hear)


def _found(user: User, query: str) -> Iterator[Hit]:
    for group in groups.listed(user, words=query, small=True)[:MOST_HITS]:
        note = _now("%(n)s letters") % {"n": f"{group.letters:,}"} if group.letters else ""
        yield Hit(group.name, group.get_absolute_url(), "stack", note=note)


def _panel(user: User, inquiry: Inquiry) -> Mapping[str, Any] | None:
    """Beside a conversation: its campaign, and what this writer added."""
    if not may_see(user) or (found := groups.groups_of([inquiry.pk]).get(inquiry.pk)) is None:
        return None
    group, member = found
    return {"group": group, "member": member, "added": member.added.splitlines()}


def _marks(user: User, inquiry_ids: Sequence[int]) -> dict[int, str]:
    """On the desk's rows: of how many letters this is one."""
    if not may_see(user):
        return {}
    return {pk: _mark(group, member) for pk, (group, member) in groups.groups_of(inquiry_ids).items()}


def _mark(group: Group, member: Member) -> str:
    if member.reason:
        return _now("%(name)s: lifted out for what was added") % {"name": group.name}
    if not group.letters:  # not theirs to read
        return _now("%(name)s: many letters share this text") % {"name": group.name}
    return _now("%(name)s: %(n)s letters share this text") % {"name": group.name, "n": f"{group.letters:,}"}


def _may_hear(user: User, uid: str) -> bool:
    try:
        return groups.visible_to(user).filter(uid=UUID(uid)).exists()
    except ValueError:
        return False
