"""What a role may not see of a custom field is nowhere: on no page, in no question, file, search or count."""

import json
import re

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import F
from django.test import Client
from django.urls import reverse

from hustings.foundation.access.grants import Reading, grants_of
from hustings.foundation.access.models import AuditEntry
from hustings.foundation.core import records
from hustings.foundation.core.guard import FieldHidden, reading_as
from hustings.foundation.objects.actions.bearing import Upload
from hustings.foundation.objects.actions.making import change_record, make_record
from hustings.foundation.objects.actions.shaping import add_field, withdraw_field
from hustings.foundation.objects.actions.values import set_values
from hustings.foundation.objects.entries import records_found
from hustings.foundation.objects.models import CustomRecord, FieldType, FieldValue
from hustings.foundation.objects.queries.fields import fields_for, narrowed, value_of
from hustings.foundation.objects.queries.rows import visible_to

from .conftest import NOW

SECRET, NUMBER = "zanzibar-behind-the-hedge", "(614) 555-0142"
LEVELS = {"name": "edit", "phone": "masked", "size": "read", "how_many": "edit", "stage": "read", "owner": "read"}


@pytest.fixture
def record(admin, signs):
    photo = Upload("quokka.png", "image/png", b"\x89PNG\r\n" + b"x")
    values = {"name": "Ruth Abernathy", "phone": NUMBER, "size": "large", "staff_note": SECRET, "photo": photo}
    return make_record(actor=admin, kind=signs, values=values, now=NOW)


@pytest.fixture
def reader(role, made, signs, record):
    role("signs", verbs=["see", "add", "change", "export"], rows=["all"], fields=LEVELS)
    return made("June", "signs")


@pytest.fixture
def june(reader):
    client = Client()
    client.force_login(reader)
    return client


def text_of(answer):
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode()


def test_no_page_or_file_shows_it(june, record):
    for name, args in (
        ("list", ["yard-sign"]),
        ("board", ["yard-sign"]),
        ("csv", ["yard-sign"]),
        ("json", ["yard-sign"]),
        ("record", ["yard-sign", record.uid]),
        ("new", ["yard-sign"]),
        ("import", ["yard-sign"]),
    ):
        answer = june.get(reverse(f"objects:{name}", args=args))
        text = text_of(answer)
        assert answer.status_code == 200
        assert "zanzibar" not in text
        assert "quokka" not in text
        assert "staff_note" not in text
        assert "Staff note" not in text
        assert "555-0142" not in text.replace("•••-0142", "")
        if name in ("list", "csv", "json", "record", "board"):
            assert "Ruth Abernathy" in text
    assert "•••-•••-0142" in text_of(june.get(reverse("objects:record", args=["yard-sign", record.uid])))


@pytest.mark.parametrize(
    "query",
    [
        "f.staff_note=z",
        "f.phone=614",
        "sort=staff_note",
        "sort=-phone",
        "sort=unheard_of",
        "f.unheard_of=1",
        "f.fee.min=1",
        "f.paid=yes",
        "f.place=OH",
        "f.photo=yes",
    ],
)
@pytest.mark.parametrize("page", ["list", "board", "csv", "json"])
def test_a_question_by_it_is_refused_like_one_by_what_is_not_there(june, record, page, query):
    assert june.get(reverse(f"objects:{page}", args=["yard-sign"]) + f"?{query}").status_code == 403


@pytest.mark.parametrize("words", ["zanzibar", "hedge", "5550142", "614"])
def test_no_search_finds_it_and_no_count_tells(june, reader, record, words):
    text = text_of(june.get(reverse("objects:list", args=["yard-sign"]), {"q": words}))
    assert "None like that" in text
    with reading_as(Reading(grants_of(reader))):
        assert list(records_found(reader, words)) == []
    assert "Ruth Abernathy" in text_of(june.get(reverse("objects:list", args=["yard-sign"]), {"q": "ruth"}))


def test_no_query_below_the_pages_asks_by_it(reader, signs, record):
    field = {one.slug: one.pk for one in FieldType.objects.all()}
    with reading_as(Reading(grants_of(reader))):
        rows = visible_to(reader, signs)
        for ask in (
            lambda: rows.filter(**{f"v{field['staff_note']}": SECRET}),
            lambda: rows.filter(**{f"v{field['phone']}__contains": "614"}),
            lambda: rows.exclude(**{f"w{field['staff_note']}__startswith": "z"}),
            lambda: rows.order_by(f"-w{field['staff_note']}"),
            lambda: rows.annotate(x=F(f"v{field['staff_note']}")),
            lambda: rows.filter(v99999999=1),
            lambda: rows.filter(values__staff_note=SECRET),
            lambda: rows.filter(words__contains="zanzibar"),
            lambda: rows.values("values"),
            lambda: rows.values_list("words"),
            rows.values,
            lambda: CustomRecord.objects.filter(values__contains={"staff_note": SECRET}),
            lambda: CustomRecord.objects.filter(stage="new"),
            lambda: FieldValue.objects.filter(values__x=1),
        ):
            with pytest.raises(FieldHidden):
                ask()
        row = rows.get()
        assert set(row.values) == {"name", "phone", "size"}
        assert row.values["phone"] == "•••-•••-0142"
        assert row.words == ""
        assert rows.filter(**{f"v{field['name']}__startswith": "Ruth"}).count() == 1
        kind = records.get("x_yard_sign")
        assert [one.value_of(row) for one in kind.fields if one.name == "staff_note"] == [None]
    assert CustomRecord.objects.get().values["staff_note"] == SECRET


def test_what_it_cannot_edit_it_does_not_change(june, reader, record):
    page = reverse("objects:record", args=["yard-sign", record.uid])
    june.post(page, {"name": "Ruth A.", "how_many": "4", "staff_note": "mine", "size": "small", "phone": "1"})
    kept = CustomRecord.objects.get().values
    assert (kept["name"], kept["how_many"]) == ("Ruth A.", 4)
    assert (kept["staff_note"], kept["size"], kept["phone"]) == (SECRET, "large", "+16145550142")
    for values in (
        {"staff_note": "x"},
        {"size": "small"},
        {"phone": NUMBER},
        {"stage": "packed"},
        {"owner": reader.pk},
    ):
        with pytest.raises(ValidationError):
            change_record(actor=reader, record=record, values=values, now=NOW)
    assert june.post(reverse("objects:stage", args=["yard-sign", record.uid]), {"stage": "packed"}).status_code == 422
    assert june.post(reverse("objects:delete", args=["yard-sign", record.uid])).status_code == 403
    assert june.post(reverse("objects:take", args=["yard-sign"])).status_code == 403
    assert CustomRecord.objects.get().stage == "new"


def test_history_names_only_what_is_read(june, admin, record):
    change_record(actor=admin, record=record, values={"staff_note": "other"}, now=NOW)
    change_record(actor=admin, record=record, values={"how_many": 9, "fee": "3"}, now=NOW)
    text = text_of(june.get(reverse("objects:record", args=["yard-sign", record.uid])))
    history = text.split('<ol class="hist">')[1].split("</ol>")[0]
    assert re.findall(r"<p>(.*?)</p>", history) == ["How many", "Made"]


def test_an_import_with_its_column_is_refused_whole(june, record):
    for column in ("staff_note", "Staff note", "phone", "unheard_of"):
        file = SimpleUploadedFile("a.csv", f"name,{column}\nAda,x\n".encode())
        answer = june.post(reverse("objects:import", args=["yard-sign"]), {"file": file})
        assert answer.status_code == 422
        assert "There is no field of this name that you may fill in" in text_of(answer)
    assert CustomRecord.objects.count() == 1


def test_its_file_is_not_given(june, admin, record):
    file = reverse("objects:file", args=["yard-sign", record.uid, "photo"])
    assert june.get(file).status_code == 404
    client = Client()
    client.force_login(admin)
    answer = client.get(file)
    assert answer["Content-Disposition"].startswith('attachment; filename="quokka.png"')
    assert answer["Content-Type"] == "application/octet-stream"


def test_a_hidden_stage_has_no_board(admin, made, role, record):
    role("blind", verbs=["see"], rows=["all"], fields={"name": "read"})
    client = Client()
    client.force_login(made("Ann", "blind"))
    assert client.get(reverse("objects:board", args=["yard-sign"])).status_code == 403
    assert client.get(reverse("objects:list", args=["yard-sign"]) + "?stage=new").status_code == 403
    text = text_of(client.get(reverse("objects:record", args=["yard-sign", record.uid])))
    assert "New" not in text.split("<main", 1)[1].split("</main>")[0]
    assert client.get(reverse("objects:csv", args=["yard-sign"])).status_code == 403
    assert client.get(reverse("objects:new", args=["yard-sign"])).status_code == 403


def test_rows_are_those_of_the_role(admin, made, role, signs, record):
    for slug, rows in (("mine", ["assigned"]), ("ours", ["team"]), ("none", [])):
        role(slug, verbs=["see"], rows=rows, fields={"*": "read"})
    mine, ours, other = made("May", "mine"), made("Otis", "ours"), made("Olga", "ours", team="Press desk")
    nobody, stranger = made("Nora", "none"), made("Sam", "volunteer")
    seen = {user.name: visible_to(user, signs).count() for user in (mine, ours, other, nobody, stranger)}
    assert seen == {"May Sample": 0, "Otis Sample": 1, "Olga Sample": 0, "Nora Sample": 0, "Sam Sample": 0}
    change_record(actor=admin, record=record, values={"owner": mine}, now=NOW)
    assert visible_to(mine, signs).count() == 1
    client = Client()
    client.force_login(stranger)
    for name, args in (("list", ["yard-sign"]), ("record", ["yard-sign", record.uid]), ("board", ["yard-sign"])):
        assert client.get(reverse(f"objects:{name}", args=args)).status_code == 404
    for name in ("setup", "new_object"):
        assert client.get(reverse(f"objects:{name}")).status_code == 403


def test_a_picker_offers_only_what_is_seen(admin, made, role, signs, record):
    made("Zelda", "volunteer", team="Press desk")
    picker = reverse("objects:pick", args=["user"]) + "?name=asked_by&asked_by-find=zel"
    client = Client()
    client.force_login(admin)
    assert "Zelda" in text_of(client.get(picker))
    client.force_login(made("Ines", "lead"))
    assert "Zelda" not in text_of(client.get(picker))


def test_a_withdrawn_value_is_nobodys(admin, signs, record):
    withdraw_field(actor=admin, field=FieldType.objects.get(slug="staff_note"), now=NOW)
    client = Client()
    client.force_login(admin)
    assert "zanzibar" not in text_of(client.get(reverse("objects:record", args=["yard-sign", record.uid])))
    assert "None like that" in text_of(client.get(reverse("objects:list", args=["yard-sign"]) + "?q=zanzibar"))
    told = json.loads(text_of(client.get(reverse("objects:json", args=["yard-sign"]))))
    assert "staff_note" not in told["records"][0]


def test_reading_what_is_sensitive_is_in_the_audit(admin, record):
    client = Client()
    client.force_login(admin)
    client.get(reverse("objects:record", args=["yard-sign", record.uid]))
    line = AuditEntry.objects.filter(action="read", record_type="x_yard_sign").get()
    assert (line.record_id, line.detail, line.actor_id) == (record.pk, {"fields": ["phone"]}, admin.pk)


def test_who_may_not_build_builds_nothing(reader, signs):
    for act in (
        lambda: add_field(actor=reader, record="x_yard_sign", label="Mine", kind="text", now=NOW),
        lambda: withdraw_field(actor=reader, field=FieldType.objects.get(slug="size"), now=NOW),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert not FieldType.objects.filter(slug="mine").exists()
    assert FieldType.objects.get(slug="size").withdrawn_at is None


@pytest.fixture
def shirts(admin, teams):
    """Fields added to a main record type."""
    for label, kind, more in (("Shirt size", "choice", {"choices": ["M", "L"]}), ("Diet", "text", {})):
        add_field(actor=admin, record="user", label=label, kind=kind, now=NOW, **more)
    from hustings.foundation.access import grants  # noqa: PLC0415  (as the next request would)

    grants.forget(admin)
    set_values(actor=admin, record_type="user", record=admin, values={"shirt_size": "L", "diet": "zanzibar"}, now=NOW)


def test_an_added_field_of_a_main_record_is_held_the_same(admin, made, role, shirts):
    from hustings.foundation.access.models import Role, User  # noqa: PLC0415

    Role.objects.create(
        slug="shirts",
        name="Shirts",
        grants={
            "records": {"user": {"verbs": ["see"], "rows": ["team"], "fields": {"name": "read", "shirt_size": "read"}}}
        },
    )
    reader = made("June", "shirts")
    assert [(one.label, one.text) for one in fields_for("user", admin.pk, reader)] == [("Shirt size", "L")]
    assert [one.text for one in fields_for("user", admin.pk, admin)] == ["L", "zanzibar"]
    with reading_as(Reading(grants_of(reader))):
        assert value_of("user", admin, "shirt_size") == "l"
        assert value_of("user", admin, "diet") is None
        assert list(narrowed("user", User.objects.all(), {"shirt_size": "l"})) == [admin]
        with pytest.raises(FieldHidden):
            narrowed("user", User.objects.all(), {"diet__startswith": "z"})
    with pytest.raises(PermissionDenied):
        set_values(actor=reader, record_type="user", record=admin, values={"shirt_size": "M"}, now=NOW)
    assert FieldValue.objects.get().values == {"shirt_size": "l", "diet": "zanzibar"}
    client = Client()
    client.force_login(reader)
    page = reverse("objects:main_fields", args=["user", admin.uid])
    text = text_of(client.get(page))
    assert "Shirt size" in text
    assert "zanzibar" not in text
    assert client.post(page, {"diet": "x"}).status_code == 403
    client.force_login(admin)
    assert client.post(page, {"shirt_size": "m", "diet": "none"}).status_code == 302
    assert FieldValue.objects.get().values == {"shirt_size": "m", "diet": "none"}
