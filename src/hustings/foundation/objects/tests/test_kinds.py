"""Typing: what is kept is kept as it is, what is written comes back, and what is no value is refused in words."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from hustings.foundation.geography.queries import forget
from hustings.foundation.objects import kinds
from hustings.foundation.objects.actions.shaping import _listed, _slug

CHOICES = [["red", "Red"], ["light_blue", "Light blue"], ["green", "Green"]]


def told(kind):
    return SimpleNamespace(kind=kind, choices=CHOICES, slug="x")


KEPT = {
    "text": st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=50),
    "number": st.integers(-(10**14), 10**14) | st.decimals(-(10**6), 10**6, places=4).map(float),
    "money": st.integers(-(10**12), 10**12),
    "date": st.dates(date(1900, 1, 1), date(2100, 1, 1)).map(date.isoformat),
    "choice": st.sampled_from([slug for slug, _label in CHOICES]),
    "yes_no": st.booleans(),
    "choices": st.sets(st.sampled_from([slug for slug, _label in CHOICES]), min_size=1),
}


@given(st.data())
def test_cleaning_twice_is_cleaning_once_and_what_is_written_comes_back(data):
    kind = data.draw(st.sampled_from(sorted(KEPT)))
    kept = kinds.clean(told(kind), data.draw(KEPT[kind]))
    assert kinds.clean(told(kind), kept) == kept
    assert kinds.clean(told(kind), kinds.write(told(kind), kept)) == kept
    assert isinstance(kinds.say(told(kind), kept), str)


@given(kind=st.sampled_from(sorted(kinds.NAMES.keys() - {"link", "file", "place"})), text=st.text(max_size=40))
def test_any_text_is_a_value_or_is_refused_in_words(kind, text):
    try:
        kept = kinds.clean(told(kind), text)
    except ValidationError:
        return
    assert kept is None or kinds.clean(told(kind), kept) == kept


@pytest.mark.parametrize(
    ("kind", "written", "kept"),
    [
        ("text", "  Ruth   A. ", "Ruth A."),
        ("number", "1,234.50", 1234.5),
        ("number", "007", 7),
        ("money", "$1,250", 125000),
        ("money", "-3.05", -305),
        ("money", 1250, 1250),
        ("date", "2/29/2028", "2028-02-29"),
        ("choice", "LIGHT BLUE", "light_blue"),
        ("choices", "Green; red", ["red", "green"]),
        ("yes_no", "Sí", True),
        ("phone", "614 555 0142", "+16145550142"),
        ("email", "Ruth@Example.ORG", "ruth@example.org"),
        ("text", "   ", None),
    ],
)
def test_what_is_written_is_kept_in_one_form(kind, written, kept):
    assert kinds.clean(told(kind), written) == kept


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("12 Elm St, Apt 4, Columbus, OH 43215",
         {"street": "12 Elm St, Apt 4", "city": "Columbus", "state": "OH", "zip": "43215"}),
        ("Columbus, Ohio", {"city": "Columbus", "state": "OH"}),
        ("43215", {"city": "Columbus", "state": "OH", "zip": "43215"}),
        ({"street": " 1  Elm ", "state": "ohio"}, {"street": "1 Elm", "state": "OH"}),
        ({"street": "", "city": ""}, None),
    ],
)  # fmt: skip
def test_a_place_is_its_parts(places, written, kept):
    forget()
    assert kinds.clean(told("place"), written) == kept
    if kept:
        assert kinds.clean(told("place"), kinds.write(told("place"), kept)) == kept


@given(st.lists(st.text(min_size=1, max_size=12), max_size=6, unique_by=lambda text: " ".join(text.split()).casefold()))
def test_choices_that_stay_keep_their_name(labels):
    first = _listed(labels, [], "choices")
    assert len({slug for slug, _label in first}) == len(first)
    assert _listed([label for _slug, label in first], first, "choices") == first
    turned = _listed([label for _slug, label in reversed(first)], first, "choices")
    assert sorted(turned) == sorted(first)
    if first:
        renamed = [*[label for _slug, label in first[:-1]], "a name nobody has"]
        assert [slug for slug, _label in _listed(renamed, first, "choices")] == [slug for slug, _label in first]


@given(st.text(max_size=60))
def test_a_name_for_machines_is_plain(label):
    slug = _slug(label, "_", 40)
    assert slug == "" or (
        slug[0].isascii() and slug[0].isalpha() and len(slug) <= 40 and slug.replace("_", "a").isalnum()
    )
