"""The digest: once for each person and period, at their own hour."""

import email
import threading
from datetime import UTC, datetime, timedelta
from email import policy

import pytest
from django.db import connection

from hustings.foundation.access.actions import end_access
from hustings.foundation.channels.models import Outgoing
from hustings.foundation.channels.queries import content_of
from hustings.foundation.feed import schedule
from hustings.foundation.feed.actions import digests
from hustings.foundation.feed.actions.digests import make_digest, send_due_digests
from hustings.foundation.feed.actions.following import change_standing, mark_all_read, set_follow
from hustings.foundation.feed.models import Digest, Standing
from hustings.foundation.feed.queries.addresses import uid_of

from .conftest import NOW

HOUR = timedelta(hours=1)


@pytest.fixture
def theo(cast, record, mailbox):
    """Follows the record, and wants a digest every day at nine of New York, which is 13 h UTC in October."""
    set_follow(actor=cast["theo"], record_type="pledge", record=record, state="follow")
    change_standing(actor=cast["theo"], digest="day", hour=9, now=NOW)
    return cast["theo"]


def letters():
    return [email.message_from_bytes(content_of(row), policy=policy.default) for row in Outgoing.objects.order_by("id")]


def test_it_comes_at_their_hour_once(theo, cast, say):
    say(cast["june"], "Called her, she is in.")
    assert Standing.objects.get(user=theo).next_digest_at == datetime(2028, 10, 20, 13, tzinfo=UTC)
    send_due_digests(now=NOW)
    assert Digest.objects.count() == 0
    for minutes in (60, 60, 61, 200):
        send_due_digests(now=NOW + timedelta(minutes=minutes))
    digest = Digest.objects.get()
    assert (digest.period, len(digest.posts)) == ("2028-10-20", 1)
    row = Outgoing.objects.get()
    assert (row.matter, row.envelope_to) == (f"digest:{theo.uid}:2028-10-20", "theo@adair.example.org")
    (mail,) = letters()
    text = mail.get_body(("plain",)).get_content()
    assert "Called her, she is in." in text
    assert "Pledge of Ruth" in text
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Subject"] == "1 new post for you"


def test_the_next_one_tells_only_what_is_new(theo, cast, say):
    say(cast["june"], "First")
    send_due_digests(now=NOW + HOUR)
    say(cast["june"], "Second", now=NOW + 3 * HOUR)
    send_due_digests(now=NOW + timedelta(days=1, hours=1))
    bodies = [mail.get_body(("plain",)).get_content() for mail in letters()]
    assert ["First" in body for body in bodies] == [True, False]
    assert ["Second" in body for body in bodies] == [False, True]


def test_what_is_read_or_ones_own_is_not_mailed(theo, cast, say):
    say(theo, "My own")
    post = say(cast["june"], "Read already")
    mark_all_read(actor=theo, upto=post.pk)
    send_due_digests(now=NOW + HOUR)
    assert Digest.objects.get().posts == []
    assert Outgoing.objects.count() == 0


def test_changing_ones_mind_repeats_nothing(theo, cast, say):
    say(cast["june"], "First")
    send_due_digests(now=NOW + HOUR)
    change_standing(actor=theo, digest="week", hour=9, weekday=4, now=NOW + HOUR)
    assert Standing.objects.get(user=theo).next_digest_at == datetime(2028, 10, 27, 13, tzinfo=UTC)
    send_due_digests(now=datetime(2028, 10, 27, 13, tzinfo=UTC))
    assert [d.period for d in Digest.objects.order_by("at")] == ["2028-10-20", "2028-W43"]
    assert Outgoing.objects.count() == 1
    change_standing(actor=theo, digest="", now=NOW)
    assert Standing.objects.get(user=theo).next_digest_at is None


def test_whoever_was_ended_gets_none(theo, cast, say):
    say(cast["june"], "First")
    end_access(actor=cast["marguerite"], user=theo, now=NOW)
    send_due_digests(now=NOW + HOUR)
    assert (Digest.objects.count(), Outgoing.objects.count()) == (0, 0)


def test_one_that_fails_holds_up_nobody_and_comes_later(theo, cast, record, say, monkeypatch):
    say(cast["june"], "First")
    set_follow(actor=cast["dana"], record_type="pledge", record=record, state="follow")
    change_standing(actor=cast["dana"], digest="day", hour=9, now=NOW)
    whole = digests.news_for

    def failing(user, *rest, **more):
        if user == theo:
            raise RuntimeError("a title that cannot be read")
        return whole(user, *rest, **more)

    monkeypatch.setattr(digests, "news_for", failing)
    send_due_digests(now=NOW + HOUR)
    assert [d.user for d in Digest.objects.all()] == [cast["dana"]]
    monkeypatch.setattr(digests, "news_for", whole)
    send_due_digests(now=NOW + 2 * HOUR)
    assert {d.user for d in Digest.objects.all()} == {cast["dana"], theo}


def test_reply_addresses_are_for_one_person_and_post(theo, cast, say):
    one, two = say(cast["june"], "First"), say(cast["dana"], "Second")
    send_due_digests(now=NOW + HOUR)
    (mail,) = letters()
    text = mail.get_body(("plain",)).get_content()
    found = [line.split()[-1] for line in text.splitlines() if line.startswith("Answer by mail")]
    assert [uid_of(address, theo.uid) for address in found] == [two.uid, one.uid]
    assert [uid_of(address, cast["june"].uid) for address in found] == [None, None]
    assert uid_of(found[0].replace("adair", "adar"), theo.uid) is None
    assert uid_of(str(mail["Reply-To"]), theo.uid) == Digest.objects.get().uid
    assert all(len(address.partition("@")[0]) <= 64 for address in found)


@pytest.mark.django_db(transaction=True)
def test_two_workers_make_one(theo, cast, say):
    say(cast["june"], "First")
    ready = threading.Barrier(4)

    def work():
        ready.wait(20)
        try:
            make_digest(user_id=theo.pk, now=NOW + HOUR)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert (Digest.objects.count(), Outgoing.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("every", "hour", "weekday", "zone", "after", "due", "period"),
    [
        ("day", 7, 0, "America/New_York", "2028-10-20T10:59Z", "2028-10-20T11:00Z", "2028-10-20"),
        ("day", 7, 0, "America/New_York", "2028-10-20T11:00Z", "2028-10-21T11:00Z", "2028-10-21"),
        ("day", 23, 0, "America/Los_Angeles", "2028-10-20T12:00Z", "2028-10-21T06:00Z", "2028-10-20"),
        ("week", 7, 0, "America/New_York", "2028-10-20T12:00Z", "2028-10-23T11:00Z", "2028-W43"),
        ("day", 2, 0, "America/New_York", "2028-03-12T06:30Z", "2028-03-12T07:00Z", "2028-03-12"),  # skipped hour
        ("day", 1, 0, "America/New_York", "2028-11-05T04:00Z", "2028-11-05T05:00Z", "2028-11-05"),  # comes twice
        ("day", 7, 0, "No/Where", "2028-10-20T12:00Z", "2028-10-21T07:00Z", "2028-10-21"),
    ],
)
def test_when_it_is_due(every, hour, weekday, zone, after, due, period):
    found = schedule.next_digest(every, hour=hour, weekday=weekday, zone=zone, after=datetime.fromisoformat(after))
    assert found == datetime.fromisoformat(due)
    assert schedule.period_of(every, zone=zone, due=found) == period
