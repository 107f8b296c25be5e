"""A voting answer ends with the polls where its writer votes: what has not left stops; what is true leaves."""

from datetime import UTC, date, datetime, timedelta

import pytest

from hustings.foundation.channels.actions import outbox
from hustings.foundation.channels.compression import expand
from hustings.foundation.channels.models import CaughtMail, Outgoing
from hustings.foundation.geography.models import State
from hustings.foundation.geography.queries import forget
from hustings.service.answers.models import Article, ArticleText, PollClosing, VotingApproval
from hustings.service.bulk.actions import halting, leaving
from hustings.service.bulk.models import BulkReply, Copy, Why
from hustings.service.correspondence.models import Reply
from hustings.service.correspondence.tests.replying import Cast, article, cast, person
from hustings.service.desk.models import Inquiry

from .many import approved, drafted, wrote

pytestmark = pytest.mark.django_db
DAY = date(2028, 11, 7)
BEFORE = datetime(2028, 11, 7, 23, 0, tzinfo=UTC)
OHIO, IOWA = datetime(2028, 11, 8, 0, 30, tzinfo=UTC), datetime(2028, 11, 8, 2, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture(name="us")
def _us(settings) -> Cast:  # type: ignore[no-untyped-def]
    settings.HUSTINGS_SMTP_URL = "caught://"
    for code, name, fips, closes in (("OH", "Ohio", "39", OHIO), ("IA", "Iowa", "19", IOWA)):
        State.objects.get_or_create(code=code, defaults={"name": name, "fips": fips})
        PollClosing.objects.create(state_id=code, election=DAY, closes="19:30", zone="UTC", closes_at=closes)
    forget()
    return cast()


def from_states(us: Cast, *codes: str) -> list[Inquiry]:
    rows = []
    for number, code in enumerate(codes):
        address = f"v{number}@b.example"
        who = person(f"Voter{number} Case", address)
        type(who).objects.filter(pk=who.pk).update(state_code=code)
        who.refresh_from_db()
        rows.append(wrote(us, who, address, at=BEFORE - timedelta(hours=1), state_code=code))
    return rows


def voting() -> ArticleText:
    """Words on today's polls that voter protection stands for."""
    text = article("Where do I vote?", body="Vote before the polls close.")
    Article.objects.filter(pk=text.version.article_id).update(election=DAY, kind="voting")
    VotingApproval.objects.create(version=text.version, at=BEFORE)
    text.version.article.refresh_from_db()
    return text


def begun(us: Cast, *codes: str, successor: ArticleText | None = None, pace: int = 60) -> BulkReply:
    text = voting()
    given = {"successor": successor.version.article} if successor else {}
    bulk = drafted(us, from_states(us, *codes), text=text, pace=pace, **given)
    return approved(us, bulk, now=BEFORE)


def whys(bulk: BulkReply) -> list[str]:
    return [one.why or one.state for one in Copy.objects.filter(bulk=bulk).order_by("pk")]


def test_unsent_copies_stop_where_the_polls_have_closed(us: Cast) -> None:
    bulk = begun(us, "OH", "IA", "OH", "IA")
    leaving.leave_due(OHIO - 2 * SECOND)  # many seconds late: all of them may leave, into the outbox
    assert Reply.objects.count() == 4
    halting.stop_expired(OHIO)
    halting.put_back_taken(now=OHIO)
    while outbox.send_due(OHIO + timedelta(seconds=20)):
        pass
    assert whys(bulk) == [Why.OVER, "sent", Why.OVER, "sent"]
    assert sorted(CaughtMail.objects.values_list("envelope_to", flat=True)) == ["v1@b.example", "v3@b.example"]
    assert list(Inquiry.objects.order_by("pk").values_list("status", flat=True)) == ["open", "closed", "open", "closed"]


def test_one_that_was_not_in_the_outbox_goes_back_to_its_queue(us: Cast) -> None:
    bulk = begun(us, "OH", "IA")
    leaving.leave_due(OHIO + 3 * SECOND)
    assert whys(bulk) == [Why.OVER, "leaving"]
    assert Inquiry.objects.order_by("pk").values_list("status", flat=True)[0] == "open"


def test_what_is_still_true_leaves_instead_and_once(us: Cast) -> None:
    after = article("The polls have closed", body="If you stand in line, stay: you may still vote.")
    bulk = begun(us, "OH", "OH", "IA", successor=after)
    leaving.leave_due(OHIO - 5 * SECOND)
    assert Reply.objects.count() == 3
    halting.stop_expired(OHIO)
    halting.put_back_taken(now=OHIO)
    bulk.refresh_from_db()
    while bulk.state == "running" and Copy.objects.filter(bulk=bulk, state="ready").exists():
        leaving.leave_due(OHIO + 5 * SECOND)
        bulk.refresh_from_db()
    while outbox.send_due(OHIO + timedelta(minutes=1)):
        pass
    mail = {one.envelope_to: expand(one.raw).decode() for one in CaughtMail.objects.all()}
    assert len(mail) == CaughtMail.objects.count() == 3
    assert "stay: you may still vote" in mail["v0@b.example"]
    assert "stay: you may still vote" in mail["v1@b.example"]
    assert "before the polls close" in mail["v2@b.example"]
    assert Outgoing.objects.filter(state="cancelled").count() == 2
    assert [one.is_instead for one in Copy.objects.filter(bulk=bulk).order_by("pk")] == [True, True, False]


def test_of_an_unknown_state_the_first_closing_counts(us: Cast) -> None:
    bulk = begun(us, "", "IA")
    leaving.leave_due(OHIO + SECOND)
    assert whys(bulk) == [Why.OVER, "leaving"]
