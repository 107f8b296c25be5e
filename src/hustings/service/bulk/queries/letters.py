"""Looking at many letters at once: to whom each would be answered, with which words, or why it cannot be. As many
queries for any number of letters, but for the article's words, which are read once a language and state."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.utils import parseaddr

from django.db.models import Q

from hustings.constituents.people.models import Identifier, IdentifierKind, Person
from hustings.constituents.people.queries import canonical_ids
from hustings.foundation.core.guard import unveiled
from hustings.service.answers.models import ArticleText
from hustings.service.answers.rules import MergeFieldError
from hustings.service.correspondence.models import Citation, Draft, Message, MessageBody, Reply, ReplyState
from hustings.service.correspondence.queries.replies import ON_ITS_WAY
from hustings.service.desk.models import Inquiry, Status
from hustings.service.desk.queries.inquiries import visible_to

from ..models import Claim, Why
from ..registry import kept_out
from ..rules import address_key, never_joins
from .wording import Wording


@dataclass(frozen=True)
class Look:
    """What was found of one letter. `why` is empty when it can be answered; `holds`: it is in somebody's hand, and so
    is its writer."""

    inquiry: Inquiry
    person_id: int
    reply_seen: int = 0
    address: str = ""
    language: str = "en"
    state_code: str = ""
    text: ArticleText | None = None
    why: str = ""
    detail: str = ""

    @property
    def holds(self) -> bool:
        return self.why == Why.IN_HAND


@dataclass
class _Facts:
    """What was read of the letters, by the ids of inquiries, persons or letters."""

    roots: dict[int, int]
    silent: set[int]  # roots of whom one record asked not to be contacted
    told: set[int]  # roots that were answered with the article
    addresses: dict[int, list[str]]  # of roots, those that do not bounce first
    bouncing: set[str]
    senders: dict[int, list[str]]  # of letters: where they ask to be answered
    replies: dict[int, tuple[int, datetime]]  # of inquiries: the newest that left or leaves
    in_hand: set[int]
    kept: set[int]
    seen: set[int] = field(default_factory=set)
    claimed: dict[bytes, int] = field(default_factory=dict)  # of addresses: for whom another bulk reply has them


def look(wording: Wording, ids: Sequence[int]) -> list[Look]:
    """In the order of the ids; what is no inquiry is left out."""
    with unveiled():
        rows = Inquiry.objects.filter(pk__in=ids).select_related("person", "queue")
        found = {row.pk: row for row in rows}
        inquiries = [found[one] for one in ids if one in found]
        facts = _facts(wording, inquiries)
        return [_look(wording, one, facts) for one in inquiries]


def _facts(wording: Wording, rows: Sequence[Inquiry]) -> _Facts:
    ids = [row.pk for row in rows]
    roots = canonical_ids({row.person_id for row in rows})
    whole = set(roots.values())
    people = Person.objects.filter(Q(pk__in=whole) | Q(canonical_id__in=whole))
    members = {pk: canonical or pk for pk, canonical in people.values_list("pk", "canonical_id")}
    silent = set(people.filter(do_not_contact=True).values_list("pk", flat=True))
    senders = _senders([row.last_message_id for row in rows if row.last_message_id])
    addresses, bouncing = _addresses(members, {one for sent in senders.values() for one in sent})
    drafts = Draft.objects.filter(inquiry_id__in=ids).exclude(text="").exclude(author=wording.bulk.made_by_id)
    waiting = Reply.objects.filter(inquiry_id__in=ids, state=ReplyState.WAITING_RELEASE)
    return _Facts(
        roots=roots,
        silent={members[one] for one in silent},
        told=_told(wording, members),
        addresses=addresses,
        bouncing=bouncing,
        senders=senders,
        replies=_replies(ids),
        in_hand={*drafts.values_list("inquiry_id", flat=True), *waiting.values_list("inquiry_id", flat=True)},
        kept=kept_out(ids),
        seen=set(visible_to(wording.bulk.made_by).filter(pk__in=ids).values_list("pk", flat=True)),
        claimed=_claimed(wording, {one for some in (*senders.values(), *addresses.values()) for one in some}),
    )


def _senders(message_ids: Sequence[int]) -> dict[int, list[str]]:
    """Of each letter the addresses it asks to be answered at, the one it prefers first."""
    times = list(Message.objects.filter(pk__in=message_ids).values_list("at", flat=True))
    if not times:
        return {}
    rows = MessageBody.objects.filter(message_id__in=message_ids, at__gte=min(times), at__lte=max(times))
    found = {}
    for pk, reply_to, sender in rows.values_list("message_id", "reply_to", "from_address"):
        both = (parseaddr(reply_to)[1].strip().lower(), sender.strip().lower())
        found[pk] = [one for one in dict.fromkeys(both) if "@" in one]
    return found


def _addresses(members: dict[int, int], written: set[str]) -> tuple[dict[int, list[str]], set[str]]:
    rows = Identifier.objects.filter(kind=IdentifierKind.EMAIL)
    of_people: dict[int, list[str]] = {}
    bouncing = set(rows.filter(value__in=written, bounced_for_good=True).values_list("value", flat=True))
    for person, value, bounces in (
        rows.filter(person_id__in=members).order_by("id").values_list("person_id", "value", "bounced_for_good")
    ):
        of_people.setdefault(members[person], []).append(value)
        if bounces:
            bouncing.add(value)
    return of_people, bouncing


def _told(wording: Wording, members: dict[int, int]) -> set[int]:
    """Whom a letter with the article's words left to, or leaves; or with those that are said instead."""
    rows = Citation.objects.filter(
        reply__inquiry__person_id__in=members,
        reply__state__in=ON_ITS_WAY,
        version__article_id__in=[one for one in (wording.bulk.article_id, wording.bulk.successor_id) if one],
    )
    return {members[one] for one in rows.values_list("reply__inquiry__person_id", flat=True)}


def _claimed(wording: Wording, addresses: set[str]) -> dict[bytes, int]:
    """Those of the addresses at which somebody gets the same from another bulk reply: the root of whom."""
    rows = Claim.objects.filter(matter=wording.bulk.matter, address__in=[address_key(one) for one in addresses])
    rows = rows.exclude(copy__bulk=wording.bulk).select_related("person")
    return {bytes(row.address): row.person.canonical_id or row.person_id for row in rows}


def _replies(ids: Iterable[int]) -> dict[int, tuple[int, datetime]]:
    rows = Reply.objects.filter(inquiry_id__in=ids, state__in=ON_ITS_WAY).order_by("pk")
    return {inquiry: (pk, at) for inquiry, pk, at in rows.values_list("inquiry_id", "pk", "written_at")}


def _look(wording: Wording, inquiry: Inquiry, facts: _Facts) -> Look:
    root = facts.roots[inquiry.person_id]
    state = inquiry.state_code or inquiry.person.state_code
    language = inquiry.language or inquiry.person.language or "en"
    reply_seen = facts.replies.get(inquiry.pk, (0, None))[0]
    found = Look(inquiry, root, reply_seen, language=language, state_code=state)
    address = _address(inquiry, root, facts)
    # Its address is told also of one that is not answered: another letter of its writer is known by it.
    found = replace(found, address=address)
    if why := _barred(wording, inquiry, facts) or _unreachable(inquiry, root, address, facts):
        return replace(found, why=why)
    if root in facts.told:
        return replace(found, why=Why.TOLD)
    if facts.claimed.get(address_key(address), root) != root:
        return replace(found, why=Why.SAME_ADDRESS)
    return _worded(wording, found)


def _address(inquiry: Inquiry, root: int, facts: _Facts) -> str:
    """What the letter asks for, else another of theirs; one that bounces only where there is no other."""
    possible = [*facts.senders.get(inquiry.last_message_id or 0, []), *facts.addresses.get(root, [])]
    return next((one for one in possible if one not in facts.bouncing), possible[0] if possible else "")


def _barred(wording: Wording, inquiry: Inquiry, facts: _Facts) -> str:
    """Why nobody but a person may answer it, or nobody at all."""
    if inquiry.is_sealed:
        return Why.SEALED
    if inquiry.is_crisis or inquiry.queue.is_crisis:
        return Why.CRISIS
    if never_joins(inquiry) or inquiry.pk in facts.kept:
        return Why.KEPT_OUT
    if inquiry.pk not in facts.seen:
        return Why.NOT_SEEN
    if inquiry.status == Status.MERGED:
        return Why.MERGED
    return _in_work(wording, inquiry, facts)


def _in_work(wording: Wording, inquiry: Inquiry, facts: _Facts) -> str:
    if inquiry.pk in facts.in_hand or inquiry.assignee_id not in (None, wording.bulk.made_by_id):
        return Why.IN_HAND if inquiry.status != Status.CLOSED else Why.CLOSED
    sent = facts.replies.get(inquiry.pk)
    if (sent and sent[1] >= inquiry.last_message_at) or (
        inquiry.answered_at is not None and inquiry.answered_at >= inquiry.last_message_at
    ):
        return Why.ANSWERED
    if inquiry.status == Status.CLOSED:
        return Why.CLOSED
    if inquiry.status == Status.SNOOZED:
        return Why.SNOOZED
    return "" if inquiry.last_message_id else Why.NO_LETTER


def _unreachable(inquiry: Inquiry, root: int, address: str, facts: _Facts) -> str:
    if root in facts.silent:
        return Why.DO_NOT_CONTACT
    if not address:
        return Why.NO_ADDRESS
    return Why.BOUNCES if address in facts.bouncing else ""


def _worded(wording: Wording, found: Look) -> Look:
    """With its words, or why there are none."""
    if wording.is_over(found.state_code):
        return replace(found, why=Why.OVER)
    text = wording.text(found.language, found.state_code)
    if text is None:
        return replace(found, why=Why.NO_WORDS, detail=found.state_code)
    try:
        wording.whole(text, found.inquiry)
    except MergeFieldError as error:
        return replace(found, why=Why.FIELD, detail=error.field)
    return replace(found, text=text)
