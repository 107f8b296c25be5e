"""Nothing under hold goes, whatever is tried; what is not held goes."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import hypothesis.strategies as st
import pytest
from django.db import connection, transaction
from hypothesis import Phase, given, settings

from hustings.constituents.people.models import Identifier, Person
from hustings.foundation.access.models import Team, User
from hustings.foundation.automation.models import Happening
from hustings.foundation.channels.actions import deliveries
from hustings.foundation.channels.models import Mailbox
from hustings.foundation.core.guard import unveiled
from hustings.foundation.core.ids import new_uid
from hustings.foundation.objects.models import CustomRecord, FieldType, ObjectType, ShapeStamp
from hustings.foundation.objects.queries.shape import forget
from hustings.foundation.retention.actions import erasing, expiring, requests
from hustings.foundation.retention.actions.holds import Over, place_hold, release_hold
from hustings.foundation.retention.actions.refusing import Held
from hustings.foundation.retention.models import Expiry, Schedule, Term
from hustings.foundation.retention.queries.due import would_expire
from hustings.foundation.retention.queries.holding import held_rows, in_force
from hustings.foundation.retention.registry import Part, ordered, registry
from hustings.foundation.ui.models import Campaign
from hustings.service.correspondence.actions.intake_taking import take_in
from hustings.service.correspondence.models import Message
from hustings.service.desk.actions.life import close
from hustings.service.desk.models import Inquiry, Queue

FIRST = datetime(2026, 1, 10, 12, tzinfo=UTC)
NOW = datetime(2026, 10, 20, 15, tzinfo=UTC)
WRITERS = ("ruth", "sam", "tess")
MONTHS = 6
WHOLE = ("desk.words", "objects.records", "automation.changes")  # what is about each of very many conversations


@pytest.fixture(scope="module")
def campaign(django_db_setup: Any, django_db_blocker: Any) -> Iterator[dict[str, User]]:
    """Three people, a letter of each in each of six months, all answered for."""
    with django_db_blocker.unblock(), transaction.atomic():
        Campaign(name="Adair for America").save()
        team = Team.objects.create(name="Voter help")
        Queue.objects.create(name="Voter help", slug="voter-help", team=team, is_default=True)
        Mailbox.objects.create(address="help@adair.example.org", name="Adair", is_default=True)
        cast = {
            name: User.objects.create(email=f"{name}@adair.example.org", name=name, roles=[name], second_factor_at=NOW)
            for name in ("administrator", "counsel", "director")
        }
        cast["other"] = User.objects.create(
            email="other@adair.example.org", name="other", roles=["administrator"], second_factor_at=NOW
        )
        for month in range(MONTHS):
            for writer in WRITERS:
                _letter(writer, FIRST + timedelta(days=30 * month))
        for inquiry in Inquiry.objects.all():
            close(actor=cast["administrator"], inquiry=inquiry, now=NOW)
        yield cast
        transaction.set_rollback(True)


def _letter(writer: str, at: datetime, *, arrived: datetime | None = None) -> None:
    letter = EmailMessage()
    letter["From"] = f"{writer.title()} <{writer}@example.org>"
    letter["To"] = "help@adair.example.org"
    letter["Subject"] = f"From {writer} in {at:%B}"
    letter["Date"] = at.strftime("%a, %d %b %Y %H:%M:%S +0000")
    letter["Message-ID"] = f"<{writer}-{at:%Y%m%d}@example.org>"
    letter.set_content(f"Where do I vote, asks {writer} in {at:%B}?")
    letter.add_attachment(f"{writer}{at}".encode(), maintype="text", subtype="plain", filename="a.txt")
    deliveries.store(
        source="lmtp", raw=letter.as_bytes(), envelope_from=f"{writer}@example.org",
        envelope_to=["help@adair.example.org"], now=arrived or at,
    )  # fmt: skip
    take_in(now=arrived or at)


@pytest.fixture(autouse=True)
def list_elsewhere(settings: Any, tmp_path: Any) -> None:
    settings.HUSTINGS_ERASURES = tmp_path / "erasures.jsonl"


def person(writer: str) -> Person:
    return Identifier.objects.get(value=f"{writer}@example.org").person


def held_now() -> dict[str, list[Any]]:
    """Every held row of every part, with all its columns."""
    with unveiled():
        terms = in_force()
        return {
            part.name: list(
                part.rows().model._default_manager.filter(pk__in=_keys(part, terms)).order_by("pk").values()
            )
            for part in ordered()
        }


def _keys(part: Part, terms: list[Term]) -> list[Any]:
    return list(held_rows(part, terms).values_list("pk", flat=True))


months = st.integers(0, MONTHS - 1).map(lambda n: FIRST + timedelta(days=30 * n - 5))
terms = st.one_of(
    st.lists(st.sampled_from(WRITERS), min_size=1, unique=True).map(lambda names: ("people", names)),
    st.lists(st.integers(0, 17), min_size=1, max_size=4, unique=True).map(lambda places: ("conversations", places)),
    st.tuples(months, st.integers(20, 70)).map(lambda span: ("queue", span)),
    st.tuples(months, st.integers(20, 70)).map(lambda span: ("period", span)),
)
deeds = st.lists(
    st.one_of(
        st.sampled_from(WRITERS).map(lambda name: ("erase", name)),
        st.sampled_from([part.name for part in ordered() if part.expires]).map(lambda name: ("expire", name)),
    ),
    min_size=1,
    max_size=6,
)


def over(term: tuple[str, Any]) -> Over:
    kind, told = term
    if kind == "people":
        return Over(kind, [person(name).pk for name in told])
    if kind == "conversations":
        ids = list(Inquiry.objects.order_by("pk").values_list("pk", flat=True))
        return Over(kind, [ids[place % len(ids)] for place in told])
    queues = list(Queue.objects.values_list("pk", flat=True)) if kind == "queue" else []
    return Over(kind, queues, told[0], told[0] + timedelta(days=told[1]))


def attempt(cast: dict[str, User], deed: tuple[str, str]) -> None:
    kind, name = deed
    if kind == "expire":
        days = 1100 if name == "timeline.silent" else 100
        while expiring.expire_some(name=name, days=days if name != "timeline.silent" else 365, now=NOW) is not None:
            pass
        return
    found = Identifier.objects.filter(value=f"{name}@example.org").first()
    if found is None:
        return
    try:
        wish = requests.ask_erasure(
            actor=cast["administrator"], person=found.person, who="person", due_on=None, now=NOW
        )  # fmt: skip
        requests.agree_to_erasure(actor=cast["other"], erasure=wish, now=NOW)
        erasing.erase(erasure_id=wish.pk, now=NOW)
    except Held:
        pass


@settings(max_examples=25, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(held=st.lists(terms, min_size=1, max_size=3), tried=deeds)
def test_no_held_row_is_changed_by_any_order_of_erasures_and_nights(
    campaign: dict[str, User], held: list[Any], tried: list[Any]
) -> None:
    with transaction.atomic():
        place_hold(
            actor=campaign["counsel"], name="A matter", reason="A suit", over=[over(one) for one in held], now=NOW
        )
        before = held_now()
        assert any(before.values())
        for deed in tried:
            attempt(campaign, deed)
        assert held_now() == before
        transaction.set_rollback(True)


@pytest.fixture
def undone(campaign: dict[str, User]) -> Iterator[dict[str, User]]:
    with transaction.atomic():
        yield campaign
        transaction.set_rollback(True)


def test_a_refusal_names_the_hold_only_to_who_may_know(undone: dict[str, User]) -> None:
    hold = place_hold(
        actor=undone["counsel"], name="Doe v. Adair", reason="A suit", over=[over(("people", ["ruth"]))], now=NOW
    )
    with pytest.raises(Held) as refused:
        requests.ask_erasure(
            actor=undone["administrator"], person=person("ruth"), who="person", due_on=None, now=NOW
        )  # fmt: skip
    assert str(refused.value) == "A legal hold keeps this: it cannot be erased now. Nothing was changed."
    lawyer = undone["counsel"]
    lawyer.roles = ["counsel", "administrator"]
    vars(lawyer).pop("_grants", None)
    with pytest.raises(Held) as refused:
        requests.ask_erasure(actor=lawyer, person=person("ruth"), who="person", due_on=None, now=NOW)
    assert "Doe v. Adair" in str(refused.value)
    release_hold(actor=lawyer, hold=hold, because="Settled", now=NOW)
    attempt(undone, ("erase", "ruth"))
    assert not Identifier.objects.filter(value="ruth@example.org").exists()


def test_a_night_lets_go_of_what_is_due_passes_over_what_is_held_and_says_so(undone: dict[str, User]) -> None:
    place_hold(actor=undone["counsel"], name="A", reason="B", over=[over(("people", ["ruth"]))], now=NOW)
    expiring.set_schedules(actor=undone["administrator"], days={"correspondence.files": 150}, now=NOW)
    due = Message.objects.filter(at__lt=NOW - timedelta(days=150))
    free, kept = due.exclude(person=person("ruth")).count(), due.filter(person=person("ruth")).count()
    (preview,) = would_expire({"correspondence.files": 150}, NOW)
    assert (preview.n, preview.held) == (free, kept)
    assert free > kept > 0
    assert expiring.expire_due(now=NOW) == free
    run = Expiry.objects.get()
    assert (run.gone, run.held, run.ended_at) == (free, kept, NOW)
    assert expiring.expire_due(now=NOW + timedelta(hours=1)) == 0


MANY = 5_050


def _many_conversations() -> tuple[Queue, list[int]]:
    """So many of one queue, of one person; each with a record of one's own that links to it and a change that rules
    heard of."""
    queue = Queue.objects.create(name="Other", slug="other", team=Team.objects.get())
    writer = Person.objects.create(pk=10**9, name="Una")
    _copy(Inquiry.objects.all()[:1], MANY, queue_id=str(queue.pk), person_id=str(writer.pk))
    sign = ObjectType.objects.create(slug="sign", label="Sign", plural="Signs")
    for to in ("inquiry", "person"):
        FieldType.objects.create(record="x_sign", object=sign, slug=to, label=to, kind="link", to=to)
    # Under the same name another object keeps words: they are no ids.
    note = ObjectType.objects.create(slug="note", label="Note", plural="Notes")
    FieldType.objects.create(record="x_note", object=note, slug="inquiry", label="A", kind="text")
    ShapeStamp.objects.update_or_create(pk=1, defaults={"token": new_uid()})
    forget()
    CustomRecord.objects.create(object=note, values={"inquiry": "words"}, changed_at=NOW)
    CustomRecord.objects.create(object=sign, values={"person": writer.pk}, changed_at=NOW)
    Happening.objects.create(kind="changed", record="person", record_ids=[writer.pk + 1], changes={"a": [1, 2]}, at=NOW)
    Happening.objects.create(kind="changed", record="person", record_ids=[writer.pk], changes={"a": [1, 2]}, at=NOW)
    ids = list(Inquiry.objects.filter(queue=queue).values_list("pk", flat=True))
    each = f"(array{ids})[n]"
    _copy(CustomRecord.objects.filter(object=sign), MANY, values=f"jsonb_build_object('inquiry', {each})")
    _copy(Happening.objects.order_by("-pk")[:1], MANY, record="'inquiry'", record_ids=f"array[{each}]")
    return queue, ids


def _copy(rows: Any, times: int, **other: str) -> None:
    """The one row so many times more, with these columns by expressions of their own; `n` is the number of the copy."""
    (row,) = rows
    columns = [field.column for field in row._meta.concrete_fields if not field.primary_key]
    told = {"uid": "gen_random_uuid()", **other}
    table = row._meta.db_table
    names, values = (
        ", ".join(each) for each in ([f'"{c}"' for c in columns], [told.get(c, f'r."{c}"') for c in columns])
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f'insert into "{table}" ({names}) select {values} from "{table}" r, generate_series(1, {times}) n'
            f" where r.id = {row.pk}"
        )


def test_a_hold_covers_all_of_very_many_conversations_and_what_belongs_to_them(undone: dict[str, User]) -> None:
    queue, ids = _many_conversations()
    for term in (Over("queue", [queue.pk]), Over("conversations", ids)):
        hold = place_hold(actor=undone["counsel"], name="A", reason="B", over=[term], now=NOW)
        with unveiled():
            held = {name: held_rows(registry.parts[name], in_force()) for name in WHOLE}
            assert {name: rows.count() for name, rows in held.items()} == dict.fromkeys(WHOLE, MANY + 1) | {
                "desk.words": MANY
            }
            assert not [name for name, rows in held.items() if " LIMIT " in str(rows.query)]
        release_hold(actor=undone["counsel"], hold=hold, because="C", now=NOW)
    forget()


def test_whom_an_old_mailbox_brings_is_not_silent(undone: dict[str, User]) -> None:
    """Their record is new, however old their letter."""
    _letter("una", NOW - timedelta(days=1500), arrived=NOW)
    assert person("una").created_at == NOW
    expiring.set_schedules(actor=undone["administrator"], days={"timeline.silent": 365}, now=NOW)
    before = would_expire({"timeline.silent": 365}, NOW + timedelta(days=364))
    assert [count.n for count in before] == [len(WRITERS)]
    expiring.expire_due(now=NOW + timedelta(days=364))
    assert Identifier.objects.filter(value="una@example.org").exists()


def test_without_a_schedule_everything_is_kept(undone: dict[str, User]) -> None:
    assert not Schedule.objects.exists()
    assert expiring.expire_due(now=NOW + timedelta(days=9000)) == 0
    assert not Expiry.objects.exists()
