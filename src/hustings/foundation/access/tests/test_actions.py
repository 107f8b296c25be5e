"""Users, teams and invitations: each refusal leaves everything as it was."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import InternalError, ProgrammingError, connection, transaction
from django.test import Client

from hustings.foundation.access import actions, queries, rules
from hustings.foundation.access.models import AuditEntry, Invitation, Role, Session, User

from .conftest import NOW, PASSWORD

pytestmark = pytest.mark.django_db


def invite(actor, teams, **more):
    given = {"role": Role.VOLUNTEER, "expires_at": NOW + timedelta(days=1), "now": NOW} | more
    return actions.invite(actor=actor, teams=[teams["Voter help"]], **given)


def test_an_invitation_makes_an_account_and_keeps_only_the_hash(cast, teams):
    invitation, token = invite(cast["administrator"], teams)
    assert token.encode() not in bytes(invitation.token_hash)
    user = actions.accept_invitation(
        token=token, email=" Nour@Example.org ", name="Nour  Hadley", password=PASSWORD, now=NOW
    )
    assert (user.email, user.name, user.roles, user.needs_release) == (
        "nour@example.org",
        "Nour Hadley",
        ["volunteer"],
        True,
    )
    assert queries.team_ids(user) == [teams["Voter help"].pk]
    assert Client().login(username="nour@example.org", password=PASSWORD)


@pytest.mark.parametrize("case", ["used up", "expired", "revoked", "unknown"])
def test_a_dead_link_makes_nothing(cast, teams, case):
    invitation, token = invite(cast["administrator"], teams)
    if case == "used up":
        Invitation.objects.update(uses=1)
    elif case == "revoked":
        actions.revoke_invitation(actor=cast["administrator"], invitation=invitation, now=NOW)
    moment = NOW + timedelta(days=2) if case == "expired" else NOW
    token = "x" if case == "unknown" else token
    before = User.objects.count()
    with pytest.raises(ValidationError):
        actions.accept_invitation(token=token, email="n@example.org", name="N", password=PASSWORD, now=moment)
    assert User.objects.count() == before
    assert actions.find_invitation(token=token, now=moment) is None


def test_a_weak_password_keeps_the_link(cast, teams):
    invitation, token = invite(cast["administrator"], teams)
    with pytest.raises(ValidationError):
        actions.accept_invitation(token=token, email="n@example.org", name="N", password="short", now=NOW)
    invitation.refresh_from_db()
    assert (invitation.uses, User.objects.filter(email="n@example.org").exists()) == (0, False)


def test_only_an_administrator_invites(cast, teams):
    for who in ("lead", "volunteer"):
        with pytest.raises(PermissionDenied):
            invite(cast[who], teams)
    assert Invitation.objects.count() == 0


def test_a_taken_address_is_refused(cast):
    with pytest.raises(ValidationError):
        actions.make_user(actor=None, email="JUNE@adair.example.org", name="Other", now=NOW)
    assert User.objects.filter(name="Other").count() == 0


def test_ending_access_ends_sessions_at_once(cast):
    client = Client()
    client.force_login(cast["volunteer"])
    assert Session.objects.count() == 1
    actions.end_access(actor=cast["lead"], user=cast["volunteer"], now=NOW)
    assert Session.objects.count() == 0
    assert client.get("/settings/")["Location"].startswith("/sign-in/")
    assert not Client().login(username="june@adair.example.org", password=PASSWORD)
    actions.restore_access(actor=cast["administrator"], user=cast["volunteer"], now=NOW)
    assert Client().login(username="june@adair.example.org", password=PASSWORD)


@pytest.mark.parametrize(
    ("who", "whom"),
    [("volunteer", "stranger"), ("lead", "stranger"), ("lead", "administrator"), ("volunteer", "volunteer")],
)
def test_who_may_not_end_whose_access(cast, who, whom):
    with pytest.raises(PermissionDenied):
        actions.end_access(actor=cast[who], user=cast[whom], now=NOW)
    assert User.objects.get(pk=cast[whom].pk).is_active


def test_the_last_administrator_stays(cast):
    with pytest.raises(ValidationError):
        actions.end_access(actor=cast["administrator"], user=cast["administrator"], now=NOW)
    with pytest.raises(ValidationError):
        actions.change_user(actor=cast["administrator"], user=cast["administrator"], roles=[Role.LEAD], now=NOW)
    kept = User.objects.get(pk=cast["administrator"].pk)
    assert (kept.is_active, kept.roles) == (True, ["administrator"])


def test_release_is_lifted_by_a_lead_of_the_team_alone(cast):
    with pytest.raises(PermissionDenied):
        actions.lift_release(actor=cast["lead"], user=cast["stranger"], now=NOW)
    assert User.objects.get(pk=cast["stranger"].pk).needs_release
    actions.lift_release(actor=cast["lead"], user=cast["volunteer"], now=NOW)
    assert not User.objects.get(pk=cast["volunteer"].pk).needs_release
    assert AuditEntry.objects.filter(action="release.lifted", record_uid=cast["volunteer"].uid).count() == 1


def test_the_audit_cannot_be_changed(cast):
    entry = AuditEntry.objects.first()
    for statement in ("update access_auditentry set action = 'x'", "delete from access_auditentry"):
        with pytest.raises((InternalError, ProgrammingError)), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert AuditEntry.objects.get(pk=entry.pk).action == entry.action


def test_who_sees_whom(cast):
    def names(user):
        return sorted(queries.visible_to(user).values_list("name", flat=True))

    assert len(names(cast["administrator"])) == 4
    assert names(cast["volunteer"]) == ["June Sample", "Marguerite Sample", "Theo Sample"]
    assert names(cast["stranger"]) == ["Rosalind Sample"]


def test_rules_of_leading(cast, teams):
    voter, press = teams["Voter help"].pk, teams["Press desk"].pk
    assert [rules.leads_team(cast["lead"], pk) for pk in (voter, press)] == [True, False]
    assert [rules.leads_team(cast["administrator"], pk) for pk in (voter, press)] == [True, True]
    assert not rules.leads_team(cast["volunteer"], voter)
    assert [rules.may_see_crisis(cast[who]) for who in ("lead", "volunteer")] == [True, False]
