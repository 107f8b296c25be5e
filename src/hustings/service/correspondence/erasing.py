"""What correspondence keeps that can go: letters' words and bytes, files, drafts, replies, what was set aside. Messages
stay with their keys, so that the ledger balances and the same letter is known as a duplicate when it comes again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _

from hustings.foundation.channels.actions.erasing import erase_caught, erase_deliveries, erase_outgoing
from hustings.foundation.channels.models import ArchivedMail, CaughtMail, Delivery, Outcome, RawMail
from hustings.foundation.channels.queries import names_archive
from hustings.foundation.retention import registry
from hustings.foundation.retention.registry import Part, Subject
from hustings.service.desk.models import Status

from .models import (
    Acknowledgement,
    Attachment,
    Citation,
    Draft,
    Message,
    MessageBody,
    Reply,
    ReplyState,
    Seal,
    SetAside,
)
from .rules import DRAFTS, RAW

EMPTY = 24  # bytes: what nothing takes, compressed
UNSENT = (ReplyState.WAITING_RELEASE, ReplyState.SENT_BACK, ReplyState.LEAVING, ReplyState.UNCERTAIN)
BLANK_BODY = """
update correspondence_messagebody b set message_id_header = '', from_name = '', from_address = '', reply_to = '',
    "to" = '[]', cc = '[]', subject = '', text = '', quoted = '', signature = '', notes = null
from correspondence_message m where m.id = any(%s) and b.message_id = m.id and b.at = m.at
"""


def _messages(subject: Subject) -> Any:
    return Message.objects.filter(_letters(subject)).values("pk")


def _letters(subject: Subject) -> Q:
    return Q(inquiry_id__in=subject.ids("inquiry")) | Q(person_id__in=subject.person_ids)


def _by_inquiry(subject: Subject) -> Q:
    return Q(inquiry_id__in=subject.ids("inquiry"))


def _asides(subject: Subject) -> Q:
    return _by_inquiry(subject) | Q(from_address__in=subject.values("email"))


def _deliveries(subject: Subject) -> Q:
    letters = Message.objects.filter(_letters(subject), delivery__isnull=False).values("delivery_id")
    aside = SetAside.objects.filter(_asides(subject)).values("delivery_id")
    return Q(pk__in=letters) | Q(pk__in=aside) | Q(envelope_from__in=subject.values("email"))


def _caught(subject: Subject) -> Q:
    condition = Q(pk__in=[])
    for address in subject.values("email"):
        condition |= Q(envelope_to__icontains=address)
    return condition


def _with_words() -> "QuerySet[Any]":
    body = MessageBody.objects.filter(message_id=OuterRef("pk"), at=OuterRef("at"))
    return Message.objects.filter(
        Exists(body.exclude(text="", subject="", from_address="", from_name="", quoted="", signature=""))
    )


def _with_bytes() -> "QuerySet[Any]":
    raw = RawMail.objects.filter(delivery_id=OuterRef("pk"), received_at=OuterRef("received_at"))
    archived = ArchivedMail.objects.filter(pk=OuterRef("pk"), length__gt=0)
    return Delivery.objects.exclude(outcome=Outcome.PENDING).filter(
        Q(Exists(raw.annotate(bytes=Length("raw")).filter(bytes__gt=EMPTY)))
        | Q(Exists(archived))
        | ~Q(envelope_from="")
    )


def _erase_words(ids: Sequence[int], now: datetime) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(BLANK_BODY, [list(ids)])
    return []


def _erase_bytes(ids: Sequence[int], now: datetime) -> list[str]:
    erase_deliveries(ids=ids)
    return []


def _erase_files(ids: Sequence[int], now: datetime) -> list[str]:
    rows = Attachment.objects.filter(pk__in=ids)
    kept = list(rows.values_list("sha256", flat=True))
    rows.delete()
    return kept


def _named_in(files: Sequence[Any]) -> list[str]:
    return [file["sha256"] for listed in files for file in listed]


def _erase_drafts(ids: Sequence[int], now: datetime) -> list[str]:
    rows = Draft.objects.filter(pk__in=ids)
    kept = _named_in([row.attachments for row in rows])
    rows.delete()
    return kept


def _erase_replies(ids: Sequence[int], now: datetime) -> list[str]:
    rows = Reply.objects.select_for_update().filter(pk__in=ids)
    kept = _named_in([row.attachments for row in rows])
    erase_outgoing(ids=[row.outgoing_id for row in rows if row.outgoing_id])
    Citation.objects.filter(reply_id__in=ids).delete()
    rows.filter(state__in=UNSENT).update(state=ReplyState.UNDONE)
    rows.update(to_address="", subject="", text="", text_before_release="", sent_back_because="", attachments=[])
    return kept


def _erase_asides(ids: Sequence[int], now: datetime) -> list[str]:
    SetAside.objects.filter(pk__in=ids).update(from_address="", subject="", reason=F("kind"))
    return []


def _erase_acknowledgements(ids: Sequence[int], now: datetime) -> list[str]:
    rows = Acknowledgement.objects.filter(pk__in=ids)
    erase_outgoing(ids=[pk for pk in rows.values_list("outgoing_id", flat=True) if pk])
    rows.update(address="")
    return []


def _erase_seals(ids: Sequence[int], now: datetime) -> list[str]:
    Seal.objects.filter(pk__in=ids).update(evidence="", lifted_because="")
    return []


def _erase_caught(ids: Sequence[int], now: datetime) -> list[str]:
    erase_caught(ids=ids)
    return []


def _in_use(sha256: str) -> bool:
    named = [{"sha256": sha256}]
    return (
        Attachment.objects.filter(sha256=sha256).exists()
        or Draft.objects.filter(attachments__contains=named).exists()
        or Reply.objects.filter(attachments__contains=named).exists()
        or names_archive(sha256)
    )


def register() -> None:
    """Called once, when the app is ready."""
    registry.relate("message", _messages)
    registry.uses_objects(_in_use)
    for one in (*_kept_of_letters(), *_kept_of_answers()):
        registry.part(one)


def _kept_of_letters() -> list[Part]:
    closed = Q(inquiry__status=Status.CLOSED)
    waits = _("Of what still waits for an answer nothing expires.")
    return [
        Part("correspondence.words", _("Letters: words, subjects, senders"), rows=_with_words, erase=_erase_words,
             of=_letters, at="at", expires=True, only=closed, hint=waits, order=40),
        Part(RAW, _("Letters: the mail as it came, byte for byte"), rows=_with_bytes,
             erase=_erase_bytes, of=_deliveries, at="received_at", expires=True, order=35,
             hint=_("Of letters and of all that was set aside.")),
        Part("correspondence.files", _("Letters: attached files"), rows=Attachment.objects.all, erase=_erase_files,
             of=lambda subject: Q(message_id__in=subject.ids("message")), at="message__at", expires=True,
             only=Q(message__inquiry__status=Status.CLOSED), hint=waits),
        Part("correspondence.asides", _("What was set aside: sender and subject"),
             rows=lambda: SetAside.objects.exclude(from_address="", subject=""), erase=_erase_asides, of=_asides,
             at="at", expires=True, order=45),
        Part("correspondence.seals", _("Evidence of threats"), rows=lambda: Seal.objects.exclude(evidence=""),
             erase=_erase_seals, of=_by_inquiry, at="at", private=True),
    ]  # fmt: skip


def _kept_of_answers() -> list[Part]:
    closed = Q(inquiry__status=Status.CLOSED) & ~Q(state__in=UNSENT)
    return [
        Part(DRAFTS, _("Drafts"), rows=Draft.objects.all, erase=_erase_drafts, of=_by_inquiry,
             at="saved_at", expires=True, order=10),
        Part("correspondence.replies", _("Replies"),
             rows=lambda: Reply.objects.exclude(text="", subject="", to_address=""), erase=_erase_replies,
             of=_by_inquiry, at="written_at", expires=True, only=closed, order=20),
        Part("correspondence.acknowledgements", _("Acknowledgements"),
             rows=lambda: Acknowledgement.objects.exclude(address=""), erase=_erase_acknowledgements,
             of=lambda subject: Q(address__in=subject.values("email")) | Q(delivery_id__in=_delivery_ids(subject)),
             at="at", expires=True, order=25),
        Part("correspondence.caught", _("The sample campaign’s mailbox"), rows=CaughtMail.objects.all,
             erase=_erase_caught, of=_caught, at="at"),
    ]  # fmt: skip


def _delivery_ids(subject: Subject) -> Any:
    return Message.objects.filter(_letters(subject), delivery__isnull=False).values("delivery_id")
