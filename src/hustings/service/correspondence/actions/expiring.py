"""An answer on voting holds no longer once its deadline has passed or the polls have closed where the writer votes: a
reply that rests on it and has not begun to leave comes back to the desk, with all its words in its writer's draft.

That none is sent or released afterwards is asked then (`checking.refuse_withdrawn`); here are those that stood in the
outbox, for their eight seconds or because the server put them off. Bulk replies look after their own copies.
"""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from hustings.foundation.channels.actions import outbox
from hustings.foundation.channels.models import OutgoingState
from hustings.foundation.core import live
from hustings.foundation.core.guard import action
from hustings.service.answers.models import Article
from hustings.service.answers.queries.corrections import is_correction
from hustings.service.answers.queries.sayable import is_over

from ..models import Citation, Reply, ReplyState
from ..queries.replies import citations_of
from ..registry import is_followed_elsewhere
from . import checking, leaving
from .drafts import restore_draft


def stop_expired(*, now: datetime) -> int:
    """Each minute: what waits in the outbox with words that hold no longer is stopped and is a draft again; how many.
    May run at any time, and two at once."""
    article = "version__article__"
    ends = (
        Q(**{f"{article}expires_at__lte": now})
        | Q(**{f"{article}election__lte": now.date()})
        | Q(version__texts__expires_at__lte=now)
    )
    waiting = Citation.objects.filter(
        ends, reply__state=ReplyState.LEAVING, reply__outgoing__state=OutgoingState.WAITING
    )
    done = 0
    for reply_id in sorted(set(waiting.values_list("reply_id", flat=True))):
        done += _back_to_draft(reply_id=reply_id, now=now)
    return done


@action
def _back_to_draft(*, reply_id: int, now: datetime) -> bool:
    """The outbox is held first, as the sender does: what it is handing over is left alone."""
    row = Reply.objects.select_related("inquiry__person", "author", "outgoing").get(pk=reply_id)
    gone = None if is_correction(row.uid) or is_followed_elsewhere(row) else _over_in(row, now)
    if gone is None or row.outgoing_id is None or not outbox.cancel(outgoing_id=row.outgoing_id, now=now):
        return False
    inquiry = checking.lock_current(row.inquiry)
    row = Reply.objects.select_for_update(of=("self",)).select_related("author", "inquiry").get(pk=reply_id)
    if row.state != ReplyState.LEAVING:
        return False
    kept = [
        {"version": str(c.version.uid), "language": c.language, "state": c.state_code, "text": c.text}
        for c in citations_of(row)
    ]
    row.state = ReplyState.UNDONE
    leaving.forget_message(row)
    leaving.take_back_answer(row, actor=row.author, now=now)
    row.citations.all().delete()
    text = f"{_mark(gone)}\n\n{row.text}"
    restore_draft(author=row.author, inquiry=inquiry, text=text, attachments=row.attachments, citations=kept, now=now)
    live.publish(["desk", f"inquiry:{inquiry.uid}", f"user:{row.author_id}"], kind="over")
    return True


def _over_in(row: Reply, now: datetime) -> Article | None:
    reader_state = row.inquiry.state_code or row.inquiry.person.state_code
    for cited in row.citations.select_related("version__article").order_by("id"):
        if is_over(cited.version, cited.state_code, reader_state, now):
            return cited.version.article
    return None


def _mark(article: Article) -> str:
    """What stands above the words. It reads as a field that is not filled in: no letter leaves with it."""
    title = " ".join(article.title.replace("{", " ").replace("}", " ").split())
    said = _("not sent: %(title)s holds no longer, its deadline has passed or the polls have closed")
    return "{{ " + said % {"title": title} + " }}"
