"""What rules can do with letters: answer one with approved language, by the way every reply goes. Once for each matter
of a person: the same answer is never sent twice to one conversation, whichever rules ask for it."""

from datetime import datetime
from uuid import UUID, uuid5

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hustings.foundation.access.models import User
from hustings.foundation.access.rules import may
from hustings.foundation.automation.registry import CannotDo, Deeds, Values, Verb, verb
from hustings.foundation.core.records import RecordType
from hustings.service.answers import queries as answers
from hustings.service.answers.models import Article, ArticleText
from hustings.service.answers.queries.wording import as_letter
from hustings.service.answers.rules import MergeFieldError, approved_words, fill_merge_fields
from hustings.service.desk.models import Inquiry

from .actions.drafts import restore_draft
from .actions.replies import send_reply
from .models import Draft, Message, Reply
from .queries import composing, messages, replies
from .rules import SendRefused, asks_release

NONE = UUID(int=0)


def register() -> None:
    """Called once, when the app is ready."""
    verb(SEND)


def _fields(owner: User, record_type: RecordType) -> dict[str, forms.Field]:
    choices = [(str(one.uid), one.title) for one in answers.in_use(owner).order_by("title")]
    hint = _("In the writer's language and for their state, where there is such a text.")
    if asks_release(owner):
        hint += " " + _("Your replies wait for a lead, and so do the rule's.")
    return {
        "article": forms.ChoiceField(label=_("Which answer"), choices=choices, help_text=hint),
        "close": forms.BooleanField(label=_("Close the conversation"), required=False, initial=True),
    }


def _describe(values: Values, record_type: RecordType) -> str:
    title = Article.objects.filter(uid=values.get("article") or NONE).values_list("title", flat=True).first()
    return _("answer with “%(title)s”") % {"title": title or "?"}


def _may(owner: User, record_type: RecordType, values: Values) -> str:
    if not may(owner, "message", "add"):
        return _("The rule's owner may send no letters.")
    if not answers.in_use(owner).filter(uid=values.get("article") or NONE).exists():
        return _("The answer it sends is not approved any more.")
    return ""


def _run(*, actor: User, record: Inquiry, values: Values, deed: Deeds, now: datetime) -> str:
    inquiry = record.merged_into or record
    article = answers.in_use(actor).select_related("approved_version").filter(uid=values.get("article") or NONE).first()
    version = approved_words(article) if article else None
    if article is None or version is None:
        raise CannotDo(_("The answer it sends is not approved any more."))
    token = matter_of(article, inquiry)
    if Reply.objects.filter(uid=token).exists():
        return _("“%(title)s” was sent to this conversation before; nothing was sent") % {"title": article.title}
    newest = _refuse_unfit(actor, inquiry)
    text, found = _filled(article, inquiry, actor)
    citation = {
        "version": str(version.uid),
        "language": found.language,
        "state": found.state_code,
        "text": text,
    }
    restore_draft(author=actor, inquiry=inquiry, text=text, attachments=[], citations=[citation], now=now)
    try:
        reply = send_reply(
            actor=actor,
            inquiry=inquiry,
            token=token,
            text=text,
            last_message_seen=newest.pk,
            last_reply_seen=_seen(inquiry, newest),
            close=bool(values.get("close", False)),
            now=now,
        )
    except SendRefused as refused:
        raise CannotDo(str(refused)) from refused
    if reply.outgoing_id is None:
        return _("“%(title)s” waits for a lead's release") % {"title": article.title}
    return _("answered with “%(title)s”") % {"title": article.title}


def matter_of(article: Article, inquiry: Inquiry) -> UUID:
    """The uid of the one reply by rules with this article to this conversation."""
    return uuid5(article.uid, f"rule:{inquiry.uid}")


def _refuse_unfit(actor: User, inquiry: Inquiry) -> Message:
    """The newest letter that is to be answered. Raises CannotDo where a person must look."""
    if inquiry.is_crisis or inquiry.queue.is_crisis or inquiry.is_sealed:
        raise CannotDo(_("This one is answered by a person. Nothing was sent."))
    if Draft.objects.filter(inquiry=inquiry, author=actor).exists():
        raise CannotDo(_("%(name)s is writing an answer. Nothing was sent.") % {"name": actor.name})
    newest = messages.newest_letter_by_arrival(inquiry)
    if newest is None:
        raise CannotDo(_("There is no letter to answer. Nothing was sent."))
    return newest


def _seen(inquiry: Inquiry, newest: Message) -> int:
    """Replies that left before the newest letter came are known; one written since has answered it."""
    before = [one.pk for one in replies.crossed(inquiry, since_id=0) if one.written_at < newest.created_at]
    return max(before, default=0)


def _filled(article: Article, inquiry: Inquiry, actor: User) -> tuple[str, ArticleText]:
    """The words for this writer. What a field stands for is read as the rule's owner; an empty one sends nothing."""
    assert article.approved_version is not None  # by the filter
    state = inquiry.state_code or inquiry.person.state_code
    found = answers.text_for(article.approved_version, language=inquiry.language or "en", state_code=state)
    if found is None:
        raise CannotDo(_("“%(title)s” has no text for this writer. Nothing was sent.") % {"title": article.title})
    try:
        return fill_merge_fields(as_letter(found), composing.merge_values(actor, inquiry)), found
    except MergeFieldError as problem:
        raise CannotDo(str(problem)) from problem


SEND = Verb(
    "correspondence.send",
    gettext_lazy("Answer with approved language"),
    run=_run,
    describe=_describe,
    fields=_fields,
    may=_may,
    record_types=("inquiry",),
    icon="send",
    order=20,
)
