"""A standing reply answers those who write later, with the approval that was given for its words."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from hustings.constituents.people.models import Person
from hustings.foundation.access.models import AuditEntry, User
from hustings.service.answers.models import Article, ArticleText, ArticleVersion
from hustings.service.bulk import campaigns
from hustings.service.bulk.actions import approving, checking, drafting, following_up, halting
from hustings.service.bulk.actions.drafting import Draft
from hustings.service.bulk.models import BulkReply, BulkState, Copy, CopyState, Why
from hustings.service.bulk.queries import later
from hustings.service.bulk.rules import Refused
from hustings.service.campaigns.actions import changing, standing
from hustings.service.campaigns.models import Group, Member, Position, StandingReply, Status
from hustings.service.campaigns.rules import Refused as CampaignRefused
from hustings.service.correspondence.tests.replying import NOW, Cast, article, cast, person
from hustings.service.desk.models import Inquiry

from .many import MINUTE, WORDS, all_leave, wrote
from .test_pages import browser

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@dataclass
class Answered:
    """A campaign that was answered once: `first` is what another person approved."""

    us: Cast
    group: Group
    reply: StandingReply
    first: BulkReply

    def wrote(self, number: int, **fields: object) -> Inquiry:
        """One more who writes the same."""
        address = f"w{number}@b.example"
        known = Person.objects.filter(name=f"Writer{number} Case").first()
        made = wrote(self.us, known or person(f"Writer{number} Case", address), address, **fields)
        join(self.group, made)
        return made

    def newest(self) -> BulkReply:
        return BulkReply.objects.order_by("pk").last()  # type: ignore[return-value]

    def hour(self, n: int = 1) -> None:
        following_up.answer_later(now=NOW + n * HOUR)

    def says(self) -> str:
        return later.tells(StandingReply.objects.select_related("group").get(pk=self.reply.pk), NOW)


def join(group: Group, *rows: Inquiry) -> None:
    for row in rows:
        assert row.last_message_id is not None
        Member.objects.create(group=group, inquiry=row, person_id=row.person_id, message_id=row.last_message_id, at=NOW)


def begun(us: Cast) -> tuple[Group, StandingReply, BulkReply]:
    """A campaign of two letters and the draft of its reply, checked."""
    rows = [wrote(us, person(f"Writer{n} Case", f"w{n}@b.example"), f"w{n}@b.example") for n in range(2)]
    group = Group.objects.create(name="Our clinics", first_at=NOW, last_at=NOW, letters=2, people=20)
    join(group, *rows)
    changing.say_position(actor=us.lead, group=group, position=Position.FOR, now=NOW)
    reply = standing.set_reply(actor=us.lead, group=group, article=article(body=WORDS).version.article, now=NOW)
    standing.answer_now(actor=us.lead, reply=reply, now=NOW)
    bulk = BulkReply.objects.get()
    checking.check(bulk_id=bulk.pk, revision=bulk.revision, now=NOW)
    bulk.refresh_from_db()
    return group, reply, bulk


def approve(us: Cast, bulk: BulkReply, by: User) -> BulkReply:
    if bulk.state != BulkState.WAITING:
        approving.ask_approval(actor=us.lead, bulk=bulk, now=NOW)
        bulk.refresh_from_db()
    return approving.approve(actor=by, bulk=bulk, revision=bulk.revision, now=NOW)


@pytest.fixture(name="us")
def _us() -> Cast:
    return cast()


@pytest.fixture(name="one")
def _one(us: Cast) -> Answered:
    group, reply, bulk = begun(us)
    approve(us, bulk, us.administrator)
    all_leave(bulk)
    return Answered(us, group, reply, bulk)


def revised(text: Article) -> None:
    version = ArticleVersion.objects.create(article=text, number=2, title=text.title)
    ArticleText.objects.create(version=version, language="en", body="Other words.")
    text.approved_version = version
    text.save()


def test_those_who_write_later_are_answered_with_the_approval_of_the_first(one: Answered) -> None:
    inquiry = one.wrote(7)
    one.hour()
    bulk = one.newest()
    assert (bulk.follows, bulk.standing_reply, bulk.made_by, bulk.approved_by, bulk.state) == (
        *(one.first, one.reply, one.us.lead, one.us.administrator, BulkState.RUNNING),
    )
    assert (bulk.wanted, bulk.people, bulk.version_id, bulk.opening) == (
        *([inquiry.pk], 1, one.first.version_id, one.first.opening),
    )
    all_leave(bulk, now=NOW + HOUR)
    copy = Copy.objects.get(bulk=bulk)
    assert (copy.state, copy.address) == (CopyState.LEAVING, "w7@b.example")
    assert copy.reply is not None
    assert "Thank you, Writer7." in copy.reply.text


def test_the_audit_names_who_wrote_the_words_and_who_approved_them(one: Answered) -> None:
    one.wrote(7)
    one.hour()
    line = AuditEntry.objects.get(action="bulk.followed")
    assert (line.actor_id, str(line.record_uid)) == (None, str(one.newest().uid))
    assert line.detail == {
        "people": 1,
        "first": str(one.first.uid),
        "made_by": one.us.lead.pk,
        "approved_by": one.us.administrator.pk,
    }
    assert AuditEntry.objects.filter(action="bulk.approved").count() == 1


def test_nobody_writes_nothing_is_made_and_who_was_answered_is_gathered_once(one: Answered) -> None:
    one.hour()
    assert BulkReply.objects.count() == 1
    inquiry = one.wrote(7)
    Inquiry.objects.filter(pk=inquiry.pk).update(nature="press")
    again = one.wrote(0)  # was answered with the first
    one.hour(2)
    bulk = one.newest()
    assert sorted(bulk.wanted) == [inquiry.pk, again.pk]
    assert dict(Copy.objects.filter(bulk=bulk).values_list("inquiry_id", "why")) == {
        inquiry.pk: Why.KEPT_OUT,
        again.pk: Why.TOLD,
    }
    all_leave(bulk, now=NOW + 2 * HOUR)
    assert (bulk.state, bulk.people) == (BulkState.DONE, 0)
    one.hour(3)
    assert BulkReply.objects.count() == 2  # left out: they wait for a person, and are asked no more


def test_one_is_open_at_a_time_and_what_a_killed_run_left_is_gone_on_with(one: Answered) -> None:
    one.wrote(7)
    made = following_up.gather(reply_id=one.reply.pk, now=NOW + HOUR)
    assert made is not None
    one.wrote(8)
    assert following_up.gather(reply_id=one.reply.pk, now=NOW + HOUR) == made
    one.hour(2)
    made.refresh_from_db()
    assert (made.state, made.people, BulkReply.objects.count()) == (BulkState.RUNNING, 1, 2)
    one.hour(3)
    assert BulkReply.objects.count() == 2
    address = campaigns.answer(standing_reply=one.reply, inquiry_ids=[1], actor=one.us.lead, now=NOW + 3 * HOUR)
    assert (address, BulkReply.objects.count()) == (made.get_absolute_url(), 2)
    all_leave(made, now=NOW + 3 * HOUR)
    one.hour(4)
    assert BulkReply.objects.count() == 3


def test_nothing_is_gathered_before_another_person_approved(us: Cast) -> None:
    group, reply, bulk = begun(us)
    here = Answered(us, group, reply, bulk)
    here.wrote(7)
    here.hour()
    assert BulkReply.objects.get() == bulk
    assert "Once another person has approved" in here.says()
    drafting.put_away(actor=us.lead, bulk=bulk, now=NOW)
    here.hour(2)
    assert not BulkReply.objects.exists()
    assert here.says().startswith("Those who write later wait")


def test_words_that_were_revised_wait_for_another_persons_approval(one: Answered) -> None:
    revised(one.reply.article)
    assert "The answer was revised since" in one.says()
    one.wrote(7)
    one.hour()
    bulk = one.newest()
    assert (bulk.state, bulk.approved_by, bulk.people) == (BulkState.WAITING, None, 0)
    assert bulk.declined_because == f"The answer was revised since {one.us.administrator.name} approved it."
    shown = browser(one.us.administrator).get(bulk.get_absolute_url()).content.decode()
    assert "It does not leave by itself." in shown
    one.hour(2)
    assert BulkReply.objects.count() == 2
    approve(one.us, bulk, one.us.administrator)
    bulk.refresh_from_db()
    assert bulk.follows is None  # those to come follow this one
    all_leave(bulk, now=NOW + 2 * HOUR)
    one.wrote(8)
    one.hour(3)
    assert (one.newest().follows, one.newest().state) == (bulk, BulkState.RUNNING)


def test_an_approver_who_may_no_longer_approve_lets_nothing_leave(one: Answered) -> None:
    User.objects.filter(pk=one.us.administrator.pk).update(roles=["volunteer"])
    one.wrote(7)
    one.hour()
    bulk = one.newest()
    assert (bulk.state, bulk.approved_by) == (BulkState.WAITING, None)
    assert "may not approve them any more" in bulk.declined_because
    assert "may not approve them any more" in one.says()


def test_to_more_than_a_lead_may_answer_it_does_not_go_by_itself(
    one: Answered, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(later, "MOST_BY_A_LEAD", 2)
    for number in (7, 8):
        one.wrote(number)
    one.hour()
    assert (one.newest().people, one.newest().state) == (2, BulkState.RUNNING)
    all_leave(one.newest(), now=NOW + HOUR)
    one.wrote(9)
    one.hour(2)
    assert (one.newest().state, one.newest().declined_because) == (
        BulkState.WAITING,
        "With these it would go to more than 2 people by itself.",
    )


def test_a_draft_whose_words_were_changed_never_leaves_by_itself(one: Answered) -> None:
    one.wrote(7)
    made = following_up.gather(reply_id=one.reply.pk, now=NOW + HOUR)
    assert made is not None
    words = Draft(article=one.reply.article, opening={"en": "You,"}, closing={})
    drafting.change_words(actor=one.us.lead, bulk=made, draft=words, now=NOW)
    one.hour()
    made.refresh_from_db()
    assert (made.state, made.approved_by) == (BulkState.WAITING, None)
    assert made.declined_because.startswith("Its words are not those")
    with pytest.raises(Refused):
        approving.approve_with(first=one.first, bulk=made, now=NOW)


def test_ending_the_standing_reply_stops_what_leaves_by_itself(one: Answered) -> None:
    inquiry = one.wrote(7)
    one.hour()
    bulk = one.newest()
    standing.end_reply(actor=one.us.lead, reply=one.reply, now=NOW + HOUR)
    bulk.refresh_from_db()
    assert (bulk.state, bulk.ended_by) == (BulkState.STOPPED, one.us.lead)
    assert Copy.objects.get(bulk=bulk).why == Why.STOPPED
    one.first.refresh_from_db()
    assert one.first.state == BulkState.DONE
    one.wrote(8)
    one.hour(2)
    assert BulkReply.objects.count() == 2
    assert Inquiry.objects.get(pk=inquiry.pk).answered_at is None


def test_ending_it_puts_a_draft_away_and_setting_another_ends_the_first(one: Answered) -> None:
    one.wrote(7)
    made = following_up.gather(reply_id=one.reply.pk, now=NOW + HOUR)
    assert made is not None
    other = article(body="Other words.", title="Another").version.article
    reply = standing.set_reply(actor=one.us.lead, group=one.group, article=other, now=NOW + HOUR)
    assert BulkReply.objects.get() == one.first
    following_up.let_follow(reply_id=one.reply.pk, bulk_id=one.first.pk, now=NOW + HOUR)
    one.hour(2)
    assert (BulkReply.objects.get(), later.first_of(reply)) == (one.first, None)
    with pytest.raises(CampaignRefused, match="does not hold any more"):
        campaigns.answer(standing_reply=one.reply, inquiry_ids=[1], actor=one.us.lead, now=NOW + HOUR)


@pytest.mark.parametrize("what", ["over", "stopped", "late", "writer"])
def test_it_gathers_nobody_once_it_does_not_hold(one: Answered, what: str) -> None:
    one.wrote(7)
    if what == "over":
        changing.set_status(actor=one.us.lead, group=one.group, status=Status.OVER, now=NOW)
        assert one.says() == "The campaign is over. Those who write later wait."
    elif what == "stopped":
        one.hour()
        halting.stop(actor=one.us.lead, bulk=one.newest(), now=NOW + HOUR)
        one.newest().refresh_from_db()
        one.wrote(8)
        assert one.says() == "The bulk reply was stopped. Those who write later wait."
    elif what == "late":
        StandingReply.objects.update(until=NOW.date() - timedelta(days=1))
    else:
        User.objects.filter(pk=one.us.lead.pk).update(roles=["volunteer"])
        assert "may not draft bulk replies any more" in one.says()
    before = BulkReply.objects.count()
    one.hour(2)
    assert BulkReply.objects.count() == before


def test_the_page_says_until_when_it_answers_by_itself(one: Answered) -> None:
    name = one.us.administrator.name
    said = f"Those who write later are answered by themselves, each hour, until you end it: {name} approved it."
    assert one.says() == said
    assert said in browser(one.us.lead).get(one.group.get_absolute_url()).content.decode()
    StandingReply.objects.update(until=NOW.date())
    day = f"{NOW.day} {NOW:%B}"
    assert f"each hour, until {day}: {name} approved it." in one.says()
    one.wrote(7)
    one.hour()
    shown = browser(one.us.lead).get(one.newest().get_absolute_url()).content.decode()
    assert "Gathered by itself from those who wrote later." in shown
    assert f"{name} approved these words for this campaign" in shown


def test_a_refusal_is_told_to_the_campaign(us: Cast) -> None:
    group, reply, bulk = begun(us)
    drafting.put_away(actor=us.lead, bulk=bulk, now=NOW)
    with pytest.raises(CampaignRefused, match="No letter was chosen"):
        campaigns.answer(standing_reply=reply, inquiry_ids=[], actor=us.lead, now=NOW)
    Article.objects.filter(pk=reply.article_id).update(approved_version=None)
    with pytest.raises(CampaignRefused, match="not approved"):
        campaigns.answer(
            standing_reply=StandingReply.objects.get(pk=reply.pk), inquiry_ids=[1], actor=us.lead, now=NOW + MINUTE
        )
    assert not BulkReply.objects.exists()
    assert group.pk == reply.group_id
