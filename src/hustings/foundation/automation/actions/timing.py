"""Timed rules: when their time comes, it happens; once for each time, also after the house stood still."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from hustings.foundation.core.clock import zone_of
from hustings.foundation.core.guard import action

from ..models import Kind, Rule
from ..triggers import DATE, following, trigger_from
from .happenings import note_happening

FARTHEST_BACK = timedelta(days=7)  # days of a date that are made up for
AT_ONCE = 50


@action
def note_due(now: datetime) -> int:
    """Write down the timed rules whose time has come; how many. What came due while nothing ran is made up for: of
    times the last one, of dates each of the last seven days; what is left out is said in the log."""
    due = Rule.objects.filter(is_on=True, next_at__lte=now).select_related("version", "owner").order_by("next_at")
    rules = list(due.select_for_update(skip_locked=True, of=("self",))[:AT_ONCE])
    for rule in rules:
        _note(rule, now)
    return len(rules)


def _note(rule: Rule, now: datetime) -> None:
    assert rule.version is not None  # a rule that is on has one
    assert rule.next_at is not None  # by the filter
    trigger, zone = trigger_from(rule.version.trigger), zone_of(rule.owner.time_zone)
    missed, moment = 0, rule.next_at
    if trigger.kind == DATE:
        moments = []
        while moment <= now:
            if moment < now - FARTHEST_BACK:
                missed += 1
            else:
                moments.append(moment)
            moment = following(trigger, moment, zone)
        for each in moments:
            day = each.astimezone(zone).date() - timedelta(days=trigger.days)
            _happens(rule, Kind.DATE, each, missed, day=day)
            missed = 0
    else:
        last = moment
        # The last one due, found from behind: an hourly rule may have a year to make up for.
        probe = max(moment, now - timedelta(days=8))
        following_one = following(trigger, probe - timedelta(seconds=1), zone)
        while following_one <= now:
            last = following_one
            following_one = following(trigger, following_one, zone)
        _happens(rule, Kind.TIME, last, int(last > moment))
        moment = following_one
    rule.next_at = moment
    rule.save(update_fields=["next_at"])


def _happens(rule: Rule, kind: Kind, at: datetime, missed: int, *, day: object = None) -> None:
    said = ""
    if missed and kind == Kind.TIME:
        said = _("It was due more than once while nothing ran; it was asked once, for the last time.")
    elif missed:
        said = _("Nothing ran for longer than a week: %(n)d days before this one were left out.") % {"n": missed}
    note_happening(
        kind=kind,
        record=rule.record,
        ids=[],
        versions=[rule.version_id] if rule.version_id else [],
        at=at,
        due=day,  # type: ignore[arg-type]
        said=said,
    )
