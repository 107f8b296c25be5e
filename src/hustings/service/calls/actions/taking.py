"""Taking a call in hand: the next one that is to be made, a certain one, or one with somebody who is at hand."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from hustings.constituents.people.models import Person
from hustings.constituents.people.queries import canonical_id
from hustings.foundation.access.grants import grants_of
from hustings.foundation.access.models import User
from hustings.foundation.core import live
from hustings.foundation.core.guard import Level, action
from hustings.service.answers.actions.corrections import settle_call
from hustings.service.answers.models import CorrectionRecipient, RecipientState
from hustings.service.desk.models import Inquiry

from ..models import Call
from ..queries.calls import in_hand
from ..queries.waiting import NO_NUMBER, conversation_of, free, of_list, silent, visible_to
from ..rules import HELD, RECORD, Refused, Stale, is_under_way, may_call

TOPIC = "calls"  # whoever calls hears that the list changed


@action
def take_next(*, actor: User, now: datetime) -> Call | None:
    """Give the actor whoever waits longest of those they may call now, or the one they have in hand already. Two who
    ask at once never get the same one. None when there is nobody."""
    if not may_call(actor):
        raise Refused(_("Your role makes no calls."))
    mine = in_hand(actor, now).filter(recipient__isnull=False).first()
    if mine is not None:
        return mine
    _leave_alone(actor, now)
    passed: list[int] = []
    while (row := _next(actor, passed, now)) is not None:
        # Who asked before us may have committed between our looking and our lock: asked once more under it.
        if not _held(row, now).exists():
            return _begin_for(row, actor, now)
        passed.append(row.pk)
    return None


def _next(actor: User, passed: list[int], now: datetime) -> CorrectionRecipient | None:
    rows = free(actor, now).exclude(pk__in=passed).select_for_update(skip_locked=True, of=("self",))
    return rows.first()


def _leave_alone(actor: User, now: datetime) -> None:
    """Who asked not to be contacted since they were put on the list is called by nobody."""
    for row in CorrectionRecipient.objects.filter(silent(), state=RecipientState.TO_CALL):
        settle_call(actor=actor, recipient=row, state=RecipientState.NOT_CONTACTED, now=now)


def _held(row: CorrectionRecipient, now: datetime) -> QuerySet[Call]:
    return Call.objects.filter(recipient=row, ended_at=None, begun_at__gt=now - HELD)


@action
def take(*, actor: User, recipient: CorrectionRecipient, now: datetime) -> Call:
    """Take this one in hand. Stale when it was settled meanwhile, or somebody else is calling them; Refused for one
    that the actor may not call."""
    row = CorrectionRecipient.objects.select_for_update(of=("self",)).get(pk=recipient.pk)
    if row.state != RecipientState.TO_CALL:
        raise Stale(_("They need not be called any more. Nothing was changed."))
    if not visible_to(actor).filter(pk=row.pk).exists():
        raise Refused(_("They are not yours to call. Nothing was changed."))
    held = Call.objects.select_related("by").filter(recipient=row, ended_at=None).first()
    if held is not None and is_under_way(held, now):
        if held.by_id == actor.pk:
            return held
        knows = grants_of(actor).level(RECORD, "by") >= Level.READ
        name = held.by if knows and held.by else _("Somebody")
        raise Stale(_("{name} is calling them now. Nothing was changed.").format(name=name))
    return _begin_for(row, actor, now)


def _begin_for(row: CorrectionRecipient, actor: User, now: datetime) -> Call:
    Call.objects.filter(recipient=row, ended_at=None).delete()  # one that was never noted
    person = Person.objects.get(pk=canonical_id(row.person_id))
    call = Call.objects.create(person=person, inquiry=conversation_of(row), recipient=row, by=actor, begun_at=now)
    live.publish([TOPIC])
    return call


@action
def begin(*, actor: User, person: Person, inquiry: Inquiry | None = None, now: datetime) -> Call:
    """A call with somebody whose page or conversation the actor has before them (the caller has asked whether they may
    see it): the one that is under way already, or a new one."""
    if not may_call(actor):
        raise Refused(_("Your role makes no calls."))
    # Held, so that a double click begins one call.
    whole = Person.objects.select_for_update(of=("self",)).get(pk=canonical_id(person.pk))
    Call.objects.filter(by=actor, ended_at=None, begun_at__lte=now - HELD).delete()
    mine = in_hand(actor, now).filter(person=whole)
    if inquiry is not None:
        mine = mine.filter(inquiry=inquiry)
    return mine.first() or Call.objects.create(person=whole, inquiry=inquiry, by=actor, begun_at=now)


@action
def drop(*, actor: User, call: Call, now: datetime) -> None:
    """There was no call after all: nothing is kept of it, and who was to be called is free again."""
    row = Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
    if row.by_id != actor.pk or row.ended_at is not None:
        raise Refused(_("This call is noted, or not yours. Nothing was changed."))
    row.delete()
    live.publish([TOPIC])


@action
def give_up(*, actor: User, recipient: CorrectionRecipient, now: datetime) -> None:
    """There is no number to call them by. Refused where one is known, or they are not the actor's to call."""
    row = CorrectionRecipient.objects.select_for_update(of=("self",)).get(pk=recipient.pk)
    if not visible_to(actor).filter(pk=row.pk).exists():
        raise Refused(_("They are not yours to call. Nothing was changed."))
    if not of_list(actor, NO_NUMBER, now).filter(pk=row.pk).exists():
        raise Refused(_("A number is known: call them. Nothing was changed."))
    because = _("No telephone number is known.")
    settle_call(actor=actor, recipient=row, state=RecipientState.GIVEN_UP, because=because, now=now)
    live.publish([TOPIC])
