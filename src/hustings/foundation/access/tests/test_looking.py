"""Looking as somebody else: never more than one's own, nothing changed by any route, an end by itself."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver
from hypothesis import given
from hypothesis import strategies as st

from hustings.foundation.access import queries
from hustings.foundation.access.actions.looking import begin_look
from hustings.foundation.access.eyes import WRITES
from hustings.foundation.access.grants import definitions, grants_of, grants_of_roles
from hustings.foundation.access.looking import KEY, LONGEST, lay_over
from hustings.foundation.access.models import AuditEntry, User
from hustings.foundation.access.ready_made import DEFINITIONS
from hustings.foundation.access.roles import compile_grants, lesser
from hustings.foundation.core import records
from hustings.foundation.core.clock import now as read_clock

from .conftest import NOW

SAMPLES = {
    "uuid": "0197b8f0-0000-7000-8000-000000000001",
    "uuidstr": "0197b8f0-0000-7000-8000-000000000001",
    "int": "1",
    "str": "x",
    "slug": "volunteer",
    "path": "x",
}
LEFT_BY_A_LOOK = {"access_auditentry", "access_session", "core_attempt", "access_hourofreading"}


def routes(resolver=None, prefix=""):
    for entry in (resolver or get_resolver()).url_patterns:
        here = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, here)
        elif isinstance(entry, URLPattern):
            yield "/" + re.sub(r"<(?:(\w+):)?\w+>", lambda found: SAMPLES[found[1] or "str"], here)


def counts():
    with connection.cursor() as cursor:
        cursor.execute("select tablename from pg_tables where schemaname = 'public' order by 1")
        tables = [name for (name,) in cursor.fetchall() if name not in LEFT_BY_A_LOOK]
        cursor.execute(" union all ".join(f"select '{name}', count(*) from \"{name}\"" for name in tables))
        return dict(cursor.fetchall())


@pytest.fixture
def looking(client, cast):
    client.force_login(cast["administrator"])
    assert client.post("/settings/look/begin/", {"role": "volunteer"}).status_code == 302
    return client


@pytest.mark.django_db
def test_every_page_says_so_and_has_a_way_out(looking, cast):
    page = looking.get("/settings/")
    assert page.status_code == 200
    assert "You look as Correspondence volunteer." in page.text
    assert 'action="/settings/look/stop/"' in page.text
    assert looking.get("/settings/roles/").status_code == 403
    assert looking.post("/settings/look/stop/").status_code == 302
    assert "You look as" not in looking.get("/settings/").text
    assert looking.get("/settings/roles/").status_code == 200
    lines = AuditEntry.objects.filter(action__startswith="look.").order_by("id")
    assert [(line.action, line.detail["roles"]) for line in lines] == [
        ("look.began", ["volunteer"]),
        ("look.ended", ["volunteer"]),
    ]


@pytest.mark.django_db
def test_no_route_writes_while_one_looks(looking, cast):
    before = counts()
    users = {user.pk: (user.password, user.roles, user.is_active) for user in User.objects.all()}
    for address in sorted(set(routes()) - {"/settings/look/stop/", "/sign-out/"}):
        for method in ("post", "put", "patch", "delete"):
            given = {"data": {"name": "x", "text": "x"}} if method == "post" else {"headers": {"HX-Request": "true"}}
            answer = getattr(looking, method)(address, **given)
            assert answer.status_code in (302, 401, 403), (method, address, answer.status_code)
    assert counts() == before
    assert users == {user.pk: (user.password, user.roles, user.is_active) for user in User.objects.all()}
    assert KEY in looking.session


@pytest.mark.django_db
def test_no_page_writes_in_passing_while_one_looks(looking, cast):
    """Pages that take no argument: what they change for their reader on the way is left out, not an error."""
    before = counts()
    skipped = {"/live/"}  # a stream
    for address in sorted({route for route in routes() if SAMPLES["uuid"] not in route} - skipped):
        answer = looking.get(address)
        assert answer.status_code < 500, address
        text = "" if answer.streaming else answer.text
        assert "You are looking as somebody else" not in text, address
    assert counts() == before


@pytest.mark.django_db
def test_it_ends_by_itself_and_with_the_session(looking, cast, monkeypatch):
    session = looking.session
    session[KEY] = session[KEY] | {"until": (read_clock() - timedelta(seconds=1)).timestamp()}
    session.save()
    assert "You look as" not in looking.get("/settings/").text
    assert AuditEntry.objects.get(action="look.ended").detail["why"] == "time"
    looking.post("/settings/look/begin/", {"role": "volunteer"})
    looking.post("/sign-out/")
    assert AuditEntry.objects.filter(action="look.ended").latest("id").detail["why"] == "sign-out"


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["lead", "volunteer"])
def test_only_who_may_look_looks(client, cast, who):
    client.force_login(cast[who])
    assert client.get("/settings/look/").status_code == 403
    assert client.post("/settings/look/begin/", {"role": "administrator"}).status_code == 403
    assert KEY not in client.session
    with pytest.raises(PermissionDenied):
        begin_look(actor=cast[who], roles=["volunteer"], now=NOW)


@pytest.mark.django_db
def test_rows_are_those_of_the_role_in_its_teams(cast, teams):
    look = begin_look(actor=cast["administrator"], person=cast["stranger"], now=NOW)
    assert look.until == NOW + LONGEST
    eyes = User.objects.get(pk=cast["administrator"].pk)
    lay_over(eyes, look)
    assert queries.team_ids(eyes) == [teams["Press desk"].pk]
    assert not eyes.is_administrator
    assert set(queries.visible_to(eyes)) == {cast["stranger"], cast["administrator"]}


@pytest.mark.django_db
def test_rights_are_never_raised(cast, teams):
    """An administrator does not see vetting files, nor what is sealed, by looking as those who do."""
    private = [one.name for one in records.all_types() if one.private]
    for slug in definitions():
        look = begin_look(actor=cast["administrator"], roles=[slug], now=NOW)
        eyes = User.objects.get(pk=cast["administrator"].pk)
        own = grants_of(User.objects.get(pk=cast["administrator"].pk))
        laid = lay_over(eyes, look)
        assert not eyes.is_security_lead
        assert laid.abilities <= own.abilities
        for one in records.all_types():
            assert laid.verbs.get(one.name, frozenset()) <= own.verbs.get(one.name, frozenset())
            for field in records.fields_of(one):
                assert laid.level(one.name, field.name) <= own.level(one.name, field.name)
        assert not any(laid.may(name, "see") for name in private)


ROLES = st.sets(st.sampled_from(["administrator", "data", "lead", "volunteer", "caller"]))


@given(ROLES, ROLES)
def test_what_two_grant_is_at_most_what_each_does(one, other):
    types = list(records.registry.types.values())
    with pytest.MonkeyPatch.context() as patch:  # no field that an administrator added
        patch.setattr("hustings.foundation.access.roles.fields_of", lambda kind: kind.fields)
        a, b = (compile_grants([DEFINITIONS[slug] for slug in slugs], types) for slugs in (one, other))
    both = lesser(a, b)
    for key, level in both.levels.items():
        assert level <= min(a.level(*key), b.level(*key))
    for name, verbs in both.verbs.items():
        assert verbs == a.verbs[name] & b.verbs[name]
        assert both.rows(name) in (a.rows(name), b.rows(name), a.rows(name) & b.rows(name))
    assert both.abilities == a.abilities & b.abilities


@pytest.mark.parametrize(
    ("statement", "writes"),
    [
        ('UPDATE "people_person" SET "name" = %s', True),
        ("update desk_inquiry i set read_at = now()", True),
        ('INSERT INTO "feed_post" ("id") VALUES (1)', True),
        ("with x as (delete from desk_tag where id = 1 returning *) select * from x", True),
        ("COPY desk_event FROM STDIN", True),
        ('INSERT INTO "access_auditentry" ("at") VALUES (%s)', False),
        ('DELETE FROM "access_session" WHERE 1 = 1', False),
        ('SELECT "a"."id" FROM "a" FOR UPDATE OF "a"', False),
        ("select pg_notify(%s, %s)", False),
    ],
)
def test_statements_that_write_are_known(statement, writes):
    assert bool(WRITES.search(statement)) is writes


@pytest.mark.django_db
def test_grants_by_role_alone_are_untouched(cast):
    before = grants_of_roles(("volunteer",))
    look = begin_look(actor=cast["administrator"], roles=["volunteer"], now=NOW)
    lay_over(User.objects.get(pk=cast["administrator"].pk), look)
    assert grants_of_roles(("volunteer",)) is before
