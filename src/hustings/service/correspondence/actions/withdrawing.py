"""Approved language was withdrawn: no letter leaves with it from that moment, and within a minute no draft holds it.

In the withdrawal's own transaction what had not begun to leave is stopped; taking the words out of drafts and of
replies that waited is a job of the same transaction, a conversation at a time. That withdrawn words are in nothing
that is sent afterwards is asked when a reply is sent or released, from the article itself.
"""

from datetime import datetime

from django.utils.translation import gettext as _

from hustings.foundation.channels.actions import outbox
from hustings.foundation.core import jobs, live
from hustings.foundation.core.guard import action
from hustings.service.answers.models import Article

from ..models import Citation, Draft, Reply, ReplyState
from ..queries.marking import closeness, paragraphs, plain, sentences
from ..queries.replies import citations_of
from ..queries.withdrawing import cited_in, drafts_citing, meant_in, replies_citing
from . import checking, leaving
from .drafts import restore_draft

SAME = 0.8  # from this share of equal characters a sentence is a withdrawn one, slightly changed


def stop(*, article_id: int, state_code: str, now: datetime) -> None:
    """In the withdrawal's transaction: letters with the words that have not begun to leave never do, their writers
    hear of it, and the job that takes the words out is written."""
    leaving_now = replies_citing(article_id, state_code, [ReplyState.LEAVING])
    for outgoing_id in leaving_now.order_by("outgoing_id").values_list("outgoing_id", flat=True):
        if outgoing_id is not None:
            outbox.cancel(outgoing_id=outgoing_id, now=now)
    _tell_writers(article_id, state_code)
    jobs.enqueue("correspondence.take_out_withdrawn", article_id=article_id, state_code=state_code)


def _tell_writers(article_id: int, state_code: str) -> None:
    topics: set[str] = set()
    for draft, _meant in drafts_citing(article_id, state_code):
        topics |= {f"inquiry:{draft.inquiry.uid}", f"user:{draft.author_id}"}
    waiting = replies_citing(article_id, state_code, [ReplyState.WAITING_RELEASE, ReplyState.LEAVING])
    for reply in waiting.select_related("inquiry"):
        topics |= {f"inquiry:{reply.inquiry.uid}", f"user:{reply.author_id}", "release"}
    if topics:
        live.publish(topics, kind="withdrawn")


def take_out(*, article_id: int, state_code: str, now: datetime) -> int:
    """Take the words out of every draft and of every reply that did not leave; how many. May run again: what is done
    is not done twice."""
    done = 0
    for reply in replies_citing(article_id, state_code, [ReplyState.LEAVING, ReplyState.WAITING_RELEASE]):
        done += _back_to_draft(reply_id=reply.pk, article_id=article_id, state_code=state_code, now=now)
    for reply in replies_citing(article_id, state_code, [ReplyState.SENT_BACK]):
        done += _strip_sent_back(reply_id=reply.pk, article_id=article_id, state_code=state_code)
    for draft, _meant in drafts_citing(article_id, state_code):
        done += _strip_draft(draft_id=draft.pk, article_id=article_id, state_code=state_code, now=now)
    return done


@action
def _back_to_draft(*, reply_id: int, article_id: int, state_code: str, now: datetime) -> bool:
    """A reply that was stopped, or waits for a lead, is its writer's draft again, without the words."""
    row = Reply.objects.select_related("inquiry", "author", "outgoing").get(pk=reply_id)
    inquiry = checking.lock_current(row.inquiry)
    row = Reply.objects.select_for_update(of=("self",)).select_related("author", "outgoing").get(pk=reply_id)
    was_leaving = row.state == ReplyState.LEAVING
    stopped = was_leaving and row.outgoing is not None and row.outgoing.state == "cancelled"
    if not stopped and row.state != ReplyState.WAITING_RELEASE:
        return False  # it left after all: it is on the list of those answered
    meant = list(cited_in(article_id, state_code).filter(reply=row))
    gone = {one.pk for one in meant}
    kept = [
        {"version": str(c.version.uid), "language": c.language, "state": c.state_code, "text": c.text}
        for c in citations_of(row)
        if c.pk not in gone
    ]
    text = without(row.text, [one.text for one in meant], _mark(article_id))
    row.state, row.text = ReplyState.UNDONE, text
    row.save(update_fields=["text"])
    leaving.forget_message(row)
    if was_leaving:
        leaving.take_back_answer(row, actor=row.author, now=now)
    row.citations.all().delete()
    restore_draft(author=row.author, inquiry=inquiry, text=text, attachments=row.attachments, citations=kept, now=now)
    _told(inquiry.uid, row.author_id)
    return True


@action
def _strip_sent_back(*, reply_id: int, article_id: int, state_code: str) -> bool:
    """One that a lead sent back keeps its place, without the words."""
    row = Reply.objects.select_for_update(of=("self",)).get(pk=reply_id)
    meant = list(cited_in(article_id, state_code).filter(reply=row))
    row.text = without(row.text, [one.text for one in meant], _mark(article_id))
    row.save(update_fields=["text"])
    Citation.objects.filter(pk__in=[one.pk for one in meant]).delete()
    return bool(meant)


@action
def _strip_draft(*, draft_id: int, article_id: int, state_code: str, now: datetime) -> bool:
    draft = Draft.objects.select_for_update(of=("self",)).select_related("inquiry__person").filter(pk=draft_id).first()
    if draft is None:
        return False
    versions = {str(uid) for uid in _version_uids(article_id)}
    meant = [one for version in versions for one in meant_in(draft, version, state_code)]
    if not meant:
        return False
    draft.text = without(draft.text, [one["text"] for one in meant], _mark(article_id))
    draft.citations = [one for one in draft.citations if one not in meant]
    draft.revision, draft.saved_at = draft.revision + 1, now
    draft.save()
    _told(draft.inquiry.uid, draft.author_id)
    return True


def _version_uids(article_id: int) -> list[object]:
    return list(Article.objects.filter(pk=article_id).values_list("versions__uid", flat=True))


def _told(inquiry_uid: object, author_id: int) -> None:
    live.publish([f"inquiry:{inquiry_uid}", f"user:{author_id}", "release", "desk"], kind="withdrawn")


def _mark(article_id: int) -> str:
    """What stands where the words stood. It reads as a field that is not filled in: no letter leaves with it."""
    title = Article.objects.values_list("title", flat=True).get(pk=article_id)
    plain_title = " ".join(title.replace("{", " ").replace("}", " ").split())
    return "{{ " + _("withdrawn: %(title)s") % {"title": plain_title} + " }}"


def without(text: str, cited: list[str], mark: str) -> str:
    """The text without any sentence of the cited texts, also slightly changed ones; `mark` stands once where the first
    of them stood. What is left keeps its paragraphs."""
    gone = [plain(sentence) for body in cited for part in paragraphs(body) for sentence in sentences(part)]
    gone = [one for one in gone if one]
    rows, marked = [], False
    for part in paragraphs(text):
        kept, cut = [], False
        for sentence in sentences(part):
            words = plain(sentence)
            if words in gone or any(closeness(words, one) >= SAME for one in gone):
                cut = True
            else:
                kept.append(sentence)
        line = " ".join(kept) if cut else part
        if cut and not marked:
            line, marked = f"{mark} {line}".strip(), True
        if line:
            rows.append(line)
    return "\n\n".join(rows)
