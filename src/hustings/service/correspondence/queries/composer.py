"""All that the composer shows for one user and one inquiry."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from hustings.constituents.people.queries.standing import standing_of
from hustings.foundation.access.models import User
from hustings.foundation.core.guard import unveiled
from hustings.foundation.core.ids import new_uid
from hustings.service.answers.models import ArticleState
from hustings.service.answers.rules import merge_fields_in
from hustings.service.desk.models import Inquiry

from ..models import Draft, Message, Reply, ReplyState
from ..rules import SendRefused, asks_release
from . import composing, drafts, messages, replies
from .marking import still_there
from .suggesting import suggested
from .threads import letters
from .writing import warning_of


@dataclass(frozen=True)
class Chip:
    """A citation of the draft, as a chip."""

    version: str
    title: str
    withdrawn: bool
    gone: bool  # its words were taken out: it will not be kept


def context(user: User, inquiry: Inquiry) -> dict[str, Any] | None:
    """For the desk's registry: what the composer's template needs, or None where nothing can be answered."""
    if inquiry.merged_into_id is not None:
        return None
    return build(user, inquiry)


def build(
    user: User,
    inquiry: Inquiry,
    *,
    text: str | None = None,
    to: str = "",
    refusal: SendRefused | None = None,
    seen: tuple[Message | None, Reply | None] | None = None,
    missing: Sequence[str] = (),
) -> dict[str, Any]:
    """`text` and `to`: what stands on the writer's page, when it is not what is stored. `seen`: the newest letter and
    reply of a page that is being brought up to date while its writer has not looked."""
    draft = drafts.draft_of(user, inquiry)
    words = text if text is not None else draft.text if draft else ""
    letter, reply = seen or (messages.newest_letter_by_arrival(inquiry), replies.newest_on_its_way(inquiry))
    with unveiled():  # whoever reads of it reads by their own rights
        newest = messages.newest_with_body(inquiry)
    body = newest[1] if newest else None
    possible = composing.recipients(inquiry, body)
    return {
        "inquiry": inquiry,
        "draft": draft,
        "text": words,
        "version": draft.revision if draft else 0,
        "token": new_uid(),
        "seen_letter": letter.uid if letter else "",
        "seen_reply": reply.uid if reply else "",
        "recipients": possible,
        "to": to or next((r.key for r in possible if not r.bounces), possible[0].key if possible else ""),
        "to_shown": _shown(possible, to),
        "unable": unable(inquiry, possible),
        # Who wrote to us may be answered without a second thought.
        "warning": warning_of(standing_of(inquiry.person)) if inquiry.last_message_id is None else "",
        "files": draft.attachments if draft else [],
        "chips": chips(draft, words),
        "left_open": sorted(set(merge_fields_in(words))) if "{{" in words else [],
        "missing": list(missing),
        "asks_release": asks_release(user),
        "suggestion": None
        if words.strip() or _is_answered(letter, reply)
        else next(iter(suggested(inquiry, limit=1, body=body)), None),
        "refusal": refusal,
        "refusal_letters": letters(list(refusal.shown)) if refusal and refusal.code == "newer_letter" else [],
        "sent_back": sent_back(user, inquiry),
        **(news(user, inquiry, letter, reply) if seen else no_news(user, inquiry)),
    }


def _is_answered(letter: Message | None, reply: Reply | None) -> bool:
    """Whether a reply is on its way whose writer had seen the newest letter: nothing is suggested for it any more."""
    return letter is not None and reply is not None and reply.last_message_seen >= letter.pk


def _shown(possible: Sequence[composing.Recipient], to: str) -> str:
    """The address that the answer goes to, as its writer sees it."""
    sound = [r for r in possible if not r.bounces] or list(possible)
    chosen = [r for r in possible if r.key == to] or sound
    return chosen[0].address if chosen else ""


def news(user: User, inquiry: Inquiry, letter: Message | None, reply: Reply | None) -> dict[str, Any]:
    """What came since the page was made: newer letters, replies by others, drafts of colleagues."""
    return {
        "newer_letters": messages.newer_letters(inquiry, than_id=letter.pk if letter else 0),
        "newer_replies": replies.crossed(inquiry, since_id=reply.pk if reply else 0),
        "others": drafts.others_drafts(user, inquiry),
    }


def no_news(user: User, inquiry: Inquiry) -> dict[str, Any]:
    """The same of a page that has just read the newest letter and reply."""
    return {"newer_letters": [], "newer_replies": [], "others": drafts.others_drafts(user, inquiry)}


def unable(inquiry: Inquiry, possible: Sequence[composing.Recipient]) -> str:
    """Why nobody can answer this person by mail, or nothing."""
    if composing.refuses_contact(inquiry):
        return _("This person asked not to be contacted at all.")
    if not possible:
        return _("There is no address to write to. Add one on the person’s page.")
    if all(r.bounces for r in possible):
        return _("Mail to %(address)s comes back for good. Add another address on the person’s page.") % {
            "address": possible[0].address
        }
    return ""


def chips(draft: Draft | None, text: str) -> list[Chip]:
    if draft is None or not draft.citations:
        return []
    versions = drafts.versions_of(draft.citations)
    found: dict[str, Chip] = {}
    for citation in draft.citations:
        version = versions.get(citation["version"])
        if version is not None and citation["version"] not in found:
            found[citation["version"]] = Chip(
                version=citation["version"],
                title=version.title,
                withdrawn=version.article.state == ArticleState.WITHDRAWN,
                gone=not still_there(citation["text"], text),
            )
    return list(found.values())


def sent_back(user: User, inquiry: Inquiry) -> Reply | None:
    """This person's reply that a lead sent back, while they have not asked again."""
    rows = [r for r in replies.of_inquiry(inquiry, limit=20) if r.author_id == user.pk]
    return rows[-1] if rows and rows[-1].state == ReplyState.SENT_BACK else None
