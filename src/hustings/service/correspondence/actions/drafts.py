"""Drafts: saved as they are typed, never overwritten unseen, taken over by whoever goes on with them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from hustings.foundation.access.models import User
from hustings.foundation.core import live
from hustings.foundation.core.guard import action
from hustings.foundation.retention.actions.objects import let_go
from hustings.foundation.retention.actions.refusing import refuse_rows
from hustings.service.answers.models import ArticleText
from hustings.service.answers.queries.wording import as_letter
from hustings.service.desk.models import Inquiry

from ..models import Draft, Reply
from ..queries import composing
from ..queries.drafts import is_empty
from ..rules import DRAFTS, DraftMoved
from . import checking


@action
def save_draft(
    *, actor: User, inquiry: Inquiry, text: str, revision: int, token: UUID | None = None, now: datetime
) -> Draft:
    """Keep what was typed. `revision` is the one the writer's page holds (0: it has seen none), `token` its form's.

    Raises DraftMoved, and keeps what is stored, when another tab saved meanwhile or the draft is gone (sent, put
    away, taken over): a save that comes in late makes no draft of what was sent.
    """
    draft = _mine(actor, inquiry)
    if draft is None and token:
        checking.lock(inquiry)  # what is being sent at this moment is sent, or is not, before a draft of it begins
        draft = _mine(actor, inquiry)
    if draft is None:
        if revision or (token and Reply.objects.filter(uid=token).exists()):
            raise DraftMoved(
                None, _("This draft was sent, put away or taken over elsewhere. Your words stay on this page.")
            )
        draft = Draft(inquiry=inquiry, author=actor)
    elif draft.revision != revision:
        raise DraftMoved(draft, _("Another window of yours went on with this draft. Nothing was overwritten."))
    appears = draft.pk is None or is_empty(draft) != (not text.strip() and not draft.attachments)
    draft.text, draft.revision, draft.saved_at = text, draft.revision + 1, now
    try:
        with transaction.atomic():
            draft.save()
    except IntegrityError:  # two tabs began at one moment; the other was first
        raise DraftMoved(_mine(actor, inquiry), _("Another window of yours began this draft.")) from None
    if appears:
        live.publish(f"inquiry:{inquiry.uid}", kind="draft")
    return draft


@action
def take_over_draft(*, actor: User, draft: Draft, now: datetime) -> Draft:
    """Go on with a colleague's draft: it becomes the actor's, before whatever they had; its writer is told."""
    theirs = Draft.objects.select_for_update().filter(pk=draft.pk).first()
    if theirs is None:
        raise DraftMoved(None, _("This draft was sent or put away meanwhile. Nothing was taken over."))
    if theirs.author_id == actor.pk:
        return theirs
    writer_id = theirs.author_id
    mine = _mine(actor, theirs.inquiry)
    if mine is not None:
        theirs.text = "\n\n".join(part for part in (theirs.text.strip(), mine.text.strip()) if part)
        theirs.attachments = [*theirs.attachments, *mine.attachments]
        theirs.citations = [*theirs.citations, *mine.citations]
        theirs.revision = max(theirs.revision, mine.revision)
        mine.delete()
    theirs.author, theirs.saved_at, theirs.revision = actor, now, theirs.revision + 1
    theirs.save()
    live.publish([f"inquiry:{theirs.inquiry.uid}", f"user:{writer_id}"], kind="draft-taken")
    return theirs


@action
def put_away_draft(*, actor: User, inquiry: Inquiry, now: datetime) -> None:
    """Throw one's own draft away, with its files. Raises Held when a legal hold keeps it."""
    refuse_to_lose_draft(actor, inquiry)
    draft = _mine(actor, inquiry)
    if draft is not None:
        draft.delete()
        let_go([file["sha256"] for file in draft.attachments], now=now)
    live.publish(f"inquiry:{inquiry.uid}", kind="draft")


@action
def cite(
    *, actor: User, inquiry: Inquiry, article_text: ArticleText, text: str, caret: int, revision: int, now: datetime
) -> tuple[Draft, composing.Filled]:
    """Insert approved language into the actor's draft at the caret, merge fields filled in, and remember the citation.

    `text` is what the writer's page holds. A field that is unknown or empty stays as it is written, so that it is
    seen; a reply with one left is refused when it is sent. Raises DraftMoved as save_draft does.
    """
    filled = composing.fill(as_letter(article_text), composing.merge_values(actor, inquiry))
    draft = save_draft(
        actor=actor, inquiry=inquiry, text=composing.insert(text, filled.text, caret), revision=revision, now=now
    )
    draft.citations = [
        *draft.citations,
        {
            "version": str(article_text.version.uid),
            "language": article_text.language,
            "state": article_text.state_code,
            "text": filled.text,
        },
    ]
    draft.save(update_fields=["citations"])
    return draft, filled


@action
def drop_citation(*, actor: User, inquiry: Inquiry, version: UUID) -> None:
    """Forget a citation; the words stay, as the writer's own."""
    draft = _mine(actor, inquiry)
    if draft is not None:
        draft.citations = [c for c in draft.citations if c["version"] != str(version)]
        draft.save(update_fields=["citations"])


@action
def restore_draft(
    *, author: User, inquiry: Inquiry, text: str, attachments: list[Any], citations: list[Any], now: datetime
) -> Draft:
    """Words that came back (undone, sent back, refused) into their writer's draft, before what is there by now."""
    draft = _mine(author, inquiry) or Draft(inquiry=inquiry, author=author)
    draft.text = "\n\n".join(part for part in (text.strip(), draft.text.strip()) if part)
    draft.attachments = [*attachments, *draft.attachments]
    draft.citations = [*citations, *draft.citations]
    draft.revision, draft.saved_at = draft.revision + 1, now
    draft.save()
    return draft


def refuse_to_lose_draft(actor: User, inquiry: Inquiry) -> None:
    """Raise Held when a legal hold keeps the actor's draft. Before its row is locked: an erasure at work on it asks for
    the two in this order."""
    drafts = Draft.objects.filter(inquiry=inquiry, author=actor)
    refuse_rows(actor, DRAFTS, [draft.pk for draft in drafts if not is_empty(draft)])


def _mine(user: User, inquiry: Inquiry) -> Draft | None:
    return Draft.objects.select_for_update().filter(inquiry=inquiry, author=user).first()
