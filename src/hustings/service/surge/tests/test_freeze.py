"""The freeze: refused whole, or let through by a named person with a reason, and listed."""

from datetime import timedelta

import pytest
from django.test import Client

from hustings.foundation.access.actions import change_user, make_user
from hustings.foundation.access.models import AuditEntry, User
from hustings.service.answers import actions as answers
from hustings.service.answers.actions import Words
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
    make_user(actor=cast.ada, email="new@example.org", name="New One", role="volunteer", teams=[cast.voters], now=NOW)
    assert FrozenChange.objects.count() == 0


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


def test_a_new_program_is_listed(cast, frozen):
    assert freezing.watch_code(now=NOW) is None
    Freeze.objects.update(code="0.1 before")
    change = freezing.watch_code(now=NOW)
    assert (change.kind, change.action) == ("code", "program")
    assert change.detail == f"0.1 before → {freezing.fingerprint()}"
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
