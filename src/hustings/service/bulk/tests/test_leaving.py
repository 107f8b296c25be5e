"""From a choice of letters to letters that left: whom, how often, at which pace, and what stops them."""

from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from hustings.constituents.people.actions import merges
from hustings.constituents.people.models import Consent, Identifier, Person
from hustings.constituents.timeline.models import Entry
from hustings.foundation.access.models import AuditEntry
from hustings.foundation.channels.actions import outbox
from hustings.foundation.channels.models import CaughtMail, Outgoing, OutgoingState
from hustings.foundation.channels.queries import content_of
from hustings.service.answers.actions import withdraw
from hustings.service.bulk import registry
from hustings.service.bulk.actions import approving, drafting, halting, leaving
from hustings.service.bulk.models import BulkReply, Claim, Copy, CopyState, Why
from hustings.service.bulk.queries import choosing
from hustings.service.bulk.rules import Refused
from hustings.service.correspondence.models import Citation, Message, Reply, ReplyState
from hustings.service.correspondence.tests.replying import NOW, Cast, article, cast, letter, person
from hustings.service.desk.actions import taking
from hustings.service.desk.models import Event, Inquiry, Status

from .many import MINUTE, WORDS, all_leave, approved, drafted, paid_for, states, writers, wrote

pytestmark = pytest.mark.django_db


@pytest.fixture(name="us")
def _us(settings) -> Cast:  # type: ignore[no-untyped-def]
    settings.HUSTINGS_SMTP_URL = "caught://"
    return cast()


def send(now) -> None:  # type: ignore[no-untyped-def]
    while outbox.send_due(now + MINUTE):
        pass


def test_each_gets_one_letter_of_their_own(us: Cast) -> None:
    rows = writers(us, 3)
    text = article(body=WORDS)
    bulk = approved(us, drafted(us, rows, text=text))
    all_leave(bulk)
    replies = list(Reply.objects.order_by("to_address"))
    assert [one.to_address for one in replies] == ["w0@b.example", "w1@b.example", "w2@b.example"]
    assert replies[1].text == ("Dear Writer1,\n\nThank you, Writer1. Your polling place is set by your county.")
    assert {one.state for one in replies} == {ReplyState.LEAVING}
    assert all(one.author == us.lead and one.released_by == us.administrator for one in replies)
    assert [(one.version_id, one.language) for one in Citation.objects.all()] == [(text.version_id, "en")] * 3
    assert set(Inquiry.objects.values_list("status", flat=True)) == {Status.CLOSED}
    assert Event.objects.filter(kind="answered").count() == 3
    assert Entry.objects.filter(ref__in=[one.uid for one in replies]).count() == 3
    send(NOW)
    assert CaughtMail.objects.count() == 3
    assert set(Copy.objects.values_list("state", flat=True)) == {CopyState.SENT}
    bulk.refresh_from_db()
    assert bulk.state == "done"
    mail = message_from_bytes(content_of(replies[0].outgoing), policy=policy.default)
    assert mail["Message-ID"] == f"<{replies[0].uid}@adair.example>"
    assert mail["In-Reply-To"]


def test_nothing_leaves_before_another_approved(us: Cast) -> None:
    bulk = drafted(us, writers(us, 2))
    leaving.leave_due(NOW + MINUTE)
    approving.ask_approval(actor=us.lead, bulk=bulk, now=NOW)
    for nobody in (us.lead, us.volunteer, us.outsider):
        with pytest.raises(PermissionDenied):
            approving.approve(actor=nobody, bulk=bulk, revision=bulk.revision, now=NOW)
    with pytest.raises(Refused, match="teams you do not lead"):
        approving.approve(actor=us.press_lead, bulk=bulk, revision=bulk.revision, now=NOW)
    with pytest.raises(Refused, match="changed since you read"):
        approving.approve(actor=us.administrator, bulk=bulk, revision=bulk.revision + 1, now=NOW)
    leaving.leave_due(NOW + MINUTE)
    assert Outgoing.objects.count() == Reply.objects.count() == Claim.objects.count() == 0
    with pytest.raises(IntegrityError), transaction.atomic():
        BulkReply.objects.filter(pk=bulk.pk).update(approved_by=us.lead)


def test_who_wrote_five_times_from_two_addresses_gets_one_letter(us: Cast) -> None:
    ruth = us.person
    again = Person.objects.create(name="R. Abernathy", first_name="Ruth", canonical=ruth)
    Identifier.objects.create(person=again, kind="email", value="ruth@work.example")
    rows = [wrote(us, ruth, "ruth.a@example.org", at=NOW + n * MINUTE) for n in range(3)]
    rows += [wrote(us, again, "ruth@work.example", at=NOW + n * MINUTE) for n in (7, 5)]
    bulk = approved(us, drafted(us, rows))
    all_leave(bulk)
    reply = Reply.objects.get()
    assert reply.inquiry == rows[4]  # whose letter came last
    assert set(Inquiry.objects.values_list("status", flat=True)) == {Status.CLOSED}
    assert not Inquiry.objects.filter(answered_at=None).exists()
    assert Event.objects.filter(kind="answered_with").count() == 4
    assert Copy.objects.filter(state=CopyState.COVERED, covered_by__reply=reply).count() == 4
    # It was undone: all five wait again.
    halting.stop(actor=us.administrator, bulk=bulk, now=NOW + timedelta(seconds=3))
    halting.put_back_taken(now=NOW + timedelta(seconds=4))
    assert set(Inquiry.objects.values_list("status", flat=True)) == {Status.OPEN}
    assert not Inquiry.objects.filter(answered_at__isnull=False).exists()
    assert Claim.objects.count() == 0
    send(NOW)
    assert CaughtMail.objects.count() == 0


def test_two_bulk_replies_that_overlap_answer_each_once(us: Cast) -> None:
    rows = writers(us, 6)
    text = article(body=WORDS)
    first, second = drafted(us, rows[:4], text=text), drafted(us, rows[2:], text=text)
    other = drafted(us, rows[3:], text=article(body="Other words."))
    assert approved(us, first).people == 4
    assert approved(us, second).people == 2
    with pytest.raises(Refused, match="Nobody is left"):
        approved(us, other)
    for bulk in (first, second):
        all_leave(bulk)
    assert sorted(Reply.objects.values_list("to_address", flat=True)) == [f"w{n}@b.example" for n in range(6)]
    assert list(states(second).values()).count(Why.OTHER_BULK) == 2


def test_the_database_keeps_claims_apart(us: Cast) -> None:
    rows = writers(us, 3)
    text = article(body=WORDS)
    one, two = drafted(us, rows, text=text), drafted(us, rows, text=text)
    approved(us, one)
    copies = list(Copy.objects.filter(bulk=two).order_by("pk"))
    for change in ({}, {"person_id": us.person.pk}, {"person_id": us.person.pk, "letter_id": 999}):
        claim = approving.claim_of(two, copies[0])
        for name, value in change.items():
            setattr(claim, name, value)
        with pytest.raises(IntegrityError), transaction.atomic():
            claim.save(force_insert=True)
    assert Claim.objects.count() == 3


def test_what_never_joins_is_left_out_and_said(us: Cast) -> None:
    def of(name: str, **fields):  # type: ignore[no-untyped-def]
        address = f"{name.lower()}@b.example"
        return wrote(us, person(f"{name} Case", address), address, **fields)

    rows = {
        Why.SEALED: of("Sealed", is_sealed=True),
        Why.CRISIS: of("Crisis", is_crisis=True),
        Why.KEPT_OUT: of("Press", queue=us.press_queue),
        Why.IN_HAND: of("Taken", assignee=us.volunteer),
        Why.CLOSED: of("Closed", status="closed"),
        Why.SNOOZED: of("Snoozed", status="snoozed"),
        Why.ANSWERED: of("Answered", answered_at=NOW),
        Why.NO_WORDS: of("Iowan", state_code="IA"),
    }
    vip = of("Vip", tags=["VIP"])
    silent, bouncing, nameless = of("Silent"), of("Bouncing"), of("Nameless")
    Person.objects.filter(pk=silent.person_id).update(do_not_contact=True)
    Identifier.objects.filter(value="bouncing@b.example").update(bounced_for_good=True)
    Person.objects.filter(pk=nameless.person_id).update(first_name="")
    text = article(body=WORDS, state_code="OH")
    Inquiry.objects.filter(state_code="").update(state_code="OH")
    chosen = [*rows.values(), vip, silent, bouncing, nameless]
    bulk = drafted(us, chosen, text=text, by=us.administrator)
    found = {copy.inquiry_id: copy.why for copy in Copy.objects.filter(bulk=bulk)}
    assert {row.pk: why for why, row in rows.items()}.items() <= found.items()
    assert (found[vip.pk], found[silent.pk], found[bouncing.pk], found[nameless.pk]) == (
        *(Why.KEPT_OUT, Why.DO_NOT_CONTACT, Why.BOUNCES, Why.FIELD),
    )
    assert Copy.objects.get(inquiry=nameless).detail == "person.first_name"
    assert not Copy.objects.filter(state=CopyState.READY).exists()


def test_one_in_a_colleagues_hand_keeps_the_writers_others(us: Cast) -> None:
    first = wrote(us, us.person, "ruth.a@example.org")
    second = wrote(us, us.person, "ruth.a@example.org", assignee=us.volunteer)
    bulk = drafted(us, [first, second])
    assert [copy.why for copy in Copy.objects.filter(bulk=bulk).order_by("pk")] == [Why.OTHER_IN_HAND, Why.IN_HAND]


def test_the_pace_is_kept(us: Cast) -> None:
    bulk = approved(us, drafted(us, writers(us, 12), pace=60))
    left = []
    for second in range(14):
        leaving.leave_due(NOW + timedelta(seconds=second))
        left.append(Reply.objects.count())
    assert left == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 12, 12]
    bulk.refresh_from_db()
    assert bulk.state == "done"


def test_a_worker_that_was_away_makes_up_for_seconds_alone(us: Cast) -> None:
    approved(us, drafted(us, writers(us, 12), pace=60))
    leaving.leave_due(NOW + timedelta(hours=1))
    assert Reply.objects.count() == 6  # five seconds' worth, and the one of now


def test_pause_resume_and_stop(us: Cast) -> None:
    rows = writers(us, 5)
    bulk = approved(us, drafted(us, rows, pace=60))
    leaving.leave_due(NOW)
    halting.pause(actor=us.lead, bulk=bulk, now=NOW)
    leaving.leave_due(NOW + MINUTE)
    assert Reply.objects.count() == 1
    send(NOW)  # the first has left for good
    halting.resume(actor=us.lead, bulk=bulk, now=NOW + MINUTE)
    leaving.leave_due(NOW + MINUTE)
    assert Reply.objects.count() == 2
    halting.stop(actor=us.administrator, bulk=bulk, now=NOW + MINUTE)
    leaving.leave_due(NOW + 2 * MINUTE)
    send(NOW + 3 * MINUTE)
    assert halting.put_back_taken(now=NOW + 3 * MINUTE) == 1
    assert CaughtMail.objects.count() == 1
    assert list(states(bulk).values()) == ["sent", "stopped", "stopped", "stopped", "stopped"]
    assert [row.status for row in Inquiry.objects.order_by("pk")] == ["closed", "open", "open", "open", "open"]
    assert Outgoing.objects.filter(state=OutgoingState.CANCELLED).count() == 1
    assert Message.objects.filter(direction=1).count() == 1
    # Who was not answered can be, by another.
    again = approved(us, drafted(us, rows, text=bulk.version.texts.get()))
    assert again.people == 4
    said = list(AuditEntry.objects.order_by("id").values_list("action", flat=True))
    assert [one for one in said if one.startswith("bulk.")] == [
        "bulk.approved", "bulk.paused", "bulk.resumed", "bulk.stopped", "bulk.approved",
    ]  # fmt: skip


def test_a_letter_that_came_after_approval_keeps_the_answer_back(us: Cast) -> None:
    rows = writers(us, 2)
    bulk = approved(us, drafted(us, rows))
    letter(rows[0], at=NOW + MINUTE, address="w0@b.example", text="Never mind, I found it.")
    all_leave(bulk)
    assert list(states(bulk).values()) == [Why.NEWER, CopyState.LEAVING]
    assert Claim.objects.count() == 1


def test_a_colleague_who_took_it_keeps_it(us: Cast) -> None:
    rows = writers(us, 2)
    bulk = approved(us, drafted(us, rows))
    taking.take(actor=us.volunteer, inquiry=rows[1], now=NOW)
    all_leave(bulk)
    assert list(states(bulk).values()) == [CopyState.LEAVING, Why.IN_HAND]


def test_more_than_500_leave_only_with_the_line_that_says_who_paid(us: Cast, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    text = article(body=WORDS)
    bulk = drafted(us, writers(us, 3), text=text)
    monkeypatch.setattr("hustings.service.bulk.rules.MOST_WITHOUT_LINE", 2)
    with pytest.raises(Refused, match="who paid"):
        approved(us, bulk)
    assert Claim.objects.count() == 0
    paid_for("Adair for America")
    approving.approve(actor=us.administrator, bulk=bulk, revision=bulk.revision, now=NOW)
    all_leave(bulk)
    assert all(one.text.endswith("\n\nPaid for by Adair for America") for one in Reply.objects.all())
    with pytest.raises(IntegrityError), transaction.atomic():
        BulkReply.objects.filter(pk=bulk.pk).update(people=501, paid_line="")


def test_parts_of_one_mailing_count_together(us: Cast, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr("hustings.service.bulk.rules.MOST_WITHOUT_LINE", 2)
    rows, text = writers(us, 4), article(body=WORDS)
    approved(us, drafted(us, rows[:2], text=text))
    with pytest.raises(Refused, match="who paid"):
        approved(us, drafted(us, rows[2:], text=text))


def test_more_than_a_lead_may_needs_an_administrator(us: Cast, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr("hustings.service.bulk.actions.approving.MOST_BY_A_LEAD", 2)
    bulk = drafted(us, writers(us, 3), by=us.administrator)
    with pytest.raises(Refused, match="administrator"):
        approved(us, bulk, by=us.lead)
    assert Claim.objects.count() == 0


def test_withdrawn_words_leave_with_nobody(us: Cast) -> None:
    text = article(body=WORDS)
    bulk = approved(us, drafted(us, writers(us, 3), text=text, pace=60))
    leaving.leave_due(NOW)
    withdraw(actor=us.administrator, article=text.version.article, reason="It was wrong.", now=NOW)
    leaving.leave_due(NOW + MINUTE)
    halting.put_back_taken(now=NOW + MINUTE)
    send(NOW)
    assert CaughtMail.objects.count() == 0
    assert list(states(bulk).values()) == [Why.WITHDRAWN] * 3
    assert set(Inquiry.objects.values_list("status", flat=True)) == {Status.OPEN}
    assert BulkReply.objects.get(pk=bulk.pk).state == "stopped"


def test_revised_words_pause_it(us: Cast) -> None:
    text = article(body=WORDS)
    bulk = approved(us, drafted(us, writers(us, 2), text=text))
    newer = text.version.article.versions.create(number=8, title="Newer")
    type(text.version.article).objects.update(approved_version=newer)
    all_leave(bulk)
    assert (bulk.state, bulk.paused_because, Reply.objects.count()) == ("paused", "revised", 0)
    with pytest.raises(Refused, match="revised"):
        halting.resume(actor=us.lead, bulk=bulk, now=NOW)


def test_two_who_are_found_to_be_one_get_one_letter(us: Cast) -> None:
    rows = writers(us, 2)
    bulk = approved(us, drafted(us, rows, pace=60))
    leaving.leave_due(NOW)
    one, two = (Person.objects.get(pk=row.person_id) for row in rows)
    merges.merge_people(actor=us.lead, person=two, into=one, now=NOW)
    leaving.leave_due(NOW + MINUTE)
    assert list(states(bulk).values()) == [CopyState.LEAVING, Why.SAME_PERSON]
    assert Reply.objects.count() == Claim.objects.count() == 1


def test_two_who_are_found_to_be_two_after_all_keep_their_own_claims(us: Cast) -> None:
    """The letter of one was claimed before a merge that was taken back: another bulk reply may not answer them too."""
    rows, text = writers(us, 2), article(body=WORDS)
    approved(us, drafted(us, rows[:1], text=text))
    one, two = (Person.objects.get(pk=row.person_id) for row in rows)
    merge = merges.merge_people(actor=us.lead, person=one, into=two, now=NOW)
    assert Claim.objects.get().person == two
    merges.undo_merge(actor=us.lead, merge=merge, now=NOW)
    assert Claim.objects.get().person == one
    assert Copy.objects.get().person == one
    again = wrote(us, one, "other@b.example")
    second = drafted(us, [again, rows[1]], text=text)
    assert approved(us, second).people == 1
    assert list(states(second).values()) == [Why.OTHER_BULK, CopyState.READY]


def test_one_letter_is_taken_back_by_itself(us: Cast) -> None:
    rows = writers(us, 2)
    bulk = approved(us, drafted(us, rows))
    all_leave(bulk)
    halting.take_back(actor=us.lead, copy=Copy.objects.get(inquiry=rows[0]), now=NOW)
    halting.put_back_taken(now=NOW)
    send(NOW)
    assert list(states(bulk).values()) == [Why.UNDONE, CopyState.SENT]
    with pytest.raises(Refused, match="Too late"):
        halting.take_back(actor=us.lead, copy=Copy.objects.get(inquiry=rows[1]), now=NOW)


def test_what_was_refused_goes_back_and_may_be_answered_again(us: Cast) -> None:
    rows = writers(us, 1)
    bulk = approved(us, drafted(us, rows))
    all_leave(bulk)
    row = Outgoing.objects.get()
    Outgoing.objects.filter(pk=row.pk).update(state=OutgoingState.ATTEMPTING)
    outbox._settle_attempt(row.pk, OutgoingState.FAILED, "550 no such mailbox", NOW)
    assert Copy.objects.get().state == CopyState.REFUSED
    assert halting.put_back_taken(now=NOW) == 1
    assert Claim.objects.count() == 0
    assert Inquiry.objects.get().status == Status.OPEN


def test_an_uncertain_one_keeps_its_claim(us: Cast) -> None:
    rows, text = writers(us, 1), article(body=WORDS)
    all_leave(approved(us, drafted(us, rows, text=text)))
    row = Outgoing.objects.get()
    Outgoing.objects.filter(pk=row.pk).update(state=OutgoingState.ATTEMPTING)
    outbox._settle_attempt(row.pk, OutgoingState.UNCERTAIN, "the line dropped", NOW)
    assert Copy.objects.get().state == CopyState.UNCERTAIN
    assert Claim.objects.count() == 1
    Inquiry.objects.update(status="open", answered_at=None)
    second = drafted(us, rows, text=text)
    assert [copy.why for copy in Copy.objects.filter(bulk=second)] == [Why.ANSWERED]


def test_changing_the_words_asks_everything_anew(us: Cast) -> None:
    rows = writers(us, 2)
    bulk = drafted(us, rows)
    approving.ask_approval(actor=us.lead, bulk=bulk, now=NOW)
    draft = drafting.Draft(article=bulk.article, opening={"en": "Good day,"})
    changed = drafting.change_words(actor=us.lead, bulk=bulk, draft=draft, now=NOW)
    assert (changed.state, changed.revision, Copy.objects.count()) == ("checking", 2, 0)
    with pytest.raises(Refused):
        approving.approve(actor=us.administrator, bulk=bulk, revision=1, now=NOW)


def test_who_unsubscribed_is_answered_all_the_same(us: Cast) -> None:
    rows = writers(us, 1)
    Consent.objects.create(person_id=rows[0].person_id, channel="email", state="refused", source="form", at=NOW)
    assert list(states(drafted(us, rows)).values()) == [CopyState.READY]


def test_a_list_and_what_is_kept_out_come_from_other_rooms(us: Cast, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    rows = writers(us, 2)
    monkeypatch.setattr(registry, "registry", registry.Registry())
    registry.register_source("campaign", "Mail campaign", lambda user, key: (f"Group {key}", [row.pk for row in rows]))
    registry.keep_out(lambda ids: [rows[0].pk] if rows[0].pk in ids else [])
    monkeypatch.setattr(choosing, "registry", registry.registry)
    assert choosing.of_source(us.lead, "campaign", "7") == ("Mail campaign: Group 7", [row.pk for row in rows])
    assert choosing.of_source(us.lead, "nothing", "7") is None
    assert list(states(drafted(us, rows)).values()) == [Why.KEPT_OUT, CopyState.READY]


@pytest.mark.parametrize("count", [2, 12])
def test_checking_asks_the_same_number_of_questions_for_any_number(
    us: Cast, count: int, django_assert_max_num_queries
) -> None:  # type: ignore[no-untyped-def]
    rows, text = writers(us, count), article(body=WORDS)
    with django_assert_max_num_queries(60):
        drafted(us, rows, text=text)
