"""A mail campaign is answered by a bulk reply; who is known joins none."""

from datetime import timedelta

import pytest

from hustings.constituents.people.actions.vips import mark_vip
from hustings.foundation.core.ids import new_uid
from hustings.service.bulk import campaigns
from hustings.service.bulk.models import BulkReply, BulkState, CopyState, Why
from hustings.service.campaigns.actions import changing, standing
from hustings.service.campaigns.models import Group, Member, Position
from hustings.service.correspondence.tests.replying import NOW, Cast, article, cast, user
from hustings.service.desk.models import Inquiry

from .many import WORDS, drafted, states, writers

pytestmark = pytest.mark.django_db


@pytest.fixture(name="us")
def _us() -> Cast:
    return cast()


def campaign_of(rows: list[Inquiry]) -> Group:
    group = Group.objects.create(name="Our clinics", first_at=NOW, last_at=NOW, letters=len(rows), people=20)
    for row in rows:
        assert row.last_message_id is not None
        Member.objects.create(
            group=group, inquiry=row, person_id=row.person_id, message_id=row.last_message_id, at=NOW
        )  # fmt: skip
    return group


def test_a_campaigns_letters_are_those_that_wait_for_its_reply(us: Cast) -> None:
    rows = writers(us, 3)
    group = campaign_of(rows)
    Member.objects.filter(inquiry=rows[0]).update(reason="question")
    assert campaigns.letters_of(us.lead, str(group.uid)) == ("Our clinics", [rows[1].pk, rows[2].pk])
    assert campaigns.letters_of(us.lead, str(new_uid())) is None
    assert campaigns.letters_of(us.lead, "7\x00") is None
    assert campaigns.letters_of(user("Vera Vets", us.team, roles=["vetting"]), str(group.uid)) is None


def test_a_standing_reply_becomes_a_draft_that_another_must_approve(us: Cast) -> None:
    rows = writers(us, 3)
    group = campaign_of(rows)
    changing.say_position(actor=us.lead, group=group, position=Position.FOR, now=NOW)
    text = article(body=WORDS)
    reply = standing.set_reply(actor=us.lead, group=group, article=text.version.article, now=NOW)
    address = standing.answer_now(actor=us.lead, reply=reply, now=NOW + timedelta(minutes=1))
    bulk = BulkReply.objects.get()
    assert address == bulk.get_absolute_url()
    assert (bulk.article, bulk.made_by, bulk.approved_by) == (text.version.article, us.lead, None)
    assert (bulk.wanted, bulk.state, bulk.chosen_by) == (
        [row.pk for row in rows],
        BulkState.CHECKING,
        "Mail campaign: Our clinics",
    )


def test_a_vip_and_what_was_read_as_press_or_danger_are_left_to_a_person(us: Cast) -> None:
    rows = writers(us, 4)
    mark_vip(actor=us.administrator, kind="official", address="w0@b.example", now=NOW)
    Inquiry.objects.filter(pk=rows[1].pk).update(nature="press")
    Inquiry.objects.filter(pk=rows[2].pk).update(nature="election_incident")
    found = states(drafted(us, rows))
    assert list(found.values()) == [Why.KEPT_OUT, Why.KEPT_OUT, Why.KEPT_OUT, CopyState.READY]
