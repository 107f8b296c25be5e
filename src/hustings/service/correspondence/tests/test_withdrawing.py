"""What was withdrawn is in nothing that leaves, and in no draft; those who were answered from it are told, once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from hustings.constituents.insight.actions import citing
from hustings.constituents.insight.actions.counting import Buffer
from hustings.constituents.insight.models import Kind, Tally
from hustings.constituents.people.models import Identifier, Person
from hustings.foundation.access.models import Role, User
from hustings.foundation.channels.actions import outbox
from hustings.foundation.channels.models import CaughtMail, Outgoing, OutgoingState
from hustings.foundation.core.ids import new_uid
from hustings.foundation.geography.models import State
from hustings.foundation.geography.queries import forget
from hustings.service.answers.actions import withdraw
from hustings.service.answers.actions.corrections import approve_correction, settle_call, write_correction
from hustings.service.answers.actions.states import withdraw_state
from hustings.service.answers.models import ArticleText, ArticleVersion, Correction, CorrectionRecipient
from hustings.service.answers.queries.corrections import counts_of
from hustings.service.answers.registry import everyone_answered
from hustings.service.correspondence import tasks
from hustings.service.correspondence.actions import correcting, drafts, replies, withdrawing
from hustings.service.correspondence.actions.settling import follow_outbox
from hustings.service.correspondence.models import Draft, Reply, ReplyState
from hustings.service.correspondence.rules import SendRefused
from hustings.service.desk.models import Inquiry

from .replying import Cast, article, cast, inquiry, seen, user

ORDER = datetime(2028, 11, 6, 23, 40, tzinfo=UTC)  # 18:40 in Columbus
MINUTE = timedelta(minutes=1)
WORDS = "Ohio takes mail ballots until noon. Bring it to any library."


@pytest.fixture(autouse=True)
def caught(settings: Any) -> None:
    settings.HUSTINGS_SMTP_URL = "caught://"


@pytest.fixture
def us(db: None) -> Cast:
    for code, name, fips in (("OH", "Ohio", "39"), ("IA", "Iowa", "19")):
        State.objects.get_or_create(code=code, defaults={"name": name, "fips": fips})
    forget()
    return cast()


@pytest.fixture
def counsel(us: Cast) -> User:
    return user("Ines Calloway", roles=["counsel"])


def words_for(state: str, body: str = WORDS, *, of: ArticleText | None = None) -> ArticleText:
    """The words of a state; of one article, when another text of it is given."""
    if of is None:
        return article("Mail ballots", body, state_code=state)
    return ArticleText.objects.create(version=of.version, language="en", state_code=state, body=body)


def someone(us: Cast, name: str, state: str = "OH", *, mail: str | None = None) -> Inquiry:
    """A letter of somebody from that state."""
    person = Person.objects.create(name=name, first_name=name.split()[0], state_code=state)
    address = f"{name.split()[0].lower()}@example.org" if mail is None else mail
    if address:
        Identifier.objects.create(person=person, kind="email", value=address)
    made = inquiry(us, state_code=state)
    Inquiry.objects.filter(pk=made.pk).update(person=person)
    return Inquiry.objects.get(pk=made.pk)


def cite(us: Cast, of: Inquiry, text: ArticleText, *, before: str = "", who: User | None = None) -> Draft:
    draft, _filled = drafts.cite(
        actor=who or us.volunteer,
        inquiry=of,
        article_text=text,
        text=before,
        caret=len(before),
        revision=0,
        now=ORDER - MINUTE,
    )
    return draft


def answer(
    us: Cast, of: Inquiry, text: ArticleText, *, at: datetime, left: bool = True, who: User | None = None
) -> Reply:
    draft = cite(us, of, text, before=f"Dear {of.person.first_name},", who=who)
    address = Identifier.objects.filter(person=of.person, kind="email").values_list("value", flat=True).first()
    made = replies.send_reply(
        actor=who or us.volunteer,
        inquiry=of,
        token=new_uid(),
        text=draft.text,
        to_address=address or "",
        now=at,
        **seen(of),
    )
    if left and made.outgoing_id:
        outbox.send_due(at + timedelta(seconds=9))
        made.refresh_from_db()
    return made


def test_words_are_taken_out_and_the_rest_stays() -> None:
    text = "Dear Ruth,\n\nOhio takes mail ballots until noon! Bring it to any library. Call me.\n\nYours, June"
    assert withdrawing.without(text, [WORDS], "{{ gone }}") == "Dear Ruth,\n\n{{ gone }} Call me.\n\nYours, June"
    changed = "Ohio still takes mail ballots until noon."
    assert withdrawing.without(changed, [WORDS], "{{ gone }}") == "{{ gone }}"
    assert withdrawing.without("Nothing of it.", [WORDS], "{{ gone }}") == "Nothing of it."


def test_an_answer_that_left_counts_for_what_it_cites(
    us: Cast, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    counted = Buffer()
    monkeypatch.setattr(citing, "buffer", counted)
    text = words_for("OH")
    with django_capture_on_commit_callbacks(execute=True):
        waits = answer(us, someone(us, "Ruth Abernathy"), text, at=ORDER - MINUTE, left=False)
    assert (waits.state, counted.write()) == (ReplyState.LEAVING, 0)
    with django_capture_on_commit_callbacks(execute=True):
        outbox.send_due(ORDER)
        follow_outbox(outgoing_id=waits.outgoing_id, state=OutgoingState.SENT, now=ORDER)  # told twice
    counted.write()
    subject = str(text.version.article.uid)
    assert list(Tally.objects.values_list("kind", "subject", "count")) == [(Kind.CITED, subject, 1)]


def test_the_court_order(us: Cast, counsel: User) -> None:
    """18:40: counsel withdraws Ohio's answer. Iowa's goes on."""
    ohio = words_for("OH")
    iowa = words_for("IA", "Iowa takes mail ballots until eight.", of=ohio)
    answered = answer(us, someone(us, "Ruth Abernathy"), ohio, at=ORDER - timedelta(hours=2))
    elsewhere = answer(us, someone(us, "Ida Moss", "IA"), iowa, at=ORDER - timedelta(hours=1))
    leaving = answer(us, someone(us, "Tom Pike"), ohio, at=ORDER - timedelta(seconds=3), left=False)
    waiting = answer(us, someone(us, "Ann Lee"), ohio, at=ORDER - MINUTE, who=us.newcomer)
    written = cite(us, someone(us, "Bo Carr"), ohio, before="Dear Bo,")
    other = cite(us, someone(us, "Al Dean", "IA"), iowa, before="Dear Al,")
    assert [one.state for one in (answered, elsewhere, leaving, waiting)] == ["sent", "sent", "leaving", "release"]

    withdraw_state(
        actor=counsel, article=ohio.version.article, state_code="OH", reason="The court has ordered it", now=ORDER
    )
    # At once: nothing leaves with it, and nobody can begin to send it.
    assert Outgoing.objects.get(pk=leaving.outgoing_id).state == OutgoingState.CANCELLED
    before = CaughtMail.objects.count()
    outbox.send_due(ORDER + MINUTE)
    assert CaughtMail.objects.count() == before
    # Within the minute, when the job has run: no draft and no unsent reply holds it.
    tasks.take_out_withdrawn(article_id=ohio.version.article_id, state_code="OH")
    unsent = [*Draft.objects.exclude(pk=other.pk)]
    assert sorted(one.inquiry.person.name for one in unsent) == ["Ann Lee", "Bo Carr", "Tom Pike"]
    for one in unsent:
        assert (WORDS.split(".")[0] in one.text, one.citations) == (False, [])
        assert "{{ withdrawn: Mail ballots }}" in one.text
    assert [row.text for row in Reply.objects.exclude(state="sent") if "library" in row.text] == []
    assert {row.state for row in Reply.objects.filter(pk__in=[leaving.pk, waiting.pk])} == {ReplyState.UNDONE}
    other.refresh_from_db()
    assert other.text == "Dear Al,\n\nIowa takes mail ballots until eight."
    written.refresh_from_db()
    with pytest.raises(SendRefused, match="withdrawn: Mail ballots"):
        send_text(us, written)
    # The list is exact, with the version each got.
    found = everyone_answered(ohio.version.article, "OH")
    assert [(one.person_id, one.version_number, one.ref) for one in found] == [
        (answered.inquiry.person_id, 7, answered.uid)
    ]
    # Running again does nothing twice.
    stored = list(Draft.objects.order_by("pk").values_list("text", "revision"))
    tasks.take_out_withdrawn(article_id=ohio.version.article_id, state_code="OH")
    assert list(Draft.objects.order_by("pk").values_list("text", "revision")) == stored


def send_text(us: Cast, draft: Draft) -> Reply:
    return replies.send_reply(
        actor=us.volunteer, inquiry=draft.inquiry, token=new_uid(), text=draft.text, now=ORDER, **seen(draft.inquiry)
    )


def test_everyones_words_are_withdrawn_for_the_people_of_one_state(us: Cast, counsel: User) -> None:
    general = words_for("")
    ohio = answer(us, someone(us, "Ruth Abernathy"), general, at=ORDER - MINUTE)
    answer(us, someone(us, "Ida Moss", "IA"), general, at=ORDER - MINUTE)
    withdraw_state(actor=counsel, article=general.version.article, state_code="OH", reason="x", now=ORDER)
    assert [one.ref for one in everyone_answered(general.version.article, "OH")] == [ohio.uid]
    with pytest.raises(SendRefused, match="was withdrawn"):
        answer(us, someone(us, "Bo Carr"), general, at=ORDER)
    assert answer(us, someone(us, "Al Dean", "IA"), general, at=ORDER).state == ReplyState.SENT


def test_a_person_is_on_the_list_once_with_the_newest(us: Cast) -> None:
    ohio = words_for("OH")
    of = someone(us, "Ruth Abernathy")
    answer(us, of, ohio, at=ORDER - 3 * MINUTE)
    newer = ArticleVersion.objects.create(article=ohio.version.article, number=8, title="Mail ballots")
    text = ArticleText.objects.create(version=newer, language="en", state_code="OH", body="Until one.")
    last = answer(us, of, text, at=ORDER - MINUTE)
    undone = answer(us, someone(us, "Tom Pike"), ohio, at=ORDER, left=False)
    replies.undo_send(actor=us.volunteer, reply=undone, now=ORDER)
    found = everyone_answered(ohio.version.article)
    assert [(one.version_number, one.ref) for one in found] == [(8, last.uid)]


# ---- the correction ---------------------------------------------------------------------------------------------


def corrected(us: Cast, by: User, of: ArticleText, state: str = "OH") -> Correction:
    made = write_correction(
        actor=us.administrator,
        article=of.version.article,
        subject="We told you something wrong",
        texts={"en": "Dear {{ person.first_name }}, what we wrote was wrong.", "es": "Nos equivocamos."},
        state_code=state,
        now=ORDER,
    )
    approve_correction(actor=by, correction=made, now=ORDER)
    return made


def mailed() -> list[str]:
    return sorted(
        CaughtMail.objects.filter(subject="We told you something wrong").values_list("envelope_to", flat=True)
    )


def test_the_correction_reaches_exactly_them_once(us: Cast, counsel: User) -> None:
    ohio = words_for("OH")
    iowa = words_for("IA", "Iowa.", of=ohio)
    for name in ("Ruth Abernathy", "Tom Pike"):
        answer(us, someone(us, name), ohio, at=ORDER - timedelta(hours=1))
    answer(us, someone(us, "Ida Moss", "IA"), iowa, at=ORDER - timedelta(hours=1))
    bounced, silent = someone(us, "Ann Lee"), someone(us, "Bo Carr")
    for of in (bounced, silent):
        answer(us, of, ohio, at=ORDER - timedelta(hours=1))
    Identifier.objects.filter(person=bounced.person).update(bounced_for_good=True)
    Person.objects.filter(pk=silent.person_id).update(do_not_contact=True)
    withdraw_state(actor=counsel, article=ohio.version.article, state_code="OH", reason="x", now=ORDER)

    made = corrected(us, counsel, ohio)
    assert approve_correction(actor=counsel, correction=made, now=ORDER) == 4  # twice sends nothing twice
    for _again in range(2):
        correcting.send_correction(correction_id=made.pk, now=ORDER)
        outbox.send_due(ORDER + MINUTE)
    assert mailed() == ["ruth@example.org", "tom@example.org"]
    assert {key: n for key, n in counts_of(made).items() if n} == {"sent": 2, "to_call": 1, "silent": 1}
    call = CorrectionRecipient.objects.get(correction=made, state="to_call")
    assert (call.person, call.because) == (bounced.person, "There is no address that mail reaches.")
    assert settle_call(actor=us.lead, recipient=call, state="called", now=ORDER)
    assert not settle_call(actor=counsel, recipient=call, state="given_up", now=ORDER)
    call.refresh_from_db()
    assert (call.state, call.called_by, call.about) == ("called", us.lead, bounced.uid)
    letter = Reply.objects.get(to_address="ruth@example.org", subject=made.subject)
    assert letter.text == "Dear Ruth, what we wrote was wrong."
    assert letter.inquiry.assignee_id == us.volunteer.pk  # it stays the one of whoever answered
    with pytest.raises(SendRefused):
        replies.undo_send(actor=counsel, reply=letter, now=ORDER)


def test_a_letter_that_is_refused_makes_a_call(us: Cast, counsel: User, monkeypatch: pytest.MonkeyPatch) -> None:
    ohio = words_for("OH")
    of = someone(us, "Ruth Abernathy")
    answer(us, of, ohio, at=ORDER - MINUTE)
    withdraw(actor=us.administrator, article=ohio.version.article, reason="x", now=ORDER)
    made = corrected(us, counsel, ohio)
    correcting.send_correction(correction_id=made.pk, now=ORDER)
    row = CorrectionRecipient.objects.get()
    outgoing = Reply.objects.get(uid=row.sent_as).outgoing
    Outgoing.objects.filter(pk=outgoing.pk).update(state="failed", last_reply="550 no such person")
    follow_outbox(outgoing_id=outgoing.pk, state="failed", now=ORDER)
    row.refresh_from_db()
    assert (row.state, row.because) == ("to_call", "550 no such person")


def test_who_may_not_correct_sends_nothing(us: Cast, counsel: User) -> None:
    ohio = words_for("OH")
    answer(us, someone(us, "Ruth Abernathy"), ohio, at=ORDER - MINUTE)
    texts = {"en": "Wrong."}
    with pytest.raises(PermissionDenied):
        write_correction(actor=us.volunteer, article=ohio.version.article, subject="x", texts=texts, now=ORDER)
    made = write_correction(actor=counsel, article=ohio.version.article, subject="x", texts=texts, now=ORDER)
    with pytest.raises(PermissionDenied):
        approve_correction(actor=us.volunteer, correction=made, note="me", now=ORDER)
    with pytest.raises(ValidationError):
        approve_correction(actor=counsel, correction=made, now=ORDER)  # her own words, and no note
    assert (CorrectionRecipient.objects.count(), correcting.send_correction(correction_id=made.pk, now=ORDER)) == (0, 0)


class Killed(BaseException):
    """The process dies."""


@how(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deaths=st.lists(st.integers(0, 4), max_size=5), count=st.integers(1, 5))
@pytest.mark.django_db
def test_whatever_dies_between_nobody_is_told_twice_nor_forgotten(deaths: list[int], count: int) -> None:
    with transaction.atomic():
        State.objects.get_or_create(code="OH", defaults={"name": "Ohio", "fips": "39"})
        forget()
        us = cast()
        counsel = user("Ines Calloway", roles=[Role.ADMINISTRATOR])
        ohio = words_for("OH")
        for number in range(count):
            answer(us, someone(us, f"Voter{number} Sample"), ohio, at=ORDER - MINUTE)
        withdraw_state(actor=counsel, article=ohio.version.article, state_code="OH", reason="x", now=ORDER)
        made = corrected(us, counsel, ohio) if counsel != us.administrator else None
        assert made is not None
        whole = correcting.leaving.put_in_outbox
        for death in deaths:
            left = death

            def dies(*given: Any, **more: Any) -> None:
                nonlocal left
                whole(*given, **more)
                if left == 0:
                    raise Killed
                left -= 1

            correcting.leaving.put_in_outbox = dies  # type: ignore[assignment]
            try:
                correcting.send_correction(correction_id=made.pk, now=ORDER)
            except Killed:
                pass
            finally:
                correcting.leaving.put_in_outbox = whole
        correcting.send_correction(correction_id=made.pk, now=ORDER)
        matters = Outgoing.objects.filter(matter__startswith="reply:", content__isnull=False)
        uids = set(CorrectionRecipient.objects.values_list("sent_as", flat=True))
        assert len(uids) == count
        assert matters.filter(matter__in=[f"reply:{uid}" for uid in uids]).count() == count
        assert Reply.objects.filter(subject="We told you something wrong").count() == count
        transaction.set_rollback(True)
