"""The pages, by requests alone."""

import re

import pytest
from django.test import Client

from hustings.foundation.automation.actions.hooks import save_hook
from hustings.foundation.automation.models import Hook, Notice, Process, Rule
from hustings.foundation.core import secrets

from .samples import NOW, Sample, make_sample

pytestmark = pytest.mark.django_db
RULE = {
    "shown": "1",
    "name": "Signs to Dana",
    "record": "sample",
    "when": "made",
    "c-rows": "0",
    "c-0-field": "record.kind",
    "c-0-op": "is",
    "c-0-value": "sign",
    "d-rows": "",
    "a-rows": "0",
    "a-0-verb": "set:title",
    "a-0-v_value": "seen",
    "most_an_hour": "50",
}


def client(user):
    signed = Client()
    signed.force_login(user)
    return signed


def test_who_may_not_write_rules_sees_none_of_the_pages(cast, write):
    rule = write(on=False)
    pages = ("", "new/", "log/", f"{rule.uid}/", f"{rule.uid}/log/", f"{rule.uid}/dry-run/", "webhooks/", "approvals/")
    for page in pages:
        assert client(cast["volunteer"]).get(f"/settings/rules/{page}").status_code == 403, page
    assert client(cast["volunteer"]).post("/settings/rules/new/", RULE).status_code == 403
    assert Rule.objects.count() == 1


def test_writing_a_rule_and_turning_it_on(cast, run):
    me = client(cast["writer"])
    first = me.get("/settings/rules/new/")
    assert first.status_code == 200
    assert re.search(r'<option value="[a-z_]+" selected', first.content.decode())  # a type of record is chosen already
    response = me.post("/settings/rules/new/", {**RULE, "on": "1"})
    assert (response.status_code, response["Location"]) == (302, "/settings/rules/")
    rule = Rule.objects.get()
    assert (rule.name, rule.owner, rule.is_on, rule.most_an_hour) == ("Signs to Dana", cast["writer"], True, 50)
    assert rule.version.conditions == {"all": [{"field": "kind", "is": "is", "value": "sign"}]}
    assert rule.version.actions == [{"verb": "set:title", "values": {"value": "seen"}}]
    make_sample(actor=None, values={"kind": "sign"}, now=NOW)
    run()
    assert Sample.objects.get().title == "seen"
    shown = me.get("/settings/rules/").content.decode()
    assert "Kind is Yard sign" in shown
    assert "set “Title” to seen" in shown
    log = me.get(f"/settings/rules/{rule.uid}/log/").content.decode()
    assert "1 of 1 as it asks" in log


def test_the_editor_shows_what_belongs_to_a_choice_and_keeps_nothing(cast):
    me = client(cast["writer"])
    asked = {**RULE, "a-0-verb": "notify", "c-0-field": "record.day", "c-0-op": "last_days", "again": "1"}
    shown = me.post("/settings/rules/new/", asked).content.decode()
    assert 'name="a-0-v_to"' in shown
    assert "is within the last days" in shown
    assert "Signs to Dana" in shown
    shown = me.post("/settings/rules/new/", {**RULE, "add": "d"}).content.decode()
    assert 'name="d-0-field"' in shown
    shown = me.post("/settings/rules/new/", {**RULE, "drop": "c-0"}).content.decode()
    assert 'name="c-1-field"' in shown  # one blank row is always there
    assert 'value="sign"' not in shown
    assert not Rule.objects.exists()


def test_a_rule_comes_back_to_its_page_as_it_was_written(cast, write):
    rule = write(
        on=False,
        trigger={"kind": "date", "field": "day", "days_after": -2, "at": "10:30"},
        conditions={
            "all": [{"field": "size", "is": "more", "value": "3"},
                    {"any": [{"field": "kind", "is": "one_of", "value": ["sign", "ride"]}]}]
        },
        actions=[{"verb": "notify", "values": {"to": "owner", "text": "Look at it"}}],
    )  # fmt: skip
    me = client(cast["writer"])
    shown = me.get(f"/settings/rules/{rule.uid}/").content.decode()
    for part in ('value="-1" selected', 'value="10:30"', 'value="2"', 'value="Look at it"', 'value="more" selected'):
        assert part in shown, part
    assert shown.count("checked") == 2


def test_what_is_wrong_is_said_with_what_was_written_kept(cast):
    me = client(cast["writer"])
    response = me.post("/settings/rules/new/", {**RULE, "name": "", "a-0-v_value": "", "on": "1"})
    assert response.status_code == 422
    shown = response.content.decode()
    assert "2 things to put right" in shown
    assert not Rule.objects.exists()


def test_a_dry_run_shows_and_changes_nothing(cast):
    made = make_sample(actor=None, values={"kind": "sign", "title": "Elm Street"}, now=NOW)
    Sample.objects.filter(pk=made.pk).update(created_at="2020-01-01T00:00Z")
    make_sample(actor=None, values={"kind": "sign", "title": "Oak Street"}, now=NOW)
    response = client(cast["writer"]).post("/settings/rules/new/", {**RULE, "try": "1"})
    shown = response.content.decode()
    assert response.status_code == 200
    assert "It would have acted on 1 of the 1 records" in shown
    assert "Oak Street" in shown
    assert "Elm Street" not in shown
    assert not Rule.objects.exists()
    assert sorted(Sample.objects.values_list("title", flat=True)) == ["Elm Street", "Oak Street"]


def test_a_secret_is_shown_once_and_kept_sealed(cast):
    me = client(cast["administrator"])
    shown = me.post("/settings/rules/webhooks/new/", {"name": "Press", "url": "https://press.example.org/in"})
    hook = Hook.objects.get()
    secret = secrets.unseal(hook.secret)
    assert secret in shown.content.decode()
    assert secret.encode() not in bytes(hook.secret)
    assert secret not in me.get(f"/settings/rules/webhooks/{hook.uid}/").content.decode()
    assert secret not in me.get("/settings/rules/webhooks/").content.decode()
    assert client(cast["writer"]).get("/settings/rules/webhooks/").status_code == 403


@pytest.mark.parametrize(
    "url", ["http://example.org/", "ftp://example.org", "https://", "https://a:b@example.org", "x"]
)
def test_an_address_that_cannot_be_called_is_refused(cast, url):
    response = client(cast["administrator"]).post("/settings/rules/webhooks/new/", {"name": "Bad", "url": url})
    assert response.status_code == 422
    assert not Hook.objects.exists()


def test_how_things_are_approved_is_written_on_a_page(cast):
    me = client(cast["administrator"])
    assert me.get("/settings/rules/approvals/new/").status_code == 200
    given = {
        "shown": "1", "name": "Sign off", "record": "sample", "remind_after": "12", "is_on": "on", "s-rows": "0,1",
        "s-0-name": "Leads", "s-0-roles": ["lead"], "s-0-quorum": "1",
        "s-1-users": [str(cast["administrator"].pk)], "s-1-quorum": "1",
    }  # fmt: skip
    response = me.post("/settings/rules/approvals/new/", given)
    assert response.status_code == 302
    process = Process.objects.get()
    assert [step["name"] for step in process.steps] == ["Leads", "Step 2"]
    shown = me.get(f"/settings/rules/approvals/{process.uid}/").content.decode()
    assert 'value="12"' in shown
    assert "Correspondence lead" in me.get("/settings/rules/approvals/").content.decode()


def test_notices_say_what_their_reader_may_see_of_the_record(cast, write, run):
    write(actor=cast["administrator"], actions=[
        {"verb": "notify", "values": {"to": f"user:{cast['writer'].pk}", "text": "Look"}}])  # fmt: skip
    make_sample(actor=None, values={"title": "Open", "kind": "sign"}, now=NOW)
    make_sample(actor=None, values={"title": "Closed", "kind": "hidden"}, now=NOW)
    run()
    me = client(cast["writer"])
    shown = me.get("/settings/rules/notices/").content.decode()
    assert shown.count("Look") >= 2
    assert "Open" in shown
    assert "Closed" not in shown
    notice = Notice.objects.filter(user=cast["writer"]).first()
    assert client(cast["other"]).post(f"/settings/rules/notices/{notice.uid}/").status_code == 404
    me.post("/settings/rules/notices/seen/")
    assert Notice.objects.filter(user=cast["writer"], seen_at=None).count() == 0


def test_what_is_new_is_told_in_passing_once(cast, write, run):
    write(actions=[{"verb": "notify", "values": {"to": "owner", "text": "Look at this"}}])
    make_sample(actor=None, values={"title": "a"}, now=NOW)
    Notice.objects.update(at=NOW)
    run()
    from hustings.foundation.core.clock import now  # noqa: PLC0415

    Notice.objects.update(at=now())
    me = client(cast["writer"])
    first = me.get("/settings/rules/notices/new/", headers={"HX-Request": "true"})
    assert "Look at this" in first["HX-Trigger"]
    second = me.get("/settings/rules/notices/new/", headers={"HX-Request": "true"})
    assert "HX-Trigger" not in second


def test_a_hook_of_another_name_is_refused_twice(cast):
    save_hook(actor=cast["administrator"], hook=None, name="Press", url="https://a.example.org", now=NOW)
    given = {"name": "press", "url": "https://b.example.org"}
    assert client(cast["administrator"]).post("/settings/rules/webhooks/new/", given).status_code == 422
    assert Hook.objects.count() == 1
