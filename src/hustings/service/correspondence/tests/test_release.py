"""New volunteers' replies: waiting, released, mended, sent back."""

from datetime import timedelta

import pytest
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from hustings.foundation.access.models import User
from hustings.foundation.channels.models import Outgoing, OutgoingState
from hustings.foundation.core.ids import new_uid
from hustings.service.answers.models import ArticleState, ArticleText
from hustings.service.correspondence.actions import drafts, release, replies
from hustings.service.correspondence.models import Citation, Draft, Reply, ReplyState
from hustings.service.correspondence.queries import releasing
from hustings.service.correspondence.queries import replies as queries
from hustings.service.correspondence.queries.messages import newest_letter_by_arrival
from hustings.service.correspondence.rules import SendRefused
from hustings.service.desk.actions import life
from hustings.service.desk.models import Inquiry, Status
from hustings.service.desk.rules import Refused

from .replying import NOW, Cast, article, cast, inquiry, letter, seen

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=10)


@pytest.fixture(name="us")
def _us() -> Cast:
    return cast()


def ask(us: Cast, of: Inquiry, text: str = "Dear Ruth,\n\nYour vote counts.") -> Reply:
    return replies.send_reply(actor=us.newcomer, inquiry=of, token=new_uid(), text=text, now=NOW, **seen(of))


def cited(us: Cast, of: Inquiry) -> tuple[Reply, ArticleText]:
    text = article()
    draft, _ = drafts.cite(actor=us.newcomer, inquiry=of, article_text=text, text="", caret=0, revision=0, now=NOW)
    return ask(us, of, draft.text), text


def test_a_new_volunteers_reply_waits_and_nothing_leaves(us: Cast) -> None:
    of = inquiry(us)
    reply = ask(us, of)
    of.refresh_from_db()
    assert (reply.state, Outgoing.objects.count(), of.status, of.answered_at) == ("release", 0, Status.OPEN, None)
    assert of.assignee == us.newcomer
    assert [queries.waiting_count(who) for who in (us.lead, us.press_lead, us.administrator, us.newcomer)] == [
        1,
        0,
        1,
        1,
    ]
    with pytest.raises(Refused):
        life.close(actor=us.volunteer, inquiry=of, now=NOW)


def test_released_it_leaves_as_its_writers(us: Cast) -> None:
    of = inquiry(us)
    reply = release.release(
        actor=us.lead, reply=ask(us, of), now=LATER, last_message_seen=seen(of)["last_message_seen"]
    )
    assert (reply.state, reply.released_by, reply.released_at) == (ReplyState.LEAVING, us.lead, LATER)
    assert Outgoing.objects.get().not_before == LATER + timedelta(seconds=8)
    of.refresh_from_db()
    assert (of.status, of.assignee) == (Status.CLOSED, us.newcomer)


def test_a_mended_one_keeps_what_the_volunteer_wrote(us: Cast) -> None:
    of = inquiry(us)
    reply, _text = cited(us, of)
    before = reply.text
    mended = release.mend_and_release(
        actor=us.lead, reply=reply, text="Dear Ruth, call us.", now=LATER, last_message_seen=10**9
    )
    assert (mended.text, mended.text_before_release) == ("Dear Ruth, call us.", before)
    assert Citation.objects.count() == 0  # its words were mended out


@pytest.mark.parametrize("who", ["volunteer", "newcomer", "press_lead", "security", "outsider"])
def test_nobody_but_a_lead_of_the_team_decides(us: Cast, who: str) -> None:
    of = inquiry(us)
    reply, actor = ask(us, of), getattr(us, who)
    for decide in (
        lambda: release.release(actor=actor, reply=reply, last_message_seen=10**9, now=LATER),
        lambda: release.mend_and_release(actor=actor, reply=reply, text="x", last_message_seen=10**9, now=LATER),
        lambda: release.send_back(actor=actor, reply=reply, because="no", now=LATER),
    ):
        with pytest.raises(PermissionDenied):
            decide()
    reply.refresh_from_db()
    assert (reply.state, Outgoing.objects.count(), Draft.objects.count()) == ("release", 0, 0)


def test_a_letter_that_came_since_must_be_looked_at(us: Cast) -> None:
    of = inquiry(us)
    reply = ask(us, of)
    looked = seen(of)["last_message_seen"]
    newer = letter(of, text="Never mind.", at=LATER)
    with pytest.raises(SendRefused) as refused:
        release.release(actor=us.lead, reply=reply, last_message_seen=looked, now=LATER)
    assert (refused.value.code, Outgoing.objects.count()) == ("newer_letter", 0)
    assert releasing.side_by_side(us.lead, reply, now=LATER)["newer"] == [newer.pk]
    assert release.release(actor=us.lead, reply=reply, last_message_seen=newer.pk, now=LATER).state == "leaving"


def test_what_was_withdrawn_meanwhile_is_flagged_and_not_released(us: Cast) -> None:
    of = inquiry(us)
    reply, text = cited(us, of)
    text.version.article.state = ArticleState.WITHDRAWN
    text.version.article.save()
    assert releasing.waiting_list(us.lead, order="urgent", now=LATER)[0].words == "Cites what was withdrawn"
    with pytest.raises(SendRefused) as refused:
        release.release(actor=us.lead, reply=reply, last_message_seen=10**9, now=LATER)
    assert (refused.value.code, Outgoing.objects.count()) == ("withdrawn", 0)
    reply.refresh_from_db()
    assert (reply.state, reply.released_by) == (ReplyState.WAITING_RELEASE, None)


def test_sent_back_it_is_a_draft_of_its_writer_with_the_reason(us: Cast) -> None:
    of = inquiry(us)
    reply, _text = cited(us, of)
    with pytest.raises(SendRefused):
        release.send_back(actor=us.lead, reply=reply, because=" ", now=LATER)
    back = release.send_back(actor=us.lead, reply=reply, because="Not answered", now=LATER)
    draft = Draft.objects.get(author=us.newcomer)
    assert (back.state, back.sent_back_because, draft.text) == (ReplyState.SENT_BACK, "Not answered", reply.text)
    assert len(draft.citations) == 1
    assert list(queries.sent_back_to(us.newcomer)) == [back]
    with pytest.raises(SendRefused) as refused:
        release.release(actor=us.lead, reply=reply, last_message_seen=10**9, now=LATER)
    assert (refused.value.code, Outgoing.objects.count()) == ("decided", 0)


def test_sent_back_to_its_writer_who_lost_it_meanwhile(us: Cast) -> None:
    of = inquiry(us)
    reply = ask(us, of)
    Inquiry.objects.filter(pk=of.pk).update(assignee=us.colleague)
    release.send_back(actor=us.lead, reply=reply, because="Tone", now=LATER)
    of.refresh_from_db()
    assert (of.assignee, of.unread) == (us.newcomer, True)


def test_a_release_undone_waits_again_and_may_leave_once_more(us: Cast) -> None:
    of = inquiry(us)
    reply, _text = cited(us, of)
    release.release(actor=us.lead, reply=reply, last_message_seen=10**9, now=LATER)
    reply.refresh_from_db()
    replies.undo_send(actor=us.lead, reply=reply, now=LATER)
    again = Reply.objects.get(state=ReplyState.WAITING_RELEASE)
    assert (again.text, again.author, again.citations.count()) == (reply.text, us.newcomer, 1)
    of.refresh_from_db()
    assert (of.status, of.answered_at, Draft.objects.count()) == (Status.OPEN, None, 0)
    release.release(actor=us.lead, reply=again, last_message_seen=10**9, now=LATER + timedelta(seconds=20))
    assert sorted(Outgoing.objects.values_list("state", flat=True)) == [OutgoingState.CANCELLED, OutgoingState.WAITING]


def test_what_was_taken_back_is_no_release_of_its_writers(us: Cast) -> None:
    of = inquiry(us)
    reply = release.release(actor=us.lead, reply=ask(us, of), last_message_seen=10**9, now=LATER)
    assert queries.record_of(us.newcomer, today=NOW) == {"day": 1, "written": 1, "unchanged": 1, "mended": 0}
    replies.undo_send(actor=us.lead, reply=reply, now=LATER)
    assert queries.record_of(us.newcomer, today=NOW) == {"day": 1, "written": 1, "unchanged": 0, "mended": 0}
    again = Reply.objects.get(state=ReplyState.WAITING_RELEASE)
    release.mend_and_release(actor=us.lead, reply=again, text="Mended.", last_message_seen=10**9, now=LATER)
    assert queries.record_of(us.newcomer, today=NOW) == {"day": 1, "written": 1, "unchanged": 0, "mended": 1}


def test_its_writer_takes_a_waiting_one_back(us: Cast) -> None:
    reply = ask(us, inquiry(us))
    undone = replies.undo_send(actor=us.newcomer, reply=reply, now=LATER)
    assert (undone.state, Draft.objects.get().text, Outgoing.objects.count()) == ("undone", reply.text, 0)


# ---- many at once ---------------------------------------------------------------------------------------------------


def three(us: Cast) -> list[Reply]:
    """Two as approved, and one with a sentence of its own."""
    text = article()
    made = []
    for more in ("", "", " Go to the church."):
        of = inquiry(us)
        draft, _ = drafts.cite(actor=us.newcomer, inquiry=of, article_text=text, text="", caret=0, revision=0, now=NOW)
        made.append(ask(us, of, draft.text.replace("not by the campaign", "or by the church") if more else draft.text))
    return made


def test_all_as_approved_leave_once_and_what_differs_stays(us: Cast) -> None:
    first, second, differs = three(us)
    done = release.release_as_approved(actor=us.lead, chosen=[first, second, differs], now=LATER)
    assert [reply.pk for reply in done.leaving] == [first.pk, second.pk]
    assert done.kept == [(differs, "It is not as approved any more. Read it first.")]
    assert Outgoing.objects.count() == 2
    again = release.release_as_approved(actor=us.administrator, chosen=[first, second], now=LATER)
    decided = "Theo Marsh has decided on this reply already. Nothing was changed."
    assert again == release.Released([], [(first, decided), (second, decided)])
    assert Outgoing.objects.count() == 2


def test_each_that_cannot_leave_stays_with_its_own_reason(us: Cast) -> None:
    newer, gone, fine = [cited(us, inquiry(us))[0] for _ in range(3)]
    letter(newer.inquiry, text="Never mind.", at=LATER)
    withdrawn = gone.citations.get().version.article
    withdrawn.state = ArticleState.WITHDRAWN
    withdrawn.save()
    done = release.release_as_approved(actor=us.lead, chosen=[newer, gone, fine], now=LATER)
    assert [reply.pk for reply in done.leaving] == [fine.pk]
    assert [(reply.pk, why.split(".")[0]) for reply, why in done.kept] == [
        (newer.pk, "A newer letter came while you were writing"),
        (gone.pk, "It is not as approved any more"),
    ]
    assert sorted(Reply.objects.values_list("pk", "state")) == [
        (newer.pk, "release"),
        (gone.pk, "release"),
        (fine.pk, "leaving"),
    ]


def test_another_teams_lead_releases_none_of_them(us: Cast) -> None:
    first, second, _differs = three(us)
    done = release.release_as_approved(actor=us.press_lead, chosen=[first, second], now=LATER)
    assert (done.leaving, len(done.kept), Outgoing.objects.count()) == ([], 2, 0)
    answer = page(us.press_lead).post(reverse("correspondence:release_all"), {"reply": [first.uid, second.uid]})
    assert (answer.status_code, Outgoing.objects.count()) == (409, 0)
    assert page(us.volunteer).post(reverse("correspondence:release_all"), {"reply": [first.uid]}).status_code == 403


def test_the_page_asks_with_the_count_and_takes_all_back_together(us: Cast) -> None:
    first, second, differs = three(us)
    shown = page(us.lead).get(reverse("correspondence:release")).content.decode()
    dialog = shown.partition('id="release-all"')[2].partition("</dialog>")[0]
    assert "Release 2 replies as approved?" in dialog
    assert [str(one.uid) in dialog for one in (first, second, differs)] == [True, True, False]
    lead = Client(headers={"HX-Request": "true"})
    lead.force_login(us.lead)
    answer = lead.post(reverse("correspondence:release_all"), {"reply": [first.uid, second.uid, "nonsense"]})
    assert (answer.status_code, Outgoing.objects.count()) == (204, 2)
    made = release.release_as_approved(actor=us.lead, chosen=[first, second], now=LATER)
    assert made.leaving == []
    undone = lead.post(f"{reverse('correspondence:undo_all')}?of={signed([first, second])}")
    assert undone.status_code == 204
    assert Outgoing.objects.filter(state=OutgoingState.CANCELLED).count() == 2
    assert queries.waiting_for_release(us.lead).count() == 3
    assert lead.post(f"{reverse('correspondence:undo_all')}?of=forged").status_code == 400


def test_what_stayed_is_named_on_the_page(us: Cast) -> None:
    first, _second, differs = three(us)
    answer = page(us.lead).post(reverse("correspondence:release_all"), {"reply": [first.uid, differs.uid]})
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert "1 reply leaves, 1 stays" in shown
    assert "It is not as approved any more. Read it first." in shown
    assert (str(differs.uid) in shown, str(first.uid) in shown) == (True, False)
    assert reverse("correspondence:undo_all") in shown


def signed(found: list[Reply]) -> str:
    return signing.dumps([reply.pk for reply in found], salt="correspondence.released-together")


# ---- the page -------------------------------------------------------------------------------------------------------


def page(user: User) -> Client:
    made = Client()
    made.force_login(user)
    return made


def test_the_page_marks_what_differs_and_mends_it(us: Cast) -> None:
    of = inquiry(us)
    reply, _text = cited(us, of)
    Reply.objects.filter(pk=reply.pk).update(text=reply.text.replace("not by the campaign", "or by the campaign"))
    shown = page(us.lead).get(reverse("correspondence:release_one", args=[reply.uid])).content.decode()
    assert "1 sentence differs" in shown
    assert "Mend and release" in shown
    assert "not by the campaign" in shown  # what was approved stands beside it
    answer = page(us.lead).post(
        reverse("correspondence:decide", args=[reply.uid]), {"seen_letter": str(_newest(of)), "text": reply.text}
    )
    reply.refresh_from_db()
    assert (answer.status_code, reply.state, "or by" in reply.text_before_release) == (302, "leaving", True)


def test_a_lead_sends_back_with_a_chip_and_lifts_the_rule(us: Cast) -> None:
    reply = ask(us, inquiry(us))
    answer = page(us.lead).post(reverse("correspondence:send_back", args=[reply.uid]), {"reason": "tone"})
    reply.refresh_from_db()
    assert (answer.status_code, reply.sent_back_because) == (302, "Tone")
    page(us.lead).post(reverse("correspondence:lift", args=[reply.uid]))
    us.newcomer.refresh_from_db()
    assert us.newcomer.needs_release is False


def _newest(of: Inquiry) -> object:
    newest = newest_letter_by_arrival(of)
    return newest.uid if newest else None
