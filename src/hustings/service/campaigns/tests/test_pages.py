import re
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from hustings.foundation.access.models import AuditEntry, Role
from hustings.foundation.channels.actions.accounts import make_mailbox
from hustings.foundation.core import bus
from hustings.foundation.retention.announcements import PersonErased
from hustings.service.answers.models import Article, ArticleState, ArticleText, ArticleVersion
from hustings.service.campaigns import registry, rules
from hustings.service.campaigns.actions import changing, combining, comparing, reading, standing
from hustings.service.campaigns.entries import _found, _may_hear
from hustings.service.campaigns.models import Change, Count, Group, Member, Position, StandingReply, Status
from hustings.service.campaigns.queries import groups
from hustings.service.correspondence.tests.mail import HELP, NOW
from hustings.service.correspondence.tests.replying import user
from hustings.service.desk.models import Queue

from .letters import OTHER, letter, send

pytestmark = pytest.mark.django_db
QUESTION = "Does the promise cover the two that are only open on Mondays?"
REMARK = "Clinics matter more than bridges."


@pytest.fixture
def group(monkeypatch) -> Group:
    """A campaign of six letters, one of which is lifted out and one has a remark; listed from three people on."""
    monkeypatch.setattr(rules, "LISTED_FROM", 3)
    monkeypatch.setattr(groups, "LISTED_FROM", 3)
    make_mailbox(address=HELP, name="Campaign", language="en", is_default=True)
    send(*(letter(n) for n in range(4)), letter(4, added=QUESTION), letter(5, added=REMARK))
    return Group.objects.get()


@pytest.fixture
def lead(group):
    return user("Theo Marsh", Queue.objects.get().team, roles=[Role.LEAD])


@pytest.fixture
def volunteer(group):
    return user("June Oduya", Queue.objects.get().team)


@pytest.fixture
def article() -> Article:
    one = Article.objects.create(slug="clinics", title="Rural clinics: the promise", state=ArticleState.APPROVED)
    version = ArticleVersion.objects.create(article=one, number=4, title=one.title)
    ArticleText.objects.create(version=version, language="en", body="No rural clinic closes in the first year.")
    one.approved_version = version
    one.save()
    return one


def page(who, view: str, /, *args: object, status: int = 200, **query: str) -> str:
    client = Client()
    client.force_login(who)
    response = client.get(reverse(f"campaigns:{view}", args=args), query)
    assert response.status_code == status
    return b"".join(response).decode()


def post(who, view: str, /, *args: object, code: int = 302, **given: object) -> None:
    client = Client()
    client.force_login(who)
    assert client.post(reverse(f"campaigns:{view}", args=args), given).status_code == code


def test_the_list_and_the_page_show_text_counts_and_what_was_added(group, volunteer):
    listed = page(volunteer, "list")
    assert "Our clinics" in listed
    shown = page(volunteer, "group", group.uid)
    for words in ("keep the rural clinics open", QUESTION, "<b>6</b> letters", "<b>6</b> people", 'class="heat"'):
        assert words in shown
    assert REMARK not in shown
    assert REMARK in page(volunteer, "group", group.uid, added="stays")
    assert "Combine" not in shown  # a volunteer looks on


def test_files_are_for_those_whose_roles_take_campaigns_away(group, lead, volunteer):
    page(volunteer, "days", group.uid, status=403)
    page(volunteer, "list", format="csv", status=403)
    page(volunteer, "list", format="json", status=403)
    assert "CSV" not in page(volunteer, "group", group.uid) + page(volunteer, "list")
    assert not AuditEntry.objects.filter(action="campaign.exported").exists()
    assert page(lead, "days", group.uid).count("\n") == 2
    assert "Our clinics" in page(lead, "list", format="csv")
    assert AuditEntry.objects.filter(action="campaign.exported", actor_id=lead.pk).count() == 2


@pytest.mark.parametrize("role", ["state-director", "contact-supervisor"])
def test_who_leads_but_may_only_see_campaigns_changes_none(group, role):
    them = user("Sam Dole", Queue.objects.get().team, roles=[role])
    assert "Combine" not in page(them, "group", group.uid)
    post(them, "ask", group.uid, "rename", code=403, name="Mine")
    with pytest.raises(rules.Refused):
        changing.rename(actor=them, group=group, name="Mine", now=NOW)
    with pytest.raises(rules.Refused):
        changing.lift(actor=them, member=Member.objects.first(), now=NOW)
    group.refresh_from_db()
    assert (group.name, group.lifted) == ("Our clinics", 1)


def test_what_few_wrote_is_shown_to_those_alone_who_see_every_letter(group, lead, volunteer, monkeypatch):
    monkeypatch.setattr(groups, "LISTED_FROM", 7)
    everywhere = user("Vi Poll", roles=["voter-protection"])
    for who in (lead, volunteer):
        page(who, "group", group.uid, status=404)
        assert "Our clinics" not in page(who, "list", small="1")
        assert list(_found(who, "clinics")) == []
        assert not _may_hear(who, str(group.uid))
    page(everywhere, "group", group.uid)
    assert "Our clinics" in page(everywhere, "list", small="1")
    assert [hit.label for hit in _found(everywhere, "clinics")] == ["Our clinics"]


def test_who_splits_few_letters_off_stays_with_the_campaign_they_see(group, lead, monkeypatch):
    monkeypatch.setattr(groups, "LISTED_FROM", 5)
    client = Client()
    client.force_login(lead)
    address = reverse("campaigns:ask", args=[group.uid, "split"])
    answer = client.post(address, {"words": "Clinics matter more", "name": "Bridges"})
    assert (answer.status_code, answer["Location"]) == (302, group.get_absolute_url())
    assert Group.objects.get(name="Bridges").letters == 1


def test_a_letter_that_comes_while_a_split_waits_is_parted_too(group, lead, monkeypatch):
    locked = comparing.lock

    def late() -> None:
        monkeypatch.setattr(comparing, "lock", locked)
        send(letter(6, added=REMARK))
        locked()

    monkeypatch.setattr(comparing, "lock", late)
    made = combining.split(actor=lead, group=group, words="bridges", name="Bridges", now=NOW)
    writers = Member.objects.filter(group=made).values_list("inquiry__person__name", flat=True)
    assert sorted(writers) == ["Flo Hart", "Gus Pine"]


def test_who_does_not_work_on_letters_sees_none_of_it(group):
    outsider = user("Bo Lind", roles=["budget"])
    page(outsider, "list", status=403)
    page(outsider, "group", group.uid, status=404)


def test_what_was_added_is_shown_to_those_alone_who_see_the_letter(group):
    other = user("Ines Navarro", roles=["volunteer"])
    shown = page(other, "group", group.uid)
    assert "keep the rural clinics open" in shown
    assert QUESTION not in shown
    assert "One more is in a queue or under a seal that you do not see." in shown


def test_volunteers_change_nothing(group, volunteer):
    post(volunteer, "ask", group.uid, "rename", code=403, name="Mine")
    post(volunteer, "decide", group.uid, Member.objects.first().uid, "lift", code=403)
    with pytest.raises(rules.Refused):
        changing.rename(actor=volunteer, group=group, name="Mine", now=NOW)
    group.refresh_from_db()
    assert group.name == "Our clinics"
    assert Change.objects.count() == 1


def test_the_desk_says_on_rows_and_beside_letters_that_they_are_of_a_campaign(group, volunteer):
    client = Client()
    client.force_login(volunteer)
    rows = client.get("/", {"view": "unassigned"}).content.decode()
    assert rows.count("Our clinics: 6 letters share this text") == 2 * 5
    assert rows.count("Our clinics: lifted out for what was added") == 2
    inquiry = Member.objects.get(reason="question").inquiry
    beside = client.get(reverse("desk:inquiry", args=[inquiry.uid])).content.decode()
    assert "This writer added:" in beside
    assert "6 letters share this text." in beside


def test_a_lead_names_it_says_its_position_and_who_is_behind_it(group, lead):
    post(lead, "ask", group.uid, "rename", name="Keep the clinics")
    post(lead, "ask", group.uid, "position", position="for")
    post(lead, "ask", group.uid, "sponsor", sponsor="Clinics Within Reach")
    post(lead, "ask", group.uid, "status", status="over")
    group.refresh_from_db()
    assert (group.name, group.position, group.sponsor, group.sponsor_by, group.status) == (
        *("Keep the clinics", Position.FOR, "Clinics Within Reach", "person", Status.OVER),
    )
    kinds = ["made", "renamed", "position", "sponsor", "status"]
    assert list(Change.objects.order_by("pk").values_list("kind", flat=True)) == kinds
    undo = Change.objects.get(kind="renamed")
    post(lead, "undo", group.uid, undo.uid)
    group.refresh_from_db()
    assert group.name == "Our clinics"
    page(lead, "history", group.uid)


def test_combining_moves_no_letter_counts_them_together_and_is_undone(group, lead):
    send(letter(6, text=OTHER), letter(7, text=OTHER), letter(0, text=OTHER))
    other = Group.objects.exclude(pk=group.pk).get()
    before = list(Member.objects.order_by("pk").values_list("pk", "group_id"))
    post(lead, "ask", other.uid, "combine", into=str(group.uid))
    group.refresh_from_db()
    other.refresh_from_db()
    assert other.combined_into == group
    assert (group.letters, group.people) == (9, 8)  # one of them wrote both
    assert len(groups.open_inquiry_ids(group)) == 8
    assert list(Member.objects.order_by("pk").values_list("pk", "group_id")) == before
    send(letter(8, text=OTHER))
    group.refresh_from_db()
    assert group.letters == 10
    assert page(lead, "group", other.uid, status=302) == ""
    post(lead, "undo", group.uid, Change.objects.get(kind="combined").uid)
    group.refresh_from_db()
    other.refresh_from_db()
    assert other.combined_into is None
    assert (group.letters, other.letters) == (6, 4)
    send(letter(9), letter(10, text=OTHER))
    assert Group.objects.get(pk=group.pk).letters == 7
    assert Group.objects.get(pk=other.pk).letters == 5


def test_combined_groups_point_at_the_last_one(group, lead):
    third = Group.objects.create(name="Third", first_at=NOW, last_at=NOW)
    second = Group.objects.create(name="Second", first_at=NOW, last_at=NOW)
    combining.combine(actor=lead, group=third, into=second, now=NOW)
    combining.combine(actor=lead, group=second, into=group, now=NOW)
    assert set(Group.objects.filter(combined_into=group)) == {second, third}
    with pytest.raises(rules.Stale):
        combining.combine(actor=lead, group=group, into=third, now=NOW)
    combining.undo(actor=lead, change=Change.objects.get(kind="combined", group=group), now=NOW)
    assert Group.objects.get(pk=third.pk).combined_into == second
    assert Group.objects.get(pk=second.pk).combined_into is None


def test_splitting_takes_the_letters_that_say_the_words_and_those_to_come(group, lead):
    wage = "Nurses there have not had a raise since the flood of the north fork, and three of them left this summer."
    send(*(letter(n, added=wage) for n in range(6, 10)))
    post(lead, "ask", group.uid, "split", words="nurses there have\nnot had", name="Clinics and nurses")
    made = Group.objects.get(name="Clinics and nurses")
    group.refresh_from_db()
    assert (group.letters, made.letters) == (6, 4)
    assert sum(Count.objects.filter(group=made).values_list("letters", flat=True)) == 4
    send(letter(10, added=wage), letter(11))
    group.refresh_from_db()
    made.refresh_from_db()
    assert (group.letters, made.letters) == (7, 5)
    post(lead, "undo", group.uid, Change.objects.get(kind="split").uid)
    group.refresh_from_db()
    assert group.letters == 12
    assert Member.objects.filter(group=group).count() == 12


def test_a_split_that_parts_nothing_is_refused(group, lead):
    for words in ("not a word of it", "keep the rural clinics open"):
        post(lead, "ask", group.uid, "split", words=words, name="X", code=422)
    assert Group.objects.count() == 1


def test_letters_are_lifted_and_put_back_but_no_threat_or_crisis(group, lead):
    lifted = Member.objects.get(reason="question")
    post(lead, "decide", group.uid, lifted.uid, "back")
    lifted.refresh_from_db()
    assert (lifted.reason, lifted.decided_by) == ("", lead)
    assert len(groups.open_inquiry_ids(group)) == 6
    post(lead, "decide", group.uid, lifted.uid, "lift")
    lifted.refresh_from_db()
    assert lifted.reason == "hand"
    Member.objects.filter(pk=lifted.pk).update(reason="crisis")
    post(lead, "decide", group.uid, lifted.uid, "back", code=403)
    assert Member.objects.get(pk=lifted.pk).reason == "crisis"


def test_a_standing_reply_needs_a_position_and_approved_words(group, lead, article, monkeypatch):
    monkeypatch.setattr(registry.registry, "answering", None)
    with pytest.raises(rules.Refused):
        standing.set_reply(actor=lead, group=group, article=article, now=NOW)
    changing.say_position(actor=lead, group=group, position=Position.FOR, now=NOW)
    post(lead, "reply", group.uid, article=str(article.uid))
    reply = StandingReply.objects.get()
    assert (reply.position, reply.version, reply.set_by) == ("for", article.approved_version, lead)
    shown = page(lead, "group", group.uid)
    assert "No rural clinic closes in the first year." in shown
    assert "Sending to many is not set up in this house yet" in shown
    Article.objects.filter(pk=article.pk).update(state=ArticleState.WITHDRAWN)
    assert groups.standing_reply_of(Group.objects.get(pk=group.pk), NOW) is None
    assert "It does not hold now." in page(lead, "group", group.uid)
    post(lead, "end_reply", group.uid)
    assert StandingReply.objects.get().ended_by == lead
    post(lead, "answer", group.uid, code=409)


def test_those_who_wrote_are_handed_on_and_of_those_who_will_the_page_says_how(group, lead, article, monkeypatch):
    calls: list[tuple[list[int], object]] = []

    def answer(*, standing_reply, inquiry_ids, actor, now) -> str:
        calls.append((list(inquiry_ids), actor))
        return "/"

    monkeypatch.setattr(registry.registry, "answering", answer)
    changing.say_position(actor=lead, group=group, position=Position.FOR, now=NOW)
    standing.set_reply(actor=lead, group=group, article=article, until=NOW.date() + timedelta(days=60), now=NOW)
    assert groups.waiting(group) == {"reply": 5, "person": 1, "answered": 0}
    waiting = groups.open_inquiry_ids(group)
    assert "Prepare the reply to 5 letters" in page(lead, "group", group.uid)
    post(lead, "answer", group.uid)
    assert calls == [(waiting, lead)]
    monkeypatch.setattr(registry.registry, "later", lambda reply, now: f"Later ones get {reply.article.title}.")
    assert "Later ones get Rural clinics: the promise." in page(lead, "group", group.uid)
    StandingReply.objects.update(until=date(2026, 9, 1))
    assert "Later ones get" not in page(lead, "group", group.uid)


def test_a_refusal_of_whoever_answers_many_is_told(group, lead, article, monkeypatch):
    def answer(**given: object) -> str:
        raise rules.Refused("Its words changed.")

    monkeypatch.setattr(registry.registry, "answering", answer)
    changing.say_position(actor=lead, group=group, position=Position.FOR, now=NOW)
    standing.set_reply(actor=lead, group=group, article=article, now=NOW)
    client = Client()
    client.force_login(lead)
    said = client.post(reverse("campaigns:answer", args=[group.uid]))
    assert (said.status_code, "Its words changed." in said.content.decode()) == (403, True)


@pytest.mark.parametrize("act", ["lift", "read"])
def test_lifting_and_reading_again_hold_the_campaign_before_its_letters(group, lead, act):
    Member.objects.exclude(added="").update(added="Before.")
    with CaptureQueriesContext(connection) as told:
        if act == "lift":
            changing.lift(actor=lead, member=Member.objects.filter(reason="").first(), now=NOW)
        else:
            reading.read_again(group_ids=[group.pk], now=NOW)
    locks = [one["sql"] for one in told if re.search("FOR (NO KEY )?UPDATE", one["sql"])]
    held = [sql.partition(" FROM ")[2].split()[0] for sql in locks]
    assert held[:2] == ['"campaigns_group"', '"campaigns_member"']


def test_what_a_person_decided_no_later_reading_takes_back(group, lead):
    lifted = Member.objects.get(reason="question")
    changing.put_back(actor=lead, member=lifted, now=NOW)
    Member.objects.filter(pk=lifted.pk).update(added="Before.")
    reading.read_again(group_ids=[group.pk], now=NOW)
    lifted.refresh_from_db()
    assert (lifted.added, lifted.reason, lifted.decided_by) == (QUESTION, "", lead)


def test_what_is_no_campaign_marks_no_letter(group, lead):
    changing.set_status(actor=lead, group=group, status=Status.NONE, now=NOW)
    assert groups.groups_of([Member.objects.first().inquiry_id]) == {}
    assert list(groups.listed(lead)) == []
    assert list(groups.listed(lead, status="none")) == [group]


def test_the_list_costs_the_same_however_many_campaigns(group, volunteer):
    client = Client()
    client.force_login(volunteer)

    def cost() -> int:
        with CaptureQueriesContext(connection) as told:
            assert client.get(reverse("campaigns:list")).status_code == 200
        return len(told)

    cost()
    one = cost()
    send(letter(6, text=OTHER), letter(7, text=OTHER), letter(0, text=OTHER))
    assert groups.listed(volunteer).count() == 2
    assert cost() == one
    Count.objects.filter(group=group).update(state_code="OH")
    assert groups.states_of(list(groups.listed(volunteer))) == {group.pk: 1}


def test_the_page_costs_the_same_however_many_letters(group, volunteer, django_assert_max_num_queries):
    client = Client()
    client.force_login(volunteer)
    with django_assert_max_num_queries(40):
        client.get(reverse("campaigns:group", args=[group.uid]))


def test_the_text_is_read_from_others_once_somebody_is_erased(group):
    first = Member.objects.order_by("pk").first()
    assert group.sentences
    with transaction.atomic():
        bus.announce(PersonErased(person_id=first.person_id, person_uid=first.uid, at=NOW))
    emptied = Group.objects.get()
    assert (emptied.sentences, emptied.looked_at, emptied.name) == ([], 0, "…")
    assert [job.args for job in ProcrastinateJob.objects.filter(task_name="campaigns.read_again", status="todo")][
        -1:
    ] == [{"group_ids": [group.pk]}]
    reading.read_again(group_ids=[group.pk], now=NOW)
    assert Group.objects.get().name == "Our clinics"
    assert Group.objects.get().sentences
