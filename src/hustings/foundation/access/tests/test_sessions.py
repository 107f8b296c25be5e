"""Sessions are seen and ended; access that ends, ends everywhere at once; and who guesses, waits."""

import asyncio
from datetime import timedelta

import pytest
from django.test import Client

from hustings.foundation.access.actions import change_user, end_access, end_due_access, tries
from hustings.foundation.access.actions.sessions import device_of
from hustings.foundation.access.announcements import AccessEnded
from hustings.foundation.access.models import ApiToken, AuditEntry, FailedTries, Session, User
from hustings.foundation.access.views.admitting import COOKIE
from hustings.foundation.core import bus, live
from hustings.foundation.core.clock import now as read_clock
from hustings.foundation.core.live import views
from hustings.foundation.core.live.hub import RESYNC

from .conftest import NOW, PASSWORD

pytestmark = pytest.mark.django_db
EMAIL = "june@adair.example.org"


def sign_in(client: Client, password: str = PASSWORD, email: str = EMAIL, **more):
    return client.post("/sign-in/", {"email": email, "password": password}, **more)


def test_signing_in_makes_a_new_session(client, cast):
    client.get("/sign-in/")
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    planted = session.session_key
    sign_in(client)
    assert client.session.session_key != planted
    assert "planted" not in client.session
    assert not Session.objects.filter(pk=planted).exists()
    old = Client()
    old.cookies["sessionid"] = planted
    assert old.get("/settings/").status_code == 302
    known = {"way": "password", "network": "127.0.0.0/24", "device": ""}
    assert AuditEntry.objects.get(action="sign-in").detail == known


def test_sessions_are_listed_and_ended_one_by_one_and_all(client, cast):
    phone, tablet = Client(headers={"user-agent": "Mozilla/5.0 (iPhone) Safari/605"}), Client()
    for each in (client, phone, tablet):
        sign_in(each)
    rows = list(client.get("/settings/sign-in/").context["sessions"])
    assert (len(rows), "Safari, iPhone" in [row.device for row in rows]) == (3, True)
    one = next(row for row in rows if row.device == "Safari, iPhone")
    stranger = Client()
    sign_in(stranger, email="rosalind@adair.example.org")
    assert stranger.post(f"/settings/sign-in/sessions/{one.uid}/end/").status_code == 404
    client.post(f"/settings/sign-in/sessions/{one.uid}/end/")
    assert phone.get("/settings/").status_code == 302
    assert tablet.get("/settings/").status_code == 200
    client.post("/settings/sign-in/sessions/end/")
    assert tablet.get("/settings/").status_code == 302
    assert client.get("/settings/").status_code == 200
    assert stranger.get("/settings/").status_code == 200
    assert AuditEntry.objects.filter(action="session.ended").count() == 2


def test_a_browser_is_told_whose_words_to_forget(client, cast):
    june, laptop = cast["volunteer"], Client()
    sign_in(laptop)
    laptop.post("/sign-out/")
    assert laptop.get("/sign-in/").context["ended"] == []
    end_access(actor=cast["lead"], user=june, now=read_clock())
    page = laptop.get("/sign-in/")
    assert page.context["ended"] == [june.pk]
    assert f'data-forget-drafts="{june.pk}"' in page.content.decode()
    assert "data-forget-drafts" not in client.get("/sign-in/").content.decode()


@pytest.mark.parametrize("how", ["click", "date"])
def test_someone_removed_in_between_cannot_finish_the_next_request(cast, how):
    june, tabs = cast["volunteer"], [Client(), Client()]
    for tab in tabs:
        sign_in(tab)
        assert tab.get("/settings/").status_code == 200
    if how == "click":
        end_access(actor=cast["lead"], user=june, now=read_clock())
    else:
        User.objects.filter(pk=june.pk).update(access_ends_at=read_clock())
    given = {"name": "Else", "time_zone": "UTC", "language": "en"}
    for tab in tabs:
        assert tab.post("/settings/", given)["Location"].startswith("/sign-in/")
        assert tab.get("/live/?topics=").status_code == 403
        assert tab.get("/api/v1/records/").status_code == 401
    assert User.objects.get(pk=june.pk).name == "June Sample"
    assert sign_in(Client()).status_code != 200
    assert Session.objects.filter(user=june).count() == 0


def test_on_their_day_access_ends_as_by_a_click(cast):
    june, said = cast["volunteer"], []
    ApiToken.objects.create(
        user=june, name="x", prefix="1", token_hash=b"", scopes=[], expires_at=NOW + timedelta(days=9)
    )
    change_user(actor=cast["administrator"], user=june, access_ends_at=NOW + timedelta(hours=1), now=NOW)
    bus.inside(AccessEnded)(said.append)
    assert end_due_access(now=NOW) == 0
    assert end_due_access(now=NOW + timedelta(hours=1)) == 1
    assert end_due_access(now=NOW + timedelta(hours=2)) == 0
    june.refresh_from_db()
    assert (june.is_active, ApiToken.objects.get().revoked_at) == (False, NOW + timedelta(hours=1))
    assert said == [AccessEnded(user_id=june.pk, actor_id=None, at=NOW + timedelta(hours=1))]
    assert AuditEntry.objects.filter(action="user.ended_by_date", record_uid=june.uid).count() == 1


def test_an_open_stream_ends_when_access_does(cast, monkeypatch):
    class Silent:
        async def stream(self, topics):
            yield b"retry: 2000\nevent: ready\ndata: {}\n\n"
            await asyncio.Event().wait()

        def missed(self, topics, seconds):
            return []

    june = cast["volunteer"]
    june.access_ends_at = read_clock() + timedelta(milliseconds=60)
    monkeypatch.setattr(views, "hub", Silent())
    assert live.end_of(june) == june.access_ends_at

    async def heard() -> list[bytes]:
        return [frame async for frame in views._until_ended("session:1", [], 0.0, views._longest(june))]

    frames = asyncio.run(asyncio.wait_for(heard(), 10))
    assert (len(frames), frames[-1]) == (2, RESYNC)


def test_a_browser_is_told_in_two_words():
    assert device_of("Mozilla/5.0 (Windows NT 10.0) Chrome/139.0 Safari/537.36 Edg/139.0") == "Edge, Windows"


def test_the_wait_doubles_to_an_hour():
    names = {"account:x": tries.FREE}
    moment, waits = NOW, []
    for _ in range(tries.FREE + 9):
        assert tries.begin_try(names=names, user=None, network="", now=moment) is None
        until = FailedTries.objects.get().until
        waits.append(int((until - moment).total_seconds()))
        if until > moment:
            half = moment + (until - moment) / 2
            assert tries.begin_try(names=names, user=None, network="", now=half) == until - half
        moment = until
    assert waits == [0, 0, 0, 0, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]
    assert AuditEntry.objects.filter(action="sign-in.locked").count() == 1
    later = moment + timedelta(days=2)
    assert tries.begin_try(names=names, user=None, network="", now=later) is None
    assert FailedTries.objects.get().count == 1


def test_a_guesser_elsewhere_does_not_lock_out_a_known_device(cast):
    laptop = Client()
    sign_in(laptop)
    laptop.post("/sign-out/")
    guesser = Client(REMOTE_ADDR="203.0.113.5")
    for _ in range(tries.FREE):
        assert sign_in(guesser, "not this one").status_code == 422
    assert sign_in(guesser).status_code == 429
    elsewhere = Client(REMOTE_ADDR="198.51.100.9")
    assert sign_in(elsewhere).status_code == 429  # not a device they know
    assert sign_in(laptop)["Location"] == "/"


def test_a_known_device_is_counted_for_itself(cast):
    laptop = Client()
    sign_in(laptop)
    laptop.post("/sign-out/")
    for _ in range(tries.FREE):
        sign_in(laptop, "not this one")
    assert sign_in(laptop).status_code == 429
    assert sign_in(Client(REMOTE_ADDR="198.51.100.9"))["Location"] == "/"


def test_a_made_up_cookie_makes_no_known_device(cast):
    june = cast["volunteer"]
    forger = Client()
    forger.cookies[COOKIE] = f'{{"device": "x", "users": [{june.pk}]}}'
    for _ in range(tries.FREE):
        sign_in(forger, "not this one")
    assert FailedTries.objects.filter(key=f"account:{EMAIL}").exists()
    assert not FailedTries.objects.filter(key__startswith="device:").exists()


def test_one_network_guessing_at_many_accounts_waits(cast, monkeypatch):
    monkeypatch.setattr("hustings.foundation.access.actions.tries.FREE_OF_NETWORK", 6)
    guesser = Client(REMOTE_ADDR="203.0.113.5")
    for number in range(6):
        assert sign_in(guesser, "x", email=f"n{number}@adair.example.org").status_code == 422
    assert sign_in(guesser).status_code == 429
    assert sign_in(Client(REMOTE_ADDR="198.51.100.9"))["Location"] == "/"


def test_failures_stand_in_the_audit_without_what_was_typed(cast, client):
    sign_in(client, "a secret typed wrongly")
    sign_in(client, "x", email="someone.private@example.org")
    known, unknown = AuditEntry.objects.filter(action="sign-in.failed").order_by("id")
    assert (known.record_uid, unknown.record_uid) == (cast["volunteer"].uid, None)
    assert known.detail == unknown.detail == {"way": "password", "network": "127.0.0.0/24"}
