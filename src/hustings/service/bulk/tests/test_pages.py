"""The pages of bulk replies: who sees what, from the desk's bar to the report."""

import csv
import io

import pytest
from django.test import Client

from hustings.foundation.access.models import Membership, User
from hustings.service.bulk.actions import checking, leaving
from hustings.service.bulk.models import BulkReply, Copy, CopyState
from hustings.service.bulk.queries import previews
from hustings.service.correspondence.models import Reply
from hustings.service.correspondence.tests.replying import NOW, Cast, article, cast, person
from hustings.service.desk.models import Inquiry, Queue

from .many import MINUTE, WORDS, approved, drafted, paid_for, writers, wrote

pytestmark = pytest.mark.django_db


@pytest.fixture(name="us")
def _us() -> Cast:
    return cast()


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_from_the_bar_to_letters_that_leave(us: Cast) -> None:
    rows = writers(us, 3)
    article(body=WORDS)
    lead, administrator = browser(us.lead), browser(us.administrator)
    page = lead.get("/?view=queue:voter-help")
    assert "Answer all…" in page.content.decode()
    begun = lead.post("/bulk/choose/", {"ids": [str(row.uid) for row in rows[:2]], "list": "view=queue:voter-help"})
    bulk = BulkReply.objects.get()
    assert begun["Location"] == f"/bulk/{bulk.uid}/words/"
    assert (sorted(bulk.wanted), bulk.chosen_by) == (sorted(row.pk for row in rows[:2]), "2 chosen letters")
    words = lead.get(begun["Location"])
    assert words.status_code == 200
    given = {**words.context["form"].initial, "title": "Where to vote"}
    assert lead.post(begun["Location"], given).status_code == 302
    bulk.refresh_from_db()
    checking.check(bulk_id=bulk.pk, revision=bulk.revision, now=NOW)
    shown = lead.get(f"/bulk/{bulk.uid}/").content.decode()
    assert "2 people get a letter." in shown
    assert "Dear Writer0," in shown
    lead.post(f"/bulk/{bulk.uid}/ask/")
    assert "Approve and send" not in lead.get(f"/bulk/{bulk.uid}/").content.decode()
    assert "Waiting for your approval" in administrator.get("/bulk/").content.decode()
    assert "Approve and send to 2 people" in administrator.get(f"/bulk/{bulk.uid}/").content.decode()
    assert lead.post(f"/bulk/{bulk.uid}/approve/", {"revision": bulk.revision}).status_code == 403
    administrator.post(f"/bulk/{bulk.uid}/approve/", {"revision": bulk.revision})
    bulk.refresh_from_db()
    assert (bulk.state, bulk.approved_by, bulk.people) == ("running", us.administrator, 2)
    leaving.leave_due(bulk.next_at + MINUTE)
    assert Reply.objects.count() == 2
    report = administrator.get(f"/bulk/{bulk.uid}/report.csv")
    lines = list(csv.reader(io.StringIO(b"".join(report.streaming_content).decode())))
    assert lines[0][:3] == ["conversation", "person", "state"]
    assert [line[2] for line in lines[1:]] == ["leaving", "leaving"]


def test_a_whole_search_is_chosen(us: Cast) -> None:
    writers(us, 4)
    article(body=WORDS)
    browser(us.lead).post("/bulk/choose/", {"all": "1", "list": "view=queue:voter-help&state="})
    bulk = BulkReply.objects.get()
    assert sorted(bulk.wanted) == sorted(Inquiry.objects.values_list("pk", flat=True))


def test_volunteers_neither_draft_nor_see_them(us: Cast) -> None:
    rows = writers(us, 2)
    bulk = drafted(us, rows)
    volunteer = browser(us.volunteer)
    assert "Answer all…" not in volunteer.get("/?view=queue:voter-help").content.decode()
    assert volunteer.post("/bulk/choose/", {"ids": [str(rows[0].uid)]}).status_code == 403
    assert volunteer.get("/bulk/").status_code == 403
    assert volunteer.get(f"/bulk/{bulk.uid}/").status_code == 404
    assert volunteer.post(f"/bulk/{bulk.uid}/stop/").status_code == 404
    assert BulkReply.objects.count() == 1


def test_what_is_sealed_is_named_to_nobody(us: Cast) -> None:
    rows = writers(us, 2)
    Inquiry.objects.filter(pk=rows[0].pk).update(is_sealed=True)
    bulk = drafted(us, rows)
    page = browser(us.lead).get(f"/bulk/{bulk.uid}/").content.decode()
    assert "Somebody you may not see" in page
    assert "Writer0" not in page
    assert "Writer1" in page


def test_a_lead_of_another_team_previews_no_letter_out_of_their_sight(us: Cast) -> None:
    Membership.objects.create(user=us.lead, team=us.press)
    theirs = wrote(us, person("Pressie Case", "p@b.example"), "p@b.example", queue=us.press_queue)
    Inquiry.objects.filter(pk=theirs.pk).update(queue=Queue.objects.create(name="Rallies", slug="r", team=us.press))
    bulk = drafted(us, [*writers(us, 12), theirs])
    assert set(Copy.objects.values_list("state", flat=True)) == {CopyState.READY}
    page = browser(us.press_lead).get(f"/bulk/{bulk.uid}/").content.decode()
    assert "Writer" not in page
    assert "Dear Pressie," in page
    shown = previews.ten(bulk, reader=us.press_lead, needs_line=False, now=NOW)
    assert [one.inquiry for one in shown] == [theirs]
    assert len(previews.ten(bulk, reader=us.administrator, needs_line=False, now=NOW)) == 10
    assert previews.ten(bulk, reader=us.volunteer, needs_line=False, now=NOW)[0].inquiry != theirs


def test_the_line_that_says_who_paid_counts_the_parts_of_a_mailing_together(us: Cast, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr("hustings.service.bulk.rules.MOST_WITHOUT_LINE", 3)
    paid_for("Adair for America")
    rows, text = writers(us, 4), article(body=WORDS)
    first = drafted(us, rows[:2], text=text)
    lead = browser(us.lead)
    assert "Paid for by Adair for America" not in lead.get(f"/bulk/{first.uid}/").content.decode()
    approved(us, first)
    second = drafted(us, rows[2:], text=text)
    assert "Paid for by Adair for America" in lead.get(f"/bulk/{second.uid}/").content.decode()


def test_pause_stop_and_take_back_by_their_buttons(us: Cast) -> None:
    bulk = approved(us, drafted(us, writers(us, 3), pace=60))
    lead = browser(us.lead)
    assert lead.post(f"/bulk/{bulk.uid}/pause/").status_code == 302
    assert lead.post(f"/bulk/{bulk.uid}/pace/", {"pace": "120"}).status_code == 302
    copy = Copy.objects.order_by("pk").first()
    assert copy is not None
    assert lead.post(f"/bulk/{bulk.uid}/letters/{copy.uid}/back/").status_code == 302
    assert lead.post(f"/bulk/{bulk.uid}/resume/").status_code == 302
    bulk.refresh_from_db()
    assert (bulk.state, bulk.pace) == ("running", 120)
    assert lead.post(f"/bulk/{bulk.uid}/stop/").status_code == 302
    page = lead.get(f"/bulk/{bulk.uid}/?why=stopped").content.decode()
    assert "Stopped before it left" in page
    assert Reply.objects.count() == 0


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_as_much_for_three_as_for_one(us: Cast, count: int, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    bulk = drafted(us, writers(us, count))
    lead = browser(us.lead)
    lead.get(f"/bulk/{bulk.uid}/")
    with django_assert_max_num_queries(60):
        assert lead.get(f"/bulk/{bulk.uid}/").status_code == 200
