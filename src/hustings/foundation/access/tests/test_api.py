"""The API and its tokens: no more than its owner may do, no more than its scopes say, and nothing that is hidden."""

import csv
import hmac
import io
import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from hustings.foundation.access.actions import end_access, tokens
from hustings.foundation.access.api import caller
from hustings.foundation.access.models import ApiToken, AuditEntry, Role, User
from hustings.foundation.core.clock import now as read_clock

pytestmark = pytest.mark.django_db
USERS = "/api/v1/records/user/"


@pytest.fixture
def boss(cast):
    return cast["administrator"]


def token_of(user: User, *scopes: str, days: int = 30) -> tuple[ApiToken, str]:
    moment = read_clock()
    return tokens.make_token(
        actor=user,
        name="Nightly count",
        scopes=scopes or ("user:see", "user:change"),
        expires_at=moment + timedelta(days=days),
        now=moment,
    )


def program(token: str, **more) -> Client:
    return Client(headers={"authorization": f"Bearer {token}"}, enforce_csrf_checks=True, **more)


def refused(answer, status: int, kind: str) -> None:
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    told = answer.json()
    assert (told["type"], told["status"]) == (f"urn:hustings:problem:{kind}", status)


def fields_of(answer, name: str = "user") -> list[str]:
    one = next(one for one in answer.json()["results"] if one["name"] == name)
    return [field["name"] for field in one["fields"]]


def test_a_token_is_kept_as_its_hash_and_compared_in_constant_time(boss, monkeypatch):
    made, token = token_of(boss)
    assert token.encode() not in bytes(made.token_hash)
    assert token.startswith(f"hus_{made.prefix}_")
    compared = []
    real = hmac.compare_digest
    monkeypatch.setattr(hmac, "compare_digest", lambda a, b: compared.append(1) or real(a, b))
    assert tokens.find_token(token=token, now=read_clock()) == made
    assert tokens.find_token(token=token[:-1] + "x", now=read_clock()) is None
    assert tokens.find_token(token="hus_00000000_x", now=read_clock()) is None
    assert len(compared) == 3


def test_who_makes_a_token_and_with_what(cast, boss):
    moment = read_clock()
    given = {"name": "x", "expires_at": moment + timedelta(days=1), "now": moment}
    with pytest.raises(PermissionDenied):
        tokens.make_token(actor=cast["volunteer"], scopes=["user:see"], **given)
    for scopes in ([], ["user:erase"], ["nothing:see"]):
        with pytest.raises(ValidationError):
            tokens.make_token(actor=boss, scopes=scopes, **given)
    for days in (-1, 400):
        with pytest.raises(ValidationError):
            token_of(boss, days=days)
    assert ApiToken.objects.count() == 0


def test_the_page_shows_a_token_once(client, boss):
    client.post("/sign-in/", {"email": boss.email, "password": "a long enough sentence"})
    page = client.post("/settings/tokens/", {"name": "Nightly", "days": "30", "scopes": ["user:see"]})
    token = page.context["shown"]
    assert token in page.content.decode()
    assert token not in client.get("/settings/tokens/").content.decode()
    assert page["Cache-Control"] == "no-store"
    assert AuditEntry.objects.filter(action="token.made").count() == 1
    client.post(f"/settings/tokens/{ApiToken.objects.get().uid}/revoke/")
    refused(program(token).get(USERS), 401, "token")


def test_nobody_makes_tokens_for_a_role_without_the_ability(client, cast):
    client.post("/sign-in/", {"email": "june@adair.example.org", "password": "a long enough sentence"})
    assert client.get("/settings/tokens/").status_code == 403
    given = {"name": "x", "days": "30", "scopes": ["user:see"]}
    assert client.post("/settings/tokens/", given).status_code == 403
    assert ApiToken.objects.count() == 0


@pytest.mark.parametrize("case", ["revoked", "expired", "ended", "access over", "unknown", "basic", "empty"])
def test_a_token_that_does_not_hold_opens_nothing(cast, boss, case):
    User.objects.filter(pk=cast["lead"].pk).update(roles=[Role.ADMINISTRATOR])
    owner = User.objects.get(pk=cast["lead"].pk)
    made, token = token_of(owner)
    here = program(token)
    assert here.get(USERS).status_code == 200
    if case == "revoked":
        tokens.revoke_token(actor=owner, token=made, now=read_clock())
    elif case == "expired":
        ApiToken.objects.update(expires_at=read_clock())
    elif case == "ended":
        end_access(actor=boss, user=owner, now=read_clock())
    elif case == "access over":
        User.objects.filter(pk=owner.pk).update(access_ends_at=read_clock())
    else:
        sent = {"unknown": "Bearer hus_1_2", "basic": "Basic YTpi", "empty": "Bearer "}[case]
        here = Client(headers={"authorization": sent})
    refused(here.get(USERS), 401, "token")
    refused(here.patch(f"{USERS}{boss.uid}/", {"fields": {"name": "X"}}, "application/json"), 401, "token")


def test_first_use_stands_in_the_audit_once(boss):
    made, token = token_of(boss)
    for _ in range(3):
        program(token).get(USERS)
    assert AuditEntry.objects.filter(action="token.first_used", record_uid=made.uid).count() == 1
    made.refresh_from_db()
    assert made.last_used_at is not None


def test_a_token_does_no_more_than_its_scopes(boss, cast):
    _made, token = token_of(boss, "user:see")
    here = program(token)
    types = here.get("/api/v1/records/").json()["results"]
    assert [(one["name"], one["verbs"]) for one in types] == [("user", ["see"])]
    assert {field["level"] for field in types[0]["fields"]} == {"read"}
    answer = here.patch(f"{USERS}{cast['volunteer'].uid}/", {"fields": {"name": "X"}}, "application/json")
    refused(answer, 403, "forbidden")
    refused(here.get(f"{USERS}export.csv"), 403, "forbidden")
    refused(here.get("/api/v1/records/article/"), 404, "not-found")
    assert User.objects.get(pk=cast["volunteer"].pk).name == "June Sample"


def test_a_token_loses_what_its_owner_loses(boss, cast):
    User.objects.filter(pk=cast["stranger"].pk).update(roles=["administrator"])
    owner = User.objects.get(pk=cast["stranger"].pk)
    _made, token = token_of(owner, "user:see")
    assert len(program(token).get(USERS).json()["results"]) == 4
    User.objects.filter(pk=owner.pk).update(roles=["volunteer"])
    answer = program(token).get(USERS)
    assert [row["fields"]["name"] for row in answer.json()["results"]] == ["Rosalind Sample"]
    assert fields_of(program(token).get("/api/v1/records/")) == ["name"]


def test_a_hidden_field_is_nowhere(cast, client):
    client.force_login(cast["volunteer"])
    listing = client.get(USERS)
    assert [set(row["fields"]) for row in listing.json()["results"]] == [{"name"}] * 3
    single = client.get(f"{USERS}{cast['lead'].uid}/")
    assert fields_of(client.get("/api/v1/records/")) == ["name"]
    document = client.get("/api/v1/openapi.json")
    told = document.json()
    asked = {each["name"] for each in told["paths"]["/records/user/"]["get"]["parameters"]}
    assert list(told["components"]["schemas"]["user"]["properties"]["fields"]["properties"]) == ["name"]
    assert asked == {"name", "sort", "fields", "after", "limit"}
    for answer in (listing, single):
        assert answer.status_code == 200
        assert "email" not in answer.content.decode()
    for answer in (listing, single, document):
        assert "@" not in answer.content.decode()
    for query in ("email=theo@adair.example.org", "email__contains=theo", "sort=email", "sort=-email", "fields=email"):
        refused(client.get(f"{USERS}?{query}"), 403, "field")
    unknown = client.get(f"{USERS}?nonsense=1").json()
    hidden = client.get(f"{USERS}?email=1").json()
    assert unknown == {**hidden, "detail": hidden["detail"].replace("email", "nonsense")}


def test_a_masked_field_is_masked_and_finds_nothing(cast, client):
    grants = {"records": {"user": {"verbs": ["see"], "rows": ["all"], "fields": {"*": "read", "email": "masked"}}}}
    Role.objects.create(slug="looker", name="Looker", grants=grants)
    User.objects.filter(pk=cast["volunteer"].pk).update(roles=["looker"])
    client.force_login(cast["volunteer"])
    rows = {row["fields"]["name"]: row["fields"]["email"] for row in client.get(USERS).json()["results"]}
    assert rows["Theo Sample"] == "t•••@a•••.org"
    refused(client.get(f"{USERS}?email=theo@adair.example.org"), 403, "field")
    refused(client.get(f"{USERS}?sort=email"), 403, "field")


def test_pages_go_on_from_a_key_in_any_order(boss, cast):
    for number in range(7):
        User.objects.create(email=f"n{number}@adair.example.org", name=f"Same {number // 3}")
    here = program(token_of(boss)[1])
    for sort in ("", "name", "-name"):
        seen, onward = [], f"{USERS}?limit=2&sort={sort}"
        while onward:
            page = here.get(onward).json()
            seen += [(row["fields"]["name"], row["uid"]) for row in page["results"]]
            onward = page["next"]
        assert len(seen) == len(set(seen)) == 11
        if sort:
            names = [name for name, _uid in seen]
            assert names == sorted(names, reverse=sort == "-name")


def test_filters(boss):
    here = program(token_of(boss)[1])

    def found(query: str) -> list[str]:
        return [row["fields"]["name"] for row in here.get(f"{USERS}?{query}&sort=name").json()["results"]]

    assert found("name=June Sample") == ["June Sample"]
    assert found("name__contains=SAM&name__starts=ma") == ["Marguerite Sample"]
    assert found("name__in=June Sample,Theo Sample") == ["June Sample", "Theo Sample"]
    assert found("name__empty=true") == []
    for query in ("name__regex=.", "limit=0", "limit=x", "after=%%%", "after=WzEsMl0", "name=%00"):
        refused(here.get(f"{USERS}?{query}"), 422, "values")


def test_a_change_is_whole_or_not_at_all(boss, cast):
    from hustings.foundation.access.actions import change_user  # noqa: PLC0415
    from hustings.foundation.core import records  # noqa: PLC0415

    def rename(*, actor, record, value, now):
        if value == "broken":
            raise ValidationError("No.")
        change_user(actor=actor, user=record, now=now, name=value)

    one = records.get("user")
    name = next(field for field in one.fields if field.name == "name")
    object.__setattr__(name, "change", rename)
    try:
        here = program(token_of(boss)[1])
        path = f"{USERS}{cast['volunteer'].uid}/"

        def patch(body, kind="application/json"):
            return here.patch(path, body if isinstance(body, str) else json.dumps(body), kind)

        assert patch({"fields": {"name": "June Oduya"}}).json()["fields"]["name"] == "June Oduya"
        refused(patch({"fields": {"name": "broken"}}), 422, "values")
        assert patch({"fields": {"name": "broken"}}).json()["errors"] == [{"field": "name", "detail": "No."}]
        refused(patch({"fields": {"email": "x@example.org", "name": "Y"}}), 422, "values")
        for body in ({}, [], {"fields": {}}, {"name": "x"}, {"fields": {"name": 7}}, {"fields": {"name": ["x"]}}):
            refused(patch(body), 422, "values")
        refused(patch("{"), 400, "request")
        refused(patch({"fields": {"password": "x"}}), 403, "field")
        assert User.objects.get(pk=cast["volunteer"].pk).name == "June Oduya"
        refused(here.post(USERS, "{}", "application/json"), 403, "forbidden")
    finally:
        object.__setattr__(name, "change", None)


def test_an_export_is_audited_with_its_rows(boss):
    User.objects.create(email="f@adair.example.org", name="=HYPERLINK(1)")
    scopes = ["user:see"]
    grants = {"records": {"user": {"verbs": ["see", "export"], "rows": ["all"], "fields": {"**": "read"}}}}
    Role.objects.create(slug="exporter", name="Exporter", grants=grants | {"abilities": ["tokens", "administer"]})
    User.objects.filter(pk=boss.pk).update(roles=["administrator", "exporter"])
    owner = User.objects.get(pk=boss.pk)
    made, token = token_of(owner, *scopes, "user:export")
    answer = program(token).get(f"{USERS}export.csv?sort=name&fields=name")
    rows = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert (rows[0], rows[1][1], len(rows)) == (["uid", "name"], "'=HYPERLINK(1)", 6)
    line = AuditEntry.objects.get(action="exported")
    assert (line.actor_id, line.record_type) == (owner.pk, "user")
    assert (line.detail["rows"], line.detail["token"], line.detail["fields"]) == (5, str(made.uid), ["name"])
    answer = program(token).get(f"{USERS}export.json?name=June Sample")
    assert [row["fields"]["name"] for row in json.loads(answer.getvalue())["results"]] == ["June Sample"]
    assert AuditEntry.objects.filter(action="exported").count() == 2


def test_a_browsers_session_reads_from_our_own_pages_alone(cast):
    here = Client(enforce_csrf_checks=True)
    here.force_login(cast["administrator"])
    assert here.get(USERS, headers={"sec-fetch-site": "same-origin"}).status_code == 200
    for site in ("cross-site", "same-site"):
        refused(here.get(USERS, headers={"sec-fetch-site": site}), 403, "origin")
    path = f"{USERS}{cast['volunteer'].uid}/"
    refused(here.patch(path, {"fields": {"name": "X"}}, "application/json"), 403, "origin")
    assert User.objects.get(pk=cast["volunteer"].pk).name == "June Sample"


def test_a_wrong_token_does_not_fall_back_on_the_session(cast):
    here = Client(headers={"authorization": "Bearer hus_1_2"})
    here.force_login(cast["administrator"])
    refused(here.get(USERS), 401, "token")


def test_a_token_opens_no_page(boss):
    _made, token = token_of(boss)
    assert program(token).get("/settings/")["Location"].startswith("/sign-in/")


def test_every_error_is_a_problem_document(boss, monkeypatch):
    here = program(token_of(boss)[1])
    refused(here.get("/api/v1/nowhere/"), 404, "not-found")
    refused(here.get("/api/"), 404, "not-found")
    refused(here.get(f"{USERS}0197b8f0-0000-7000-8000-000000000001/"), 404, "not-found")
    refused(here.get(f"{USERS}not-a-uid/"), 404, "not-found")
    refused(here.put(USERS), 405, "method")
    assert set(here.put(USERS)["Allow"].split(", ")) == {"GET", "POST"}
    refused(Client().get(USERS), 401, "sign-in")
    assert Client().get(USERS)["WWW-Authenticate"].startswith("Bearer")
    monkeypatch.setattr(caller, "A_MINUTE", 3)
    for _ in range(4):
        last = here.get(USERS)
    refused(last, 429, "too-many")
    assert last["Retry-After"] == "60"
    monkeypatch.undo()
    monkeypatch.setattr("hustings.foundation.access.api.routes.page_of", lambda *given: 1 / 0)
    broken = program(token_of(boss)[1], raise_request_exception=False).get(USERS)
    refused(broken, 500, "broken")
    assert "ZeroDivision" not in broken.content.decode()


def test_the_document_of_the_api_names_what_one_may_do(boss):
    told = program(token_of(boss, "user:see")[1]).get("/api/v1/openapi.json").json()
    assert told["openapi"] == "3.1.0"
    assert sorted(told["components"]["schemas"]) == ["problem", "user"]
    assert list(told["paths"]["/records/user/"]) == ["get"]
    assert told["servers"] == [{"url": "http://testserver/api/v1/"}]
    assert "example" not in json.dumps(told)
