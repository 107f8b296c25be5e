"""Roles and fields: who may, what holds at once, and what a second administrator must agree to."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from hustings.foundation.access import actions as access
from hustings.foundation.access.actions import roles as actions
from hustings.foundation.access.actions.roles import Cell
from hustings.foundation.access.grants import definitions, forget, grants_of
from hustings.foundation.access.models import AuditEntry, Role, RoleChange
from hustings.foundation.access.queries import role_names
from hustings.foundation.access.queries.roles import restored, version_of
from hustings.foundation.access.roles import BadRole, told_of
from hustings.foundation.core.guard import Level

from .conftest import NOW, PASSWORD

pytestmark = pytest.mark.django_db
ORDINARY = Cell("volunteer", "person", "city", "edit", "hidden")
WIDENS = Cell("volunteer", "person", "phone", "masked", "read")


@pytest.fixture
def second(cast, teams):
    return access.make_user(
        actor=None,
        email="omar@adair.example.org",
        name="Omar Second",
        role="administrator",
        password=PASSWORD,
        now=NOW,
    )


def change(cast, *cells, **more):
    return actions.change_cells(actor=cast["administrator"], cells=cells, now=NOW, **more)


def test_a_cell_holds_at_the_next_question_and_says_so_in_the_audit(cast):
    june = cast["volunteer"]
    assert grants_of(june).level("person", "city") == Level.EDIT
    outcome = change(cast, ORDINARY)
    assert (list(outcome.saved), list(outcome.asked)) == ([ORDINARY], [])
    forget(june)
    assert grants_of(june).level("person", "city") == Level.HIDDEN
    line = AuditEntry.objects.get(action="role.changed")
    assert line.actor_id == cast["administrator"].pk
    told = {"record": "person", "field": "city", "was": "edit", "to": "hidden"}
    assert (line.detail["role"], line.detail["cells"]) == ("volunteer", [told])


def test_the_version_grows_with_each_change_and_never_stands_for_two_definitions(cast):
    change(cast, ORDINARY)
    first = Role.objects.get(slug="volunteer").version
    change(cast, Cell("volunteer", "person", "city", "hidden", "masked"))
    assert Role.objects.get(slug="volunteer").version == first + 1
    came = restored("volunteer")
    assert actions.change_role(
        actor=cast["administrator"], slug="volunteer", told=came, version=first + 1, alone=True, now=NOW
    )
    assert Role.objects.get(slug="volunteer").version == first + 2


def test_what_widens_something_sensitive_waits_for_another(cast, second):
    outcome = change(cast, ORDINARY, WIDENS)
    assert (list(outcome.saved), list(outcome.asked)) == ([ORDINARY], [WIDENS])
    assert grants_of(cast["volunteer"]).level("person", "phone") == Level.MASKED
    waiting = RoleChange.objects.get()
    with pytest.raises(PermissionDenied):
        actions.agree(actor=cast["administrator"], change=waiting, now=NOW)
    with pytest.raises(PermissionDenied):
        actions.agree(actor=cast["lead"], change=waiting, now=NOW)
    assert definitions()["volunteer"].records["person"].fields["phone"] == Level.MASKED
    actions.agree(actor=second, change=waiting, now=NOW)
    forget(cast["volunteer"])
    assert grants_of(cast["volunteer"]).level("person", "phone") == Level.READ
    assert grants_of(cast["volunteer"]).level("person", "city") == Level.HIDDEN
    line = AuditEntry.objects.filter(action="role.changed").latest("id")
    assert (line.actor_id, line.detail["asked_by"]) == (second.pk, cast["administrator"].pk)
    with pytest.raises(ValidationError):
        actions.agree(actor=second, change=waiting, now=NOW)


def test_refused_changes_nothing(cast, second):
    change(cast, WIDENS)
    actions.refuse(actor=second, change=RoleChange.objects.get(), reason="no need", now=NOW)
    assert RoleChange.objects.get().state == "refused"
    assert not Role.objects.exists()


def test_the_only_administrator_confirms_and_it_is_kept_that_they_were_alone(cast):
    with pytest.raises(ValidationError) as told:
        change(cast, ORDINARY, WIDENS)
    assert told.value.code == "alone"
    assert not Role.objects.exists()
    change(cast, WIDENS, alone=True)
    assert AuditEntry.objects.get(action="role.changed").detail["alone"] is True


def test_nobody_is_alone_where_there_are_two(cast, second):
    with pytest.raises(ValidationError):
        change(cast, WIDENS, alone=True)
    assert not Role.objects.exists()
    assert not RoleChange.objects.exists()


def test_rows_and_everything_fields_widen_as_well(cast, second):
    told = told_of(definitions()["volunteer"])
    told["records"]["person"]["rows"] = ["all"]
    version = version_of("volunteer")
    given = {"actor": cast["administrator"], "slug": "volunteer", "version": version, "now": NOW}
    assert actions.change_role(told=told, **given) is False
    told = told_of(definitions()["volunteer"])
    told["records"]["person"]["fields"]["**"] = "read"
    del told["records"]["person"]["fields"]["street"]
    assert actions.change_role(told=told, **given) is False
    assert RoleChange.objects.count() == 2
    assert not Role.objects.exists()


def test_a_cell_that_somebody_else_changed_meanwhile_is_not_overwritten(cast):
    change(cast, ORDINARY)
    with pytest.raises(ValidationError):
        change(cast, ORDINARY)
    with pytest.raises(BadRole):
        change(cast, Cell("volunteer", "person", "nothing", "hidden", "read"))
    with pytest.raises(BadRole):
        change(cast, Cell("volunteer", "person", "name", "edit", "write"))
    # A role that does not see people at all is not let in by a cell.
    with pytest.raises(BadRole):
        change(cast, Cell("budget", "person", "city", "hidden", "read"))


def test_the_house_is_never_shut_out_of_its_set_up(cast):
    told = told_of(definitions()["administrator"])
    told["abilities"] = [ability for ability in told["abilities"] if ability != "administer"]
    with pytest.raises(ValidationError):
        actions.change_role(actor=cast["administrator"], slug="administrator", told=told, version=0, now=NOW)
    assert not Role.objects.exists()


def test_a_role_of_ones_own(cast):
    made = actions.make_role(actor=cast["administrator"], name="New", copy_of="volunteer", now=NOW)
    assert made.slug == "new-2"  # an address of the pages is no role's
    assert told_of(definitions()["new-2"]) == told_of(definitions()["volunteer"])
    with pytest.raises(ValidationError):
        actions.make_role(actor=cast["administrator"], name="data", copy_of="volunteer", now=NOW)
    actions.rename_role(actor=cast["administrator"], slug="new-2", name="Night shift", about="", now=NOW)
    assert role_names()["new-2"] == "Night shift"
    access.change_user(actor=cast["administrator"], user=cast["volunteer"], roles=["new-2"], now=NOW)
    with pytest.raises(ValidationError):
        actions.remove_role(actor=cast["administrator"], slug="new-2", now=NOW)
    access.change_user(actor=cast["administrator"], user=cast["volunteer"], roles=["volunteer"], now=NOW)
    actions.remove_role(actor=cast["administrator"], slug="new-2", now=NOW)
    assert "new-2" not in definitions()
    with pytest.raises(ValidationError):
        actions.remove_role(actor=cast["administrator"], slug="volunteer", now=NOW)


def test_a_changed_ready_made_role_keeps_its_name_in_every_language(cast):
    change(cast, ORDINARY)
    assert role_names()["volunteer"] == "Correspondence volunteer"


@pytest.mark.parametrize("who", ["lead", "volunteer"])
def test_nobody_but_administrators_reaches_the_pages(client, cast, who):
    client.force_login(cast[who])
    for address in ("", "new/", "preview/?role=volunteer", "volunteer/"):
        assert client.get(f"/settings/roles/{address}").status_code == 403, address
    for address in ("changes/", "new/", "volunteer/", "volunteer/rename/", "volunteer/remove/", "volunteer/restore/"):
        assert client.post(f"/settings/roles/{address}", {"cell": "|".join(_told(ORDINARY))}).status_code == 403
    assert not Role.objects.exists()
    assert not AuditEntry.objects.filter(action__startswith="role.").exists()


def _told(cell):
    return (cell.role, cell.record, cell.field, cell.was, cell.to)


def test_the_grid_is_drawn_and_saved(client, cast, second):
    client.force_login(cast["administrator"])
    page = client.get("/settings/roles/?record=person")
    assert page.status_code == 200
    assert "Correspondence volunteer" in page.text
    assert 'aria-label="Phone, Correspondence volunteer: masked"' in page.text
    given = {"cell": ["|".join(_told(ORDINARY)), "|".join(_told(WIDENS))]}
    answer = client.post("/settings/roles/changes/?record=person", given)
    assert (answer.status_code, answer["Location"]) == (302, "/settings/roles/?record=person")
    assert definitions()["volunteer"].records["person"].fields["city"] == Level.HIDDEN
    client.force_login(second)
    page = client.get("/settings/roles/")
    assert "Marguerite Sample asks." in page.text
    client.post(f"/settings/roles/changes/{RoleChange.objects.get().uid}/agree/")
    assert definitions()["volunteer"].records["person"].fields["phone"] == Level.READ
    assert client.get("/settings/roles/?record=nothing").status_code == 404
    assert client.get("/settings/roles/preview/?record=user&role=volunteer").status_code == 200


def test_the_plain_form_saves_what_it_shows(client, cast):
    client.force_login(cast["administrator"])
    page = client.get("/settings/roles/volunteer/")
    assert page.status_code == 200
    given = form_of(page)
    before = told_of(definitions()["volunteer"])
    assert client.post("/settings/roles/volunteer/", given).status_code == 302
    assert told_of(definitions()["volunteer"]) == before
    assert not Role.objects.exists()  # nothing differed, so nothing was written
    given["field:person:city"] = "hidden"
    given["people_a_shift"] = "20"
    assert client.post("/settings/roles/volunteer/", given).status_code == 302
    assert definitions()["volunteer"].people_a_shift == 20
    assert definitions()["volunteer"].records["person"].fields["city"] == Level.HIDDEN
    given = form_of(client.get("/settings/roles/volunteer/")) | {"people_a_shift": "many"}
    answer = client.post("/settings/roles/volunteer/", given)
    assert answer.status_code == 422
    assert "people_a_shift" in answer.text
    widened = form_of(client.get("/settings/roles/volunteer/")) | {"field:person:phone": "read"}
    assert client.post("/settings/roles/volunteer/", widened).status_code == 422
    widened["confirm"] = cast["administrator"].email
    assert client.post("/settings/roles/volunteer/", widened).status_code == 302
    assert definitions()["volunteer"].records["person"].fields["phone"] == Level.READ


def form_of(page):
    """What a browser would send back, untouched."""
    role = page.context["role"]
    given = {"version": page.context["version"], "people_a_shift": role.people_a_shift or ""}
    for one in page.context["choices"]:
        given[f"verbs:{one.name}"] = [verb for verb, _label, on in one.verbs if on]
        given[f"rows:{one.name}"] = [row for row, _label, on in one.rows if on]
        given[f"field:{one.name}:*"], given[f"field:{one.name}:**"] = one.rest, one.whole
        given |= {f"field:{one.name}:{field.name}": field.said for field in one.fields}
    return given | {"ability": [key for key, _label, on in page.context["abilities"] if on]}
