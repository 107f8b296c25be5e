"""What is asked before a reply may leave. Each raises SendRefused with what to look at; nothing is written."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hustings.service.answers.models import ArticleVersion
from hustings.service.answers.queries.sayable import may_not_leave
from hustings.service.desk.models import Inquiry, Status

from ..models import MessageBody
from ..queries import composing, messages, replies
from ..rules import SendRefused
from .leaving import UNDO_WINDOW


def lock(inquiry: Inquiry) -> Inquiry:
    """The inquiry's row, held until the transaction ends: two people answering it stand in line here."""
    rows = Inquiry.objects.select_for_update(of=("self",)).select_related("queue", "person")
    return rows.get(pk=inquiry.pk)


def lock_current(inquiry: Inquiry) -> Inquiry:
    """The same, of a merged one the inquiry it went into: where its letters are read now."""
    found = lock(inquiry)
    return lock(found.merged_into) if found.merged_into else found


def refuse_stale(inquiry: Inquiry, *, last_message_seen: int, last_reply_seen: int) -> None:
    """A letter or a reply came that the sender's page did not show."""
    if inquiry.status == Status.MERGED:
        raise SendRefused(
            "merged", _("This conversation was merged into another one. Nothing was sent; your draft is kept there.")
        )
    if newer := messages.newer_letters(inquiry, than_id=last_message_seen):
        raise SendRefused(
            "newer_letter",
            _("A newer letter came while you were writing. Nothing was sent; your draft is kept. Read it, then send."),
            tuple(newer),
        )
    if others := replies.crossed(inquiry, since_id=last_reply_seen):
        raise SendRefused(
            "answered",
            _("%(name)s answered while you were writing. Nothing was sent; your draft is kept.")
            % {"name": others[-1].author.name},
            tuple(others),
        )


def refuse_words(text: str) -> None:
    """Words that may not leave as they are."""
    if not text:
        raise SendRefused("empty", _("There is nothing in this reply yet. Write something, then send."))
    if "{{" in text or "}}" in text:
        raise SendRefused(
            "merge_field",
            _("A field is not filled in: %(field)s. Nothing was sent; your draft is kept. Write the words yourself.")
            % {"field": _first_field(text)},
        )


def refuse_withdrawn(inquiry: Inquiry, cited: Sequence[tuple[ArticleVersion, str]], now: datetime) -> None:
    """Approved language that may not be said any more, or not in this person's state, or whose time will have passed
    when the letter leaves: (version, state of the words). Held until the transaction ends, so that a withdrawal at this
    moment comes before this letter or sees it."""
    gone = may_not_leave(cited, inquiry.state_code or inquiry.person.state_code, now + UNDO_WINDOW)
    if gone is None:
        return
    if gone.is_over:
        raise SendRefused(
            "over",
            _(
                "“%(title)s” holds no longer where this person votes: its deadline has passed, or the polls have "
                "closed. Nothing was sent; your draft is kept. Take its words out, or insert another answer."
            )
            % {"title": gone.article.title},
        )
    raise SendRefused(
        "withdrawn",
        _(
            "“%(title)s” was withdrawn and may not be used any more. Nothing was sent; your draft is kept. "
            "Take its words out, or insert another answer."
        )
        % {"title": gone.article.title},
    )


def recipient(inquiry: Inquiry, wanted: str, *, body: MessageBody | None = None) -> str:
    """The address to write to: the one chosen (by its key or, of a reply that was kept, by itself), else the first that
    does not bounce. Raises SendRefused for none; it names no address, since its writer may see them masked."""
    if composing.refuses_contact(inquiry):
        raise SendRefused(
            "do_not_contact",
            _("This person asked not to be contacted at all. Nothing was sent; your draft is kept. Ask your lead."),
        )
    possible = composing.recipients(inquiry, body)
    if wanted:
        possible = [r for r in possible if wanted.strip().lower() in (r.key, r.address)]
    if not possible:
        raise SendRefused(
            "no_address",
            _("There is no address to write to. Nothing was sent; your draft is kept. Add one on the person's page."),
        )
    sound = [r for r in possible if not r.bounces]
    if not sound:
        raise SendRefused(
            "bounces",
            _(
                "Mail to that address comes back for good. Nothing was sent; your draft is kept. "
                "Choose another address, or add one on the person's page."
            ),
        )
    return sound[0].address


def _first_field(text: str) -> str:
    start = text.find("{{")
    if start < 0:
        return "}}"
    end = text.find("}}", start)
    return text[start : end + 2 if end > 0 else start + 40].split("\n")[0]
