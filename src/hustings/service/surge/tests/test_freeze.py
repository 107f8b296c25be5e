"""The freeze: refused whole, or let through by a named person with a reason, and listed."""

from datetime import date, time, timedelta

import pytest
from django.test import Client

from hustings.constituents.topics.actions import training
from hustings.constituents.topics.models import Tenure, Version
from hustings.foundation.access.actions import accept_invitation, change_user, invite, make_user, restore_access
from hustings.foundation.access.models import AuditEntry, User
from hustings.foundation.geography.models import State
from hustings.service.answers import actions as answers
from hustings.service.answers.actions import Words
from hustings.service.answers.actions.publishing import Publication, set_publication
from hustings.service.answers.actions.voting import load_sample_hours, set_poll_closing
from hustings.service.answers.models import Article, Category, PollClosing
from hustings.service.desk.tests.cast import NOW
from hustings.service.surge.actions import freezing
from hustings.service.surge.models import Freeze, FrozenChange, Leave
from hustings.service.surge.rules import Frozen, Refused

KINDS = ["roles", "articles", "models", "code"]


@pytest.fixture
def frozen(cast):
    return freezing.begin_freeze(actor=cast.ada, kinds=KINDS, keepers=[cast.dana], now=NOW)


@pytest.fixture
def article(cast):
    return answers.make_article(
        actor=cast.dana, title="Where do I vote?", topic="voting", team=cast.voters, owner=cast.dana,
        texts=[Words("en", "At your polling place.")], now=NOW - timedelta(days=1),
    )  # fmt: skip


def approve(cast, article, now=NOW):
    answers.approve(actor=cast.ada, article=article, version=article.versions.get(), now=now)


def test_a_role_is_not_given_and_nothing_of_it_is_kept(cast, frozen):
    trail = AuditEntry.objects.count()
    with pytest.raises(Frozen, match="Dana Kessler"):
        change_user(actor=cast.ada, user=cast.june, roles=["lead"], now=NOW)
    assert User.objects.get(pk=cast.june.pk).roles == ["volunteer"]
    assert AuditEntry.objects.count() == trail
    change_user(actor=cast.ada, user=cast.june, needs_release=False, now=NOW)  # no role
    assert FrozenChange.objects.count() == 0


@pytest.mark.parametrize("right", ["is_security_lead", "is_crisis_trained"])
def test_nor_is_the_right_to_see_what_is_sealed_or_of_people_in_crisis(cast, frozen, right):
    with pytest.raises(Frozen):
        change_user(actor=cast.ada, user=cast.june, now=NOW, **{right: True})
    assert getattr(User.objects.get(pk=cast.june.pk), right) is False


def test_volunteers_are_let_in_and_listed_and_nobody_who_administers(cast):
    _link, old = invite(actor=cast.ada, role="administrator", teams=[], expires_at=NOW + timedelta(days=2), now=NOW)
    freezing.begin_freeze(actor=cast.ada, kinds=KINDS, keepers=[cast.dana], now=NOW)
    made = {"actor": cast.ada, "teams": [cast.voters], "now": NOW}
    one = make_user(email="new@example.org", name="New One", role="volunteer", **made)
    _link, token = invite(role="volunteer", expires_at=NOW + timedelta(days=2), **made)
    joined = {"name": "Second One", "password": "walnut-harbor-72-kite", "now": NOW}
    second = accept_invitation(token=token, email="second@example.org", **joined)
    cast.theo.is_active = False
    cast.theo.save()
    restore_access(actor=cast.ada, user=cast.theo, now=NOW)
    listed = list(FrozenChange.objects.order_by("pk").values_list("action", "by_id"))
    assert listed == [
        ("user.made", cast.ada.pk), ("invitation.accepted", second.pk), ("user.restored", cast.ada.pk),
    ]  # fmt: skip
    with pytest.raises(Frozen):
        make_user(email="third@example.org", name="Third One", role="administrator", **made)
    with pytest.raises(Frozen):
        accept_invitation(token=old, email="third@example.org", **joined)
    User.objects.filter(pk=one.pk).update(is_active=False, roles=["administrator"])
    with pytest.raises(Frozen):
        restore_access(actor=cast.ada, user=User.objects.get(pk=one.pk), now=NOW)
    assert not User.objects.filter(email="third@example.org").exists()
    assert not User.objects.get(pk=one.pk).is_active
    assert FrozenChange.objects.count() == 3


def test_with_leave_it_is_done_and_listed_with_who_and_why(cast, frozen):
    leave = freezing.give_leave(actor=cast.dana, user=cast.ada, kind="roles", reason="June leads Ohio", now=NOW)
    change_user(actor=cast.ada, user=cast.june, roles=["lead"], now=NOW + timedelta(minutes=29))
    assert User.objects.get(pk=cast.june.pk).roles == ["lead"]
    change = FrozenChange.objects.get()
    assert (change.action, change.by_id, change.leave) == ("user.changed", cast.ada.pk, leave)
    with pytest.raises(Frozen):
        change_user(actor=cast.ada, user=cast.theo, roles=["lead"], now=NOW + timedelta(minutes=31))
    page = Client()
    page.force_login(cast.dana)
    assert "June leads Ohio" in page.get("/election-day/freeze/").content.decode()


def test_only_keepers_give_leave_and_say_why(cast, frozen):
    for actor, reason in ((cast.ada, "I am the administrator"), (cast.dana, " ")):
        with pytest.raises(Refused):
            freezing.give_leave(actor=actor, user=cast.ada, kind="roles", reason=reason, now=NOW)
    assert Leave.objects.count() == 0


def test_no_article_is_approved_but_a_wrong_one_is_withdrawn(cast, article):
    approve(cast, article)
    freezing.begin_freeze(actor=cast.ada, kinds=["articles"], keepers=[cast.dana], now=NOW)
    version = answers.revise(
        actor=cast.dana, article=article, title="Where do I vote?", texts=[Words("en", "Elsewhere.")], now=NOW
    )
    with pytest.raises(Frozen):
        answers.approve(actor=cast.ada, article=article, version=version, now=NOW)
    article.refresh_from_db()
    assert article.approved_version_id != version.pk
    answers.withdraw(actor=cast.ada, article=article, reason="It is wrong", now=NOW)
    article.refresh_from_db()
    assert article.state == "withdrawn"
    assert list(FrozenChange.objects.values_list("kind", "action", "by_id")) == [
        ("articles", "article.withdrawn", cast.ada.pk)
    ]


@pytest.mark.parametrize(
    "otherwise",
    [
        {"expires_at": NOW + timedelta(days=9)},
        {"unpublish_at": NOW + timedelta(days=9)},
        {"publish_at": NOW + timedelta(days=9)},
        {"election": NOW.date()},
        {"pinned_until": NOW + timedelta(days=9)},
        {"is_first": True},
        {"category": "rally"},
    ],
)
def test_how_and_how_long_a_public_answer_stands_is_frozen_too(cast, article, otherwise):
    approve(cast, article)
    if "category" in otherwise:
        otherwise = {"category": Category.objects.create(slug="rally", names={"en": "Rallies"})}
    stands = {"actor": cast.ada, "article": article, "now": NOW}
    set_publication(publication=Publication(is_public=True), **stands)
    before = Article.objects.values().get()
    freezing.begin_freeze(actor=cast.ada, kinds=["articles"], keepers=[cast.dana], now=NOW)
    with pytest.raises(Frozen):
        set_publication(publication=Publication(is_public=True, **otherwise), **stands)
    assert Article.objects.values().get() == before
    set_publication(publication=Publication(is_public=True), **stands)  # as it was
    assert FrozenChange.objects.count() == 0
    set_publication(publication=Publication(is_public=False, **otherwise), **stands)
    assert list(FrozenChange.objects.values_list("action", flat=True)) == ["article.private"]


def model(cast, number=1, asked_by=None, at=NOW):
    """A model whose training was asked for, and ends as good as what decides."""
    same = {"micro_f1": 0.8, "accuracy": 0.7, "accuracy_when_sure": 0.9}
    row = Version.objects.create(kind="topic", number=number, asked_at=NOW, asked_by=asked_by)
    training.settle(version=row, sha256="0" * 64, size=1, report={"n": 1, "new": same, "live": same}, now=at)
    row.refresh_from_db()
    return row


def decides():
    tenure = Tenure.objects.filter(kind="topic", until=None).first()
    return tenure and tenure.version_id


def test_a_model_whose_training_ends_in_a_freeze_waits_for_a_word(cast):
    first = model(cast, asked_by=cast.dana)
    assert decides() == first.pk
    freezing.begin_freeze(actor=cast.ada, kinds=["models"], keepers=[cast.dana], now=NOW)
    trail = AuditEntry.objects.count()
    for number, asked_by in ((2, cast.dana), (3, None)):
        row = model(cast, number, asked_by)
        assert (row.state, row.is_not_worse) == ("trained", True)
        assert "Dana Kessler can let a change through" in row.problem
    assert decides() == first.pk
    assert (AuditEntry.objects.count(), FrozenChange.objects.count()) == (trail, 0)
    with pytest.raises(Frozen):
        training.go_live(actor=cast.dana, kind="topic", version=row, now=NOW)
    assert decides() == first.pk
    freezing.end_freeze(actor=cast.ada, now=NOW)
    training.go_live(actor=cast.dana, kind="topic", version=row, now=NOW)
    assert decides() == row.pk


def test_a_model_asked_for_by_who_has_leave_goes_live_and_is_listed(cast):
    freezing.begin_freeze(actor=cast.ada, kinds=["models"], keepers=[cast.dana], now=NOW)
    leave = freezing.give_leave(actor=cast.dana, user=cast.ada, kind="models", reason="It reads OH wrongly", now=NOW)
    row = model(cast, asked_by=cast.ada, at=NOW + timedelta(minutes=20))
    assert (decides(), row.problem) == (row.pk, "")
    change = FrozenChange.objects.get()
    assert (change.action, change.by_id, change.leave) == ("topics.live", cast.ada.pk, leave)


def test_a_new_program_is_listed(cast, frozen):
    assert freezing.watch_code(now=NOW) is None
    Freeze.objects.update(code="0.1 before")
    change = freezing.watch_code(now=NOW)
    assert (change.kind, change.action) == ("code", "program")
    assert change.detail == f"0.1 before → {freezing.fingerprint()}"
    assert freezing.watch_code(now=NOW) is None


def test_two_workers_with_two_programs_are_listed_once_each(cast, frozen, monkeypatch):
    Freeze.objects.update(code="0.1 before")
    for one in ("0.2 new", "0.1 before", "0.2 new", "0.3 newer", "0.2 new"):
        monkeypatch.setattr(freezing, "fingerprint", lambda one=one: one)
        freezing.watch_code(now=NOW)
    told = list(FrozenChange.objects.order_by("pk").values_list("detail", flat=True))
    assert told == ["0.1 before → 0.2 new", "0.1 before → 0.3 newer"]


def test_where_the_program_is_not_frozen_it_is_not_read(cast, monkeypatch):
    monkeypatch.setattr(freezing, "fingerprint", lambda: pytest.fail("the whole program was read for nothing"))
    assert freezing.watch_code(now=NOW) is None
    freezing.Freeze.objects.create(began_at=NOW, kinds=["roles"])
    assert freezing.watch_code(now=NOW) is None


def test_begun_once_by_an_administrator_and_ended(cast, frozen, article):
    for actor in (cast.ada, cast.dana):
        with pytest.raises(Refused):
            freezing.begin_freeze(actor=actor, kinds=KINDS, keepers=[cast.dana], now=NOW)
    freezing.end_freeze(actor=cast.ada, now=NOW)
    approve(cast, article)
    change_user(actor=cast.ada, user=cast.june, roles=["lead"], now=NOW)
    assert FrozenChange.objects.count() == 0
    with pytest.raises(Refused):
        freezing.begin_freeze(actor=cast.ada, kinds=[], keepers=[cast.dana], now=NOW)
    with pytest.raises(Refused):
        freezing.begin_freeze(actor=cast.ada, kinds=["roles"], keepers=[], now=NOW)


def test_the_hours_of_polls_are_moved_and_listed_but_no_sample_is_taken(cast):
    """A court may move them on the day; what they move is the end of every answer on voting."""
    State.objects.get_or_create(code="OH", defaults={"name": "Ohio", "fips": "39"})
    day = date(2028, 11, 7)
    protector = User.objects.create(
        email="opal@adair.example.org", name="Opal", roles=["voter-protection"], states=["OH"]
    )
    freezing.begin_freeze(actor=cast.ada, kinds=["articles"], keepers=[cast.dana], now=NOW)
    with pytest.raises(Frozen):
        load_sample_hours(actor=cast.ada, election=day, now=NOW)
    assert PollClosing.objects.count() == 0
    set_poll_closing(
        actor=protector, state_code="OH", election=day, closes=time(21, 0), zone="America/New_York", now=NOW
    )
    assert [(row.state_id, row.closes) for row in PollClosing.objects.all()] == [("OH", time(21, 0))]
    change = FrozenChange.objects.get()
    assert (change.kind, change.action, change.by_id) == ("articles", "article.polls", protector.pk)
    assert change.detail == "closes: 21:00 America/New_York, election: 2028-11-07, state: OH, was: "
