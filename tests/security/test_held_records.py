"""A record under legal hold says so, is worked on with its past kept, and is neither merged away nor deleted."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from hustings.constituents.people.actions.changes import change_fact
from hustings.constituents.people.actions.merges import merge_people
from hustings.constituents.people.models import Merge, Person, PersonFact
from hustings.foundation.access import grants
from hustings.foundation.access.models import AuditValues, User
from hustings.foundation.objects.actions.making import make_record
from hustings.foundation.objects.actions.shaping import make_object
from hustings.foundation.objects.models import CustomRecord
from hustings.foundation.objects.queries.shape import forget, shape
from hustings.foundation.retention.actions.expiring import expire_due, set_schedules
from hustings.foundation.retention.actions.holds import Over, place_hold, release_hold
from hustings.foundation.retention.actions.refusing import Held
from hustings.foundation.retention.models import Hold
from hustings.service.bulk.actions.drafting import put_away
from hustings.service.bulk.models import BulkReply, Copy
from hustings.service.bulk.tests.many import drafted, writers
from hustings.service.correspondence.tests.replying import NOW, Cast, cast, inquiry, user
from hustings.service.desk.actions.merging import merge
from hustings.service.desk.models import Inquiry, InquiryMerge
from hustings.service.desk.rules import Refused
from hustings.service.incidents.actions.reporting import report

from .world import SECOND_FACTOR

pytestmark = pytest.mark.django_db
SAYS = "Under legal hold"


@pytest.fixture
def us() -> Any:
    forget()
    yield cast()
    forget()


def hold_over(kind: str, *ids: int) -> Hold:
    counsel = User.objects.filter(name="Cora Counsel").first() or user("Cora Counsel", roles=["counsel"])
    return place_hold(actor=counsel, name="Doe v. Adair", reason="A suit", over=[Over(kind, ids)], now=NOW)


def page(who: User, address: str) -> str:
    client = Client()
    client.force_login(who)
    session = client.session
    session[SECOND_FACTOR] = True
    session.save()
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


@pytest.mark.parametrize("kind", ["people", "conversations"])
def test_each_record_that_a_hold_is_over_says_so(us: Cast, kind: str) -> None:
    talk = inquiry(us)
    incident = report(actor=us.administrator, inquiry=talk, kind="line", state_code="OH", what="A line", now=NOW)
    places = [f"/i/{talk.uid}/", f"/people/{us.person.uid}/", incident.get_absolute_url()]
    assert [place for place in places if SAYS in page(us.administrator, place)] == []
    hold = hold_over(kind, us.person.pk if kind == "people" else talk.pk)
    shown = [page(us.administrator, place) for place in places]
    assert [SAYS in text for text in shown] == [True] * 3
    assert not any("Doe v. Adair" in text for text in shown)  # which one, counsel alone reads
    us.administrator.roles = [*us.administrator.roles, "counsel"]
    us.administrator.second_factor_at = NOW
    us.administrator.save()
    assert all("Doe v. Adair" in page(us.administrator, place) for place in places)
    release_hold(actor=hold.placed_by, hold=hold, because="Settled", now=NOW)
    assert [place for place in places if SAYS in page(us.administrator, place)] == []


def test_a_record_of_ones_own_says_so(us: Cast) -> None:
    kind = make_object(actor=us.administrator, label="Sign", plural="Signs", now=NOW)
    grants.forget(us.administrator)
    record = make_record(actor=us.administrator, kind=shape().by_slug[kind.slug], values={}, now=NOW)
    CustomRecord.objects.filter(pk=record.pk).update(values={"name": "Ruth"})
    address = f"/records/{kind.slug}/{record.uid}/"
    assert SAYS not in page(us.administrator, address)
    counsel = user("Cora Counsel", roles=["counsel"])
    place_hold(actor=counsel, name="A", reason="B", over=[Over("period", (), NOW, None)], now=NOW)
    assert SAYS in page(us.administrator, address)


def test_a_held_person_is_not_merged_away_and_can_be_merged_into(us: Cast) -> None:
    other = Person.objects.create(name="Ruth A.")
    hold = hold_over("people", us.person.pk)
    with pytest.raises(ValidationError, match="under a legal hold: it is not merged into another"):
        merge_people(actor=us.administrator, person=us.person, into=other, now=NOW)
    client = Client()
    client.force_login(us.administrator)
    answer = client.post(f"/people/{other.uid}/same/{us.person.uid}/", {"decision": "keep", "reason": "Same street"})
    assert "under a legal hold" in answer.content.decode()
    assert not Merge.objects.exists()
    us.person.refresh_from_db()
    assert us.person.canonical_id is None
    assert merge_people(actor=us.administrator, person=other, into=us.person, now=NOW).into_id == us.person.pk
    # What was merged into the held one is held with it.
    third = Person.objects.create(name="R. Abernathy")
    with pytest.raises(ValidationError, match="under a legal hold"):
        merge_people(actor=us.administrator, person=other, into=third, now=NOW)
    release_hold(actor=hold.placed_by, hold=hold, because="Settled", now=NOW)
    assert merge_people(actor=us.administrator, person=us.person, into=third, now=NOW).person_id == us.person.pk


@pytest.mark.parametrize("actor", ["administrator", None])  # nobody: a letter that answers both
def test_a_held_conversation_is_not_merged_away(us: Cast, actor: str | None) -> None:
    talk, other = inquiry(us), inquiry(us)
    who = getattr(us, actor) if actor else None
    hold_over("conversations", talk.pk)
    before = Inquiry.objects.filter(pk__in=[talk.pk, other.pk]).order_by("pk").values()
    was = list(before)
    with pytest.raises(Refused, match="under a legal hold: it is not merged into another"):
        merge(actor=who, inquiry=talk, into=other, now=NOW)
    client = Client()
    client.force_login(us.administrator)
    answer = client.post(f"/i/{talk.uid}/merge/", {"into": str(other.uid)}, follow=True)
    assert "under a legal hold" in answer.content.decode()
    assert list(before.all()) == was
    assert not InquiryMerge.objects.exists()
    merge(actor=who, inquiry=other, into=talk, now=NOW)
    assert InquiryMerge.objects.get().into_id == talk.pk


def test_what_stood_before_a_change_of_a_held_record_is_kept(us: Cast) -> None:
    late = NOW.replace(year=NOW.year + 3)
    hold = hold_over("people", us.person.pk)
    change_fact(actor=us.administrator, person=us.person, field="city", value="Dayton", now=NOW)
    change_fact(actor=us.administrator, person=us.person, field="city", value="Akron", now=NOW)
    assert list(
        PersonFact.objects.filter(person=us.person, field="city").order_by("pk").values_list("value", flat=True)
    )[-2:] == ["Dayton", "Akron"]
    told = AuditValues.objects.filter(entry__record_type="person", entry__record_id=us.person.pk)
    assert {"city": ["Dayton", "Akron"]} in [row.changes for row in told]
    count = told.all().count()
    set_schedules(actor=us.administrator, days={"access.values": 90}, now=NOW)
    expire_due(now=late)
    assert told.all().count() == count
    release_hold(actor=hold.placed_by, hold=hold, because="Settled", now=late)
    expire_due(now=late)
    assert told.all().count() == 0


def test_the_api_changes_a_held_record_and_deletes_none(us: Cast) -> None:
    hold_over("people", us.person.pk)
    client = Client()
    client.force_login(us.administrator)
    at = f"/api/v1/records/person/{us.person.uid}/"
    answer = client.patch(at, {"fields": {"city": "Dayton"}}, content_type="application/json")
    assert answer.status_code == 200, answer.content
    assert client.delete(at).status_code == 405
    assert Person.objects.get(pk=us.person.pk).city == "Dayton"
    assert PersonFact.objects.filter(person=us.person, field="city", value="Dayton").exists()


def test_a_bulk_reply_to_the_held_is_not_put_away(us: Cast) -> None:
    (talk,) = writers(us, 1)
    bulk = drafted(us, [talk])
    assert Copy.objects.filter(bulk=bulk).exclude(address="").count() == 1
    hold = hold_over("conversations", talk.pk)
    with pytest.raises(Held, match="A legal hold keeps this"):
        put_away(actor=bulk.made_by, bulk=bulk, now=NOW)
    assert BulkReply.objects.filter(pk=bulk.pk).exists()
    assert Copy.objects.filter(bulk=bulk).exclude(address="").count() == 1
    release_hold(actor=hold.placed_by, hold=hold, because="Settled", now=NOW)
    put_away(actor=bulk.made_by, bulk=bulk, now=NOW)
    assert not BulkReply.objects.exists()
