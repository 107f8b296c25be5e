"""What answers on voting ask besides: voter protection's word on a state's words, a person's on a machine's, and when
polls close."""

from collections.abc import Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from hustings.foundation.access.actions import record_audit
from hustings.foundation.access.models import User
from hustings.foundation.core.guard import action
from hustings.foundation.geography.models import State
from hustings.foundation.geography.queries import state_name

from ..models import (
    Article,
    ArticleKind,
    ArticleText,
    ArticleVersion,
    EventKind,
    PollClosing,
    Source,
    VotingApproval,
)
from ..poll_hours import SAMPLE
from ..rules import may_approve, may_protect, may_set_polls, needs_note
from .noting import bump, lock, public_changed, publish_live, write_note


@action
def approve_voting_words(
    *,
    actor: User,
    article: Article,
    version: ArticleVersion,
    state_codes: Sequence[str],
    note: str = "",
    now: datetime,
) -> int:
    """Voter protection stands for these states' words (empty: everyone's) in this version, in every language. Each
    needs an official source. Raises PermissionDenied where one of them is not the actor's; nothing is approved then."""
    locked = lock(actor, article, lambda user, _one: all(may_protect(user, code) for code in state_codes))
    if version.article_id != locked.pk or locked.kind != ArticleKind.VOTING:
        raise ValidationError(_("This is no answer on voting."), code="kind")
    if needs_note(actor, version) and not note.strip():
        raise ValidationError({"note": _("These are your own words. Say why nobody else approves them.")})
    told = set(ArticleText.objects.filter(version=version).values_list("state_code", flat=True))
    cited = set(Source.objects.filter(version=version, official=True).values_list("state_code", flat=True))
    wanted = list(dict.fromkeys(state_codes))
    if not wanted or set(wanted) - told:
        raise ValidationError(_("Choose states that this version speaks of."), code="states")
    if missing := [code for code in wanted if not cited & {"", code}]:
        named = ", ".join(state_name(code) if code else _("all states") for code in missing)
        raise ValidationError(_("No official source is cited for: %(states)s.") % {"states": named}, code="source")
    made = 0
    for code in wanted:
        _row, new = VotingApproval.objects.get_or_create(
            version=version, state_code=code, defaults={"by": actor, "at": now, "note": note.strip()}
        )
        made += new
    if made:
        named = ", ".join(state_name(code) if code else _("all states") for code in wanted)
        write_note(locked, EventKind.VOTER_PROTECTION, actor, now, version=version, text=f"{named} {note}")
        public_changed(locked, now)
        publish_live(locked)
    return made


@action
def sign_off(*, actor: User, text: ArticleText, now: datetime) -> None:
    """A person has read a machine's translation and stands for it."""
    row = ArticleText.objects.select_for_update(of=("self",)).select_related("version__article").get(pk=text.pk)
    article = row.version.article
    if not (may_approve(actor, article) or may_protect(actor, row.state_code)):
        raise PermissionDenied
    if not row.made_by_machine or row.signed_off_at is not None:
        return
    row.signed_off_by, row.signed_off_at = actor, now
    row.save(update_fields=["signed_off_by", "signed_off_at"])
    named = " ".join(filter(None, [row.language, row.state_code]))
    write_note(article, EventKind.SIGNED_OFF, actor, now, version=row.version, text=named)
    public_changed(article, now)
    publish_live(article)


@action
def set_poll_closing(
    *, actor: User, state_code: str, election: date, closes: time, zone: str, now: datetime
) -> PollClosing:
    """When the last polls of a state close on that day, in that zone's time: every answer on voting there ends with
    them. Raises ValidationError (field "zone")."""
    if not may_set_polls(actor, state_code):
        raise PermissionDenied
    if zone not in available_timezones():
        raise ValidationError({"zone": _("No such time zone. Write it like America/New_York.")})
    was = PollClosing.objects.filter(state_id=state_code, election=election).first()
    _note_hours(
        "article.polls",
        actor,
        election,
        now,
        state=state_code,
        closes=f"{closes:%H:%M} {zone}",
        was=f"{was.closes:%H:%M} {was.zone}" if was else "",
    )
    return _write_closing(state_code, election, closes, zone, is_sample=False)


def _note_hours(what: str, actor: User | None, election: date, now: datetime, **more: str | int) -> None:
    """In the trail, since no article's own history tells of it; a freeze of the answers is asked there."""
    record_audit(actor=actor, action=what, detail={"election": election.isoformat(), **more}, now=now)


def _write_closing(state_code: str, election: date, closes: time, zone: str, *, is_sample: bool) -> PollClosing:
    moment = datetime.combine(election, closes, ZoneInfo(zone))
    row, _made = PollClosing.objects.update_or_create(
        state_id=state_code,
        election=election,
        defaults={"closes": closes, "zone": zone, "closes_at": moment, "is_sample": is_sample},
    )
    bump()
    return row


@action
def load_sample_hours(*, actor: User | None, election: date, now: datetime) -> int:
    """The sample hours for every state that has none on that day yet; how many. They are marked as sample until
    somebody sets them."""
    if actor is not None and not may_set_polls(actor, ""):
        raise PermissionDenied
    known = set(PollClosing.objects.filter(election=election).values_list("state_id", flat=True))
    there = set(State.objects.values_list("code", flat=True))
    lacking = [code for code in SAMPLE if code in there and code not in known]
    if lacking:
        _note_hours("article.sample_polls", actor, election, now, states=len(lacking))
    for code in lacking:
        _write_closing(code, election, *SAMPLE[code], is_sample=True)
    return len(lacking)
