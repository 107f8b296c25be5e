"""An answer on voting ends with the polls where its reader votes: no reply leaves with it, and no word is lost."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hustings.foundation.channels.actions import outbox
from hustings.foundation.channels.models import CaughtMail, Outgoing, OutgoingState
from hustings.foundation.geography.models import State
from hustings.foundation.geography.queries import forget
from hustings.service.answers.models import Article, ArticleText, PollClosing
from hustings.service.correspondence import tasks
from hustings.service.correspondence.actions import expiring
from hustings.service.correspondence.actions.settling import settle_uncertain
from hustings.service.correspondence.models import Citation, Draft, Message, Reply, ReplyState
from hustings.service.correspondence.rules import SendRefused
from hustings.service.desk.models import Inquiry

from .replying import Cast, cast
from .test_withdrawing import answer, someone, words_for

DAY = datetime(2028, 11, 7, tzinfo=UTC).date()
OHIO = datetime(2028, 11, 8, 0, 30, tzinfo=UTC)  # 19:30 in Columbus
IOWA = datetime(2028, 11, 8, 2, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MARK = (
    "{{ not sent: Mail ballots holds no longer, its deadline has passed or the polls have closed }}\n\n"
    "Dear Ruth,\n\nOhio takes mail ballots until noon. Bring it to any library."
)


@pytest.fixture
def us(db: None, settings: Any) -> Cast:
    settings.HUSTINGS_SMTP_URL = "caught://"
    for code, name, fips, closes in (("OH", "Ohio", "39", OHIO), ("IA", "Iowa", "19", IOWA)):
        state, _made = State.objects.get_or_create(code=code, defaults={"name": name, "fips": fips})
        PollClosing.objects.create(state=state, election=DAY, closes="19:30", zone="UTC", closes_at=closes)
    forget()
    return cast()


def voting(state: str = "") -> ArticleText:
    text = words_for(state)
    Article.objects.filter(pk=text.version.article_id).update(election=DAY)
    return ArticleText.objects.select_related("version__article").get(pk=text.pk)


def test_after_the_polls_have_closed_there_it_may_not_be_sent(us: Cast) -> None:
    text = voting()
    ruth, ida = someone(us, "Ruth Abernathy"), someone(us, "Ida Moss", "IA")
    with pytest.raises(SendRefused, match="“Mail ballots” holds no longer where this person votes") as refused:
        answer(us, ruth, text, at=OHIO)
    assert refused.value.code == "over"
    assert (Reply.objects.count(), Outgoing.objects.count(), Draft.objects.get().inquiry) == (0, 0, ruth)
    assert answer(us, ida, text, at=OHIO).state == ReplyState.SENT  # polls there are open for long yet


def test_nor_when_they_close_before_it_would_leave(us: Cast) -> None:
    text = voting()
    with pytest.raises(SendRefused, match="holds no longer"):
        answer(us, someone(us, "Ruth Abernathy"), text, at=OHIO - 8 * SECOND)
    assert answer(us, someone(us, "Tom Pike"), text, at=OHIO - 9 * SECOND).state == ReplyState.SENT


def test_a_deadline_ends_it_as_well(us: Cast) -> None:
    text = words_for("OH")
    ArticleText.objects.filter(pk=text.pk).update(expires_at=OHIO)
    with pytest.raises(SendRefused, match="holds no longer"):
        answer(us, someone(us, "Ruth Abernathy"), text, at=OHIO)
    whole = words_for("OH", "Another")
    Article.objects.filter(pk=whole.version.article_id).update(expires_at=OHIO)
    with pytest.raises(SendRefused, match="holds no longer"):
        answer(us, someone(us, "Tom Pike"), whole, at=OHIO)


def test_what_the_server_put_off_comes_back_to_the_desk_with_all_its_words(us: Cast) -> None:
    text = voting()
    ruth, ida = someone(us, "Ruth Abernathy"), someone(us, "Ida Moss", "IA")
    back = answer(us, ruth, text, at=OHIO - 60 * SECOND, left=False)
    goes = answer(us, ida, text, at=OHIO - 60 * SECOND, left=False)
    Outgoing.objects.update(not_before=OHIO + 60 * SECOND)  # put off
    assert expiring.stop_expired(now=OHIO - SECOND) == 0
    assert expiring.stop_expired(now=OHIO) == 1
    assert expiring.stop_expired(now=OHIO) == 0
    while outbox.send_due(OHIO + 61 * SECOND):
        pass
    assert list(CaughtMail.objects.values_list("envelope_to", flat=True)) == ["ida@example.org"]
    back.refresh_from_db()
    goes.refresh_from_db()
    assert (back.state, goes.state) == (ReplyState.UNDONE, ReplyState.SENT)
    assert Outgoing.objects.get(pk=back.outgoing_id).state == OutgoingState.CANCELLED
    draft = Draft.objects.get()
    assert (draft.inquiry, draft.author, draft.text) == (ruth, us.volunteer, MARK)
    assert [one["version"] for one in draft.citations] == [str(text.version.uid)]
    desk = Inquiry.objects.get(pk=ruth.pk)
    assert (desk.status, desk.answered_at) == ("open", None)
    assert not Message.objects.filter(inquiry=ruth, direction=1).exists()
    assert not Citation.objects.filter(reply=back).exists()


def test_one_that_is_being_handed_over_is_left_alone(us: Cast) -> None:
    sent = answer(us, someone(us, "Ruth Abernathy"), voting(), at=OHIO - 60 * SECOND, left=False)
    Outgoing.objects.update(state=OutgoingState.ATTEMPTING)
    assert expiring.stop_expired(now=OHIO) == 0
    sent.refresh_from_db()
    assert (sent.state, Draft.objects.count()) == (ReplyState.LEAVING, 0)


def test_an_uncertain_one_is_not_sent_again(us: Cast) -> None:
    sent = answer(us, someone(us, "Ruth Abernathy"), voting(), at=OHIO - 60 * SECOND, left=False)
    Outgoing.objects.update(state=OutgoingState.UNCERTAIN)
    Reply.objects.update(state=ReplyState.UNCERTAIN)
    sent.refresh_from_db()
    with pytest.raises(SendRefused, match=r"holds no longer.*is not sent again"):
        settle_uncertain(actor=us.lead, reply=sent, arrived=False, now=OHIO)
    assert Outgoing.objects.get().state == OutgoingState.UNCERTAIN


def test_it_runs_each_minute(us: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    answer(us, someone(us, "Ruth Abernathy"), voting(), at=OHIO - 60 * SECOND, left=False)
    monkeypatch.setattr(tasks, "now", lambda: OHIO)
    tasks.stop_expired(timestamp=0)
    assert Draft.objects.get().text == MARK
