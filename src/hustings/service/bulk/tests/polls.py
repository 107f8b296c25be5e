"""A voting answer and the polls it ends with, for the tests of bulk replies."""

from datetime import UTC, date, datetime, timedelta

from hustings.foundation.geography.models import State
from hustings.foundation.geography.queries import forget
from hustings.service.answers.models import Article, ArticleText, PollClosing, VotingApproval
from hustings.service.bulk.models import BulkReply, Copy
from hustings.service.correspondence.tests.replying import Cast, article, person
from hustings.service.desk.models import Inquiry

from .many import approved, drafted, wrote

DAY = date(2028, 11, 7)
BEFORE = datetime(2028, 11, 7, 23, 0, tzinfo=UTC)
OHIO, IOWA = datetime(2028, 11, 8, 0, 30, tzinfo=UTC), datetime(2028, 11, 8, 2, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def closings() -> None:
    """The polls of two states close, one after the other."""
    for code, name, fips, closes in (("OH", "Ohio", "39", OHIO), ("IA", "Iowa", "19", IOWA)):
        State.objects.get_or_create(code=code, defaults={"name": name, "fips": fips})
        PollClosing.objects.create(state_id=code, election=DAY, closes="19:30", zone="UTC", closes_at=closes)
    forget()


def from_states(us: Cast, *codes: str, first: int = 0) -> list[Inquiry]:
    rows = []
    for number, code in enumerate(codes, first):
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


def begun(us: Cast, *codes: str, successor: ArticleText | None = None, pace: int = 60, first: int = 0) -> BulkReply:
    text = voting()
    given = {"successor": successor.version.article} if successor else {}
    bulk = drafted(us, from_states(us, *codes, first=first), text=text, pace=pace, **given)
    return approved(us, bulk, now=BEFORE)


def whys(bulk: BulkReply) -> list[str]:
    return [one.why or one.state for one in Copy.objects.filter(bulk=bulk).order_by("pk")]
