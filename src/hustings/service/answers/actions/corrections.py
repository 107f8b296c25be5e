"""Telling those who were answered from words that were withdrawn what is right: once each, and nobody else."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from hustings.constituents.people.models import Person
from hustings.constituents.people.queries import canonical_ids
from hustings.foundation.access.actions import record_audit
from hustings.foundation.access.models import User
from hustings.foundation.core import bus
from hustings.foundation.core.guard import action

from ..announcements import ArticleCorrected
from ..models import Article, Correction, CorrectionRecipient, CorrectionState, EventKind, RecipientState
from ..registry import Answered, everyone_answered
from ..rules import check_merge_fields, may_correct
from .noting import lock, publish_live, told, write_note

LONGEST = 20_000


@action
def write_correction(
    *,
    actor: User,
    article: Article,
    subject: str,
    texts: Mapping[str, str],
    state_code: str = "",
    correction: Correction | None = None,
    now: datetime,
) -> Correction:
    """A draft of what is to be said, or new words for one that nobody approved yet. English is needed; each other
    language goes to those who wrote in it. Raises ValidationError (fields "subject", "texts")."""
    locked = lock(actor, article, may_correct)
    kept = {code: text.strip().replace("\r\n", "\n") for code, text in texts.items() if text.strip()}
    _check(subject, kept)
    if correction is not None:
        row = Correction.objects.select_for_update().get(pk=correction.pk, article=locked)
        if row.state != CorrectionState.DRAFT:
            raise ValidationError(_("It was approved and is on its way: it cannot change any more."), code="same")
    else:
        row = Correction(article=locked, made_at=now)
    row.subject, row.texts, row.state_code, row.made_by = " ".join(subject.split())[:200], kept, state_code, actor
    row.save()
    publish_live(locked)
    return row


def _check(subject: str, texts: Mapping[str, str]) -> None:
    if not subject.strip():
        raise ValidationError({"subject": _("Give it a subject.")})
    if not texts.get("en"):
        raise ValidationError({"texts": _("Write it in English; other languages may stand beside it.")})
    problems = []
    for code, text in texts.items():
        if len(text) > LONGEST:
            problems.append(_("%(language)s: longer than %(n)d characters.") % {"language": code, "n": LONGEST})
        problems += [f"{code}: {error.sentence}" for error in check_merge_fields(text)]
    if problems:
        raise ValidationError({"texts": problems})


@action
def approve_correction(*, actor: User, correction: Correction, note: str = "", now: datetime) -> int:
    """Fix the list of everyone answered, and send it to them; how many. One's own words need a note. What was answered
    afterwards is not on the list: withdrawn words can be sent to nobody. Approving twice sends nothing twice."""
    # The article first, as whoever notes an answer holds it: it is on the list, or sees that the list is fixed.
    article = lock(actor, correction.article, may_correct)
    row = Correction.objects.select_for_update().get(pk=correction.pk)
    if row.state != CorrectionState.DRAFT:
        return row.recipients.count()
    if row.made_by_id == actor.pk and not note.strip():
        raise ValidationError({"note": _("These are your own words. Say why nobody else approves them.")})
    found = everyone_answered(article, row.state_code)
    silent = _silent({one.person_id for one in found})
    CorrectionRecipient.objects.bulk_create(
        CorrectionRecipient(correction=row, person_id=one.person_id, **_recipient(one, one.person_id in silent))
        for one in found
    )
    row.state, row.approved_by, row.approved_at, row.note = CorrectionState.APPROVED, actor, now, note.strip()
    row.save()
    write_note(article, EventKind.CORRECTED, actor, now, version=article.approved_version, text=row.subject)
    record_audit(
        actor=actor,
        action="correction.sent",
        record_type="article",
        record_uid=article.uid,
        detail={"correction": str(row.uid), "people": len(found)},
        now=now,
    )
    bus.announce(told(ArticleCorrected, article, correction_id=row.pk))
    publish_live(article)
    return len(found)


def _recipient(one: Answered, is_silent: bool) -> dict[str, Any]:
    return {
        "version_number": one.version_number,
        "answered_at": one.at,
        "answered_by": one.by,
        "answered_in": one.ref,
        "about": one.about,
        "state": RecipientState.NOT_CONTACTED if is_silent else RecipientState.WAITING,
    }


def _silent(people: set[int]) -> set[int]:
    """Those who asked not to be contacted at all, as whichever record they said it."""
    rows = Person.objects.filter(do_not_contact=True)
    own = rows.filter(pk__in=people).values_list("pk", flat=True)
    merged = rows.filter(canonical_id__in=people).values_list("canonical_id", flat=True)
    return {*own, *(one for one in merged if one is not None)}


def settle_recipient(*, sent_as: UUID, state: str, because: str = "", now: datetime) -> bool:
    """What became of a letter, told by the room that sent it, in its transaction; False when it is none of a
    correction. A letter that was refused makes a call."""
    row = CorrectionRecipient.objects.select_for_update().filter(sent_as=sent_as).first()
    if row is None:
        return False
    row.state, row.because, row.settled_at = state, because, now
    row.save(update_fields=["state", "because", "settled_at"])
    return True


@action
def settle_call(*, actor: User, recipient: CorrectionRecipient, state: str, because: str = "", now: datetime) -> bool:
    """What came of calling somebody who was to be called: told, given up, or left alone. The room that calls has asked
    whether the actor may. False, and nothing changed, when it was settled already."""
    row = CorrectionRecipient.objects.select_for_update().get(pk=recipient.pk)
    if row.state != RecipientState.TO_CALL:
        return False
    row.state, row.called_by, row.settled_at = state, actor, now
    row.because = because or row.because
    row.save(update_fields=["state", "called_by", "settled_at", "because"])
    _keep_in_audit(row, actor, "correction.called", {"recipient": str(row.uid), "state": str(state)}, now)
    return True


@action
def put_back(*, actor: User, recipient: CorrectionRecipient, settled_at: datetime, because: str, now: datetime) -> bool:
    """What was noted at that moment of calling somebody was wrong: they are to be called again. The room that calls has
    asked whether the actor may. False, and nothing changed, when something else settled it since (another call, a
    letter), or when its correction goes to nobody any more."""
    row = CorrectionRecipient.objects.select_for_update(of=("self",)).select_related("correction").get(pk=recipient.pk)
    by_call = row.state in (RecipientState.CALLED, RecipientState.GIVEN_UP, RecipientState.NOT_CONTACTED)
    if not by_call or row.settled_at != settled_at or row.correction.state != CorrectionState.APPROVED:
        return False
    row.because = because if row.state != RecipientState.CALLED else row.because  # as being called left it
    row.state, row.called_by, row.settled_at = RecipientState.TO_CALL, None, None
    row.save(update_fields=["state", "called_by", "settled_at", "because"])
    _keep_in_audit(row, actor, "correction.put_back", {"recipient": str(row.uid)}, now)
    return True


def _keep_in_audit(row: CorrectionRecipient, actor: User, action: str, detail: dict[str, str], now: datetime) -> None:
    """What was done about somebody who is to be called; and open pages of the article show it."""
    article = Article.objects.get(corrections=row.correction_id)
    record_audit(
        actor=actor, action=action, record_type="article", record_uid=article.uid, detail=detail, now=now
    )  # fmt: skip
    publish_live(article)


@action
def add_answered(*, article: Article, answered: Answered, state_codes: Collection[str], now: datetime) -> int:
    """Somebody was answered from the article before its correction was approved, and it is known only now (a call that
    was noted afterwards): they get the corrections that the others got, once each; how many. `state_codes`: the states
    whose words these were. The caller holds the article (`queries.sayable.hold`) since before it wrote the answer."""
    rows = Correction.objects.filter(article=article, state=CorrectionState.APPROVED, approved_at__gt=answered.at)
    person = canonical_ids([answered.person_id])[answered.person_id]
    added = 0
    for row in rows.filter(state_code__in={"", *state_codes}).order_by("pk"):
        _made, is_new = CorrectionRecipient.objects.get_or_create(
            correction=row, person_id=person, defaults=_recipient(answered, _silent({person}) != set())
        )
        if is_new:
            bus.announce(told(ArticleCorrected, article, correction_id=row.pk))
            added += 1
    if added:
        publish_live(article)
    return added
