"""A "Yard sign request" is built, asked for from outside, worked on and looked at: through the pages alone."""

import csv
import io
import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from hustings.foundation.objects.models import CustomRecord, FieldType, ObjectType

pytestmark = pytest.mark.django_db
FIELDS = (
    {"label": "Name", "kind": "text", "is_required": "on", "on_form": "on", "is_indexed": "on"},
    {"label": "Where it goes", "kind": "place", "is_required": "on", "on_form": "on", "help": "Where it can be seen."},
    {"label": "Size", "kind": "choice", "choices": "Small\r\nLarge", "on_form": "on"},
    {"label": "How many", "kind": "number", "on_form": "on", "is_indexed": "on"},
    {"label": "Phone", "kind": "phone", "on_form": "on", "is_sensitive": "on"},
    {"label": "Staff note", "kind": "long_text"},
)


@pytest.fixture
def desk(admin, places):
    client = Client()
    client.force_login(admin)
    return client


@pytest.fixture
def built(desk, teams):
    """As an administrator builds it, page by page."""
    made = desk.post(
        reverse("objects:new_object"),
        {
            "label": "Yard sign request",
            "plural": "Yard sign requests",
            "icon": "house",
            "stages": "New\r\nPacked\r\nDelivered",
            "team": teams["Signs"].pk,
        },
    )
    assert made["Location"] == "/records/setup/fields/x_yard_sign_request/"
    for one in FIELDS:
        assert desk.post(made["Location"] + "new/", one).status_code == 302
    opened = desk.post(
        reverse("objects:setup_object", args=["yard-sign-request"]),
        {
            "label": "Yard sign request",
            "plural": "Yard sign requests",
            "icon": "house",
            "stages": "New\r\nPacked\r\nDelivered",
            "team": teams["Signs"].pk,
            "is_public": "on",
            "form_lead": "We bring it to you.",
        },
    )
    assert opened.status_code == 302
    return "yard-sign-request"


def asked(page):
    """A stranger's form, filled in."""
    token = re.search(r'name="token" value="([^"]+)"', page.content.decode())[1]
    return {
        "token": token,
        "name": "Ruth Abernathy",
        "where_it_goes-street": "12 Elm Street",
        "where_it_goes-zip": "43215",
        "size": "large",
        "how_many": "2",
        "phone": "(614) 555-0142",
        "website": "",
    }


def test_from_nothing_to_a_delivered_sign(built, desk):
    stranger = Client()
    form = reverse("objects:form", args=[built])
    page = stranger.get(form)
    assert page.status_code == 200
    assert stranger.cookies == {}
    assert "Staff note" not in page.content.decode()
    given = asked(page)
    assert stranger.post(form + "send/", given)["Location"] == form + "thanks/"
    assert stranger.post(form + "send/", given)["Location"] == form + "thanks/"  # gone back, and sent again
    record = CustomRecord.objects.get()

    listed = desk.get(reverse("objects:list", args=[built]), {"f.size": "large", "sort": "name", "q": "elm"})
    assert "Ruth Abernathy" in listed.content.decode()
    board = desk.get(reverse("objects:board", args=[built])).content.decode()
    assert re.search(r'id="lane-new">New <span>1</span>', board)
    taken = desk.post(reverse("objects:take", args=[built]))
    assert taken["Location"] == reverse("objects:record", args=[built, record.uid])
    for stage in ("packed", "delivered"):
        moved = desk.post(reverse("objects:stage", args=[built, record.uid]), {"stage": stage, "back": "board"})
        assert moved["Location"] == reverse("objects:board", args=[built])
    told = desk.post(taken["Location"], {**given, "version": "4", "staff_note": "By the oak.", "how_many": "3"})
    assert told.status_code == 302
    page = desk.get(taken["Location"]).content.decode()
    for words in ("Ruth Abernathy", "12 Elm Street, Columbus, OH 43215", "(614) 555-0142", "By the oak.", "Delivered"):
        assert words in page
    assert desk.post(reverse("objects:take", args=[built])).status_code == 302
    assert CustomRecord.objects.get().values["how_many"] == 3


def test_the_list_leaves_as_csv_and_json_and_comes_back(built, desk):
    stranger = Client()
    form = reverse("objects:form", args=[built])
    stranger.post(form + "send/", {**asked(stranger.get(form)), "name": "=Ruth"})
    out = b"".join(desk.get(reverse("objects:csv", args=[built])).streaming_content)
    (row,) = csv.DictReader(io.StringIO(out.decode()))
    assert (row["name"], row["how_many"], row["stage"]) == ("'=Ruth", "2", "new")
    told = json.loads(b"".join(desk.get(reverse("objects:json", args=[built])).streaming_content))
    assert told["records"][0]["where_it_goes"]["zip"] == "43215"

    page = desk.post(reverse("objects:import", args=[built]), {"file": SimpleUploadedFile("back.csv", out)})
    held = re.search(r'name="held" value="([^"]+)"', page.content.decode())[1]
    assert CustomRecord.objects.count() == 1  # only looked through
    desk.post(reverse("objects:import", args=[built]), {"held": held})
    first, second = CustomRecord.objects.order_by("id")
    assert first.values == second.values


def test_a_file_with_one_bad_cell_is_refused_whole(built, desk):
    content = 'Name,Where it goes,Size,Unknown\nAda,"Columbus, OH",Small,\n'
    page = desk.post(reverse("objects:import", args=[built]), {"file": SimpleUploadedFile("a.csv", content.encode())})
    assert page.status_code == 422
    assert "Unknown" in page.content.decode()
    content = 'Name,Where it goes,Size\nAda,"Columbus, OH",Small\nBert,"Erie, PA",Huge\n,"Erie, PA",Large\n'
    page = desk.post(reverse("objects:import", args=[built]), {"file": SimpleUploadedFile("a.csv", content.encode())})
    said = re.sub(r"\s+", " ", page.content.decode())
    assert '<td class="num">3</td><td>Size</td>' in said
    assert '<td class="num">4</td><td>Name</td>' in said
    assert not CustomRecord.objects.exists()


def test_the_form_takes_no_more_than_stands_on_it(built):
    stranger = Client()
    form = reverse("objects:form", args=[built])
    given = asked(stranger.get(form))
    stranger.post(form + "send/", {**given, "staff_note": "mine", "stage": "delivered", "owner": "1", "uid": "x"})
    record = CustomRecord.objects.get()
    assert "staff_note" not in record.values
    assert (record.stage, record.owner_id) == ("new", None)


def test_the_form_keeps_what_is_wrong_and_makes_nothing(built):
    stranger = Client()
    form = reverse("objects:form", args=[built])
    given = asked(stranger.get(form))
    for more, status in (
        ({"how_many": "lots"}, 422),
        ({"name": ""}, 422),
        ({"size": "huge"}, 422),
        ({"token": "forged"}, 422),
        ({"website": "https://example.org"}, 302),  # a program: it is thanked and nothing is kept
    ):
        assert stranger.post(form + "send/", {**given, **more}).status_code == status
    assert not CustomRecord.objects.exists()
    assert b'value="Ruth Abernathy"' in stranger.post(form + "send/", {**given, "how_many": "lots"}).content


def test_the_eleventh_within_the_hour_waits(built):
    stranger = Client()
    form = reverse("objects:form", args=[built])
    answers = [
        stranger.post(form + "send/", {**asked(stranger.get(form)), "name": f"Ruth {number}"}).status_code
        for number in range(11)
    ]
    assert answers == [302] * 10 + [429]
    assert CustomRecord.objects.count() == 10


def test_what_is_withdrawn_is_gone_and_not_lost(built, desk):
    stranger = Client()
    form = reverse("objects:form", args=[built])
    stranger.post(form + "send/", asked(stranger.get(form)))
    size = FieldType.objects.get(slug="size")
    desk.post(reverse("objects:withdraw_field", args=[size.uid]))
    assert "Large" not in desk.get(reverse("objects:list", args=[built])).content.decode()
    assert CustomRecord.objects.get().values["size"] == "large"
    desk.post(reverse("objects:withdraw_field", args=[size.uid]), {"back": "1"})
    assert "Large" in desk.get(reverse("objects:list", args=[built])).content.decode()
    desk.post(reverse("objects:withdraw_object", args=[built]))
    assert desk.get(reverse("objects:list", args=[built])).status_code == 404
    assert stranger.get(form).status_code == 404
    desk.post(reverse("objects:withdraw_object", args=[built]), {"back": "1"})
    assert desk.get(reverse("objects:list", args=[built])).status_code == 200


def test_fields_are_ordered_and_choices_keep_what_is_in_use(built, desk):
    stranger = Client()
    form = reverse("objects:form", args=[built])
    stranger.post(form + "send/", asked(stranger.get(form)))
    size = FieldType.objects.get(slug="size")
    desk.post(reverse("objects:move_field", args=[size.uid]), {"way": "up"})
    assert list(FieldType.objects.order_by("position").values_list("slug", flat=True))[:3] == [
        "name",
        "size",
        "where_it_goes",
    ]
    change = reverse("objects:setup_field", args=[size.uid])
    assert desk.post(change, {"label": "Size", "choices": "Small"}).status_code == 422
    assert desk.post(change, {"label": "Size", "choices": "Small\nVery large\nHuge"}).status_code == 422
    assert desk.post(change, {"label": "How big", "choices": "Small\nVery large"}).status_code == 302
    size.refresh_from_db()
    assert (size.label, size.choices) == ("How big", [["small", "Small"], ["large", "Very large"]])
    stages = {"label": "Yard sign request", "plural": "Yard sign requests", "icon": "house", "stages": "Packed"}
    refused = desk.post(reverse("objects:setup_object", args=[built]), stages)
    assert refused.status_code == 422
    assert [label for _slug, label in ObjectType.objects.get().stages] == ["New", "Packed", "Delivered"]
