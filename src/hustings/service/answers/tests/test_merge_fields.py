"""Nothing is sent with a blank, and nothing of the text is lost on the way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hustings.service.answers.rules import (
    MERGE_FIELDS,
    SAMPLE,
    MergeFieldError,
    check_merge_fields,
    fill_merge_fields,
    merge_fields_in,
)

VALUES = {"person.first_name": "Ruth", "person.city": "", "agent.name": "June Oduya"}
plain = st.text(st.characters(exclude_characters="{}", exclude_categories=["Cs"]), max_size=40)
fields = st.sampled_from(sorted(MERGE_FIELDS))
spaces = st.sampled_from(["", " ", "  ", "\n"])


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("Dear {{ person.first_name }},", "Dear Ruth,"),
        ("Dear {{person.first_name}},", "Dear Ruth,"),
        ('Dear {{ person.first_name | default: "friend" }},', "Dear Ruth,"),
        ('In {{ person.city | default: "your city" }}.', "In your city."),
        ("In {{ person.city | default: “your city” }}.", "In your city."),
        ("In {{ person.city|default:'your city' }}.", "In your city."),
        ("{{ agent.name }} { and } {{ agent.name }}", "June Oduya { and } June Oduya"),
        ("Nothing to fill", "Nothing to fill"),
        ("", ""),
    ],
)
def test_fields_are_filled(text, filled):
    assert fill_merge_fields(text, VALUES) == filled


@pytest.mark.parametrize(
    ("text", "field", "reason", "place"),
    [
        ("Dear {{ person.nickname }},", "person.nickname", "unknown", (1, 6)),
        ("Dear\n\n  {{ person.city }}", "person.city", "empty", (3, 3)),
        ("{{ agent.first_name }}", "agent.first_name", "empty", (1, 1)),
        ("Dear {{ }},", "{{ }}", "malformed", (1, 6)),
        ("Dear {{ person.first_name | upper }},", "{{ person.first_name | upper }}", "malformed", (1, 6)),
        ('Dear {{ person.first_name | default: "" }},', '{{ person.first_name | default: "" }}', "malformed", (1, 6)),
        ("Dear {{ person.first_name", "{{", "malformed", (1, 6)),
        ("Dear person.first_name }}", "}}", "malformed", (1, 24)),
        ("{{ {{ agent.name }} }}", "{{ {{ agent.name }}", "malformed", (1, 1)),
        ("{{ PERSON.FIRST_NAME }}", "PERSON.FIRST_NAME", "unknown", (1, 1)),
        ("{{ person.__class__ }}", "person.__class__", "unknown", (1, 1)),
    ],
)
def test_what_cannot_be_filled_is_refused_with_its_place(text, field, reason, place):
    with pytest.raises(MergeFieldError) as refused:
        fill_merge_fields(text, VALUES)
    error = refused.value
    assert (error.field, error.reason, (error.line, error.column)) == (field, reason, place)
    assert field in str(error)


def test_every_problem_of_a_text_is_told_in_order():
    errors = check_merge_fields("{{ x }}\n{{ person.city }} {{\n{{ y | z }}")
    assert [(error.reason, error.line) for error in errors] == [("unknown", 1), ("malformed", 2)]
    errors = check_merge_fields("{{ x }}\n{{ person.city }}\n{{ y | z }} }}")
    assert [(error.reason, error.line) for error in errors] == [("unknown", 1), ("malformed", 3), ("malformed", 3)]


def test_a_value_is_never_read_as_a_field():
    assert fill_merge_fields("{{ person.first_name }}", {"person.first_name": "{{ agent.name }}"}) == "{{ agent.name }}"


def test_a_value_of_spaces_is_empty():
    with pytest.raises(MergeFieldError):
        fill_merge_fields("{{ person.first_name }}", {"person.first_name": " \n "})


def test_fields_are_named_once_in_order():
    assert merge_fields_in("{{ b }} {{ a }} {{ b }} {{ not a field }}") == ["b", "a"]


@given(st.lists(st.tuples(plain, fields, spaces)), plain)
def test_filling_replaces_the_fields_and_nothing_else(parts, end):
    text = "".join(f"{before}{{{{{space}{field}{space}}}}}" for before, field, space in parts) + end
    assert fill_merge_fields(text, SAMPLE) == "".join(before + SAMPLE[field] for before, field, _space in parts) + end
    assert merge_fields_in(text) == list(dict.fromkeys(field for _before, field, _space in parts))
    assert check_merge_fields(text) == []


@given(st.lists(st.tuples(plain, fields, spaces), min_size=1), st.data())
def test_one_empty_value_refuses_the_whole_text(parts, data):
    text = "".join(f"{before}{{{{{space}{field}{space}}}}}" for before, field, space in parts)
    missing = data.draw(st.sampled_from([field for _before, field, _space in parts]))
    with pytest.raises(MergeFieldError) as refused:
        fill_merge_fields(text, {**SAMPLE, missing: ""})
    assert (refused.value.field, refused.value.reason) == (missing, "empty")


@given(st.text(st.sampled_from('{}| ".a:person.city\n'), max_size=60))
def test_whatever_is_written_is_filled_or_refused_and_never_left_open(text):
    errors = check_merge_fields(text)
    assert all(error.line >= 1 and error.column >= 1 for error in errors)
    if errors:
        with pytest.raises(MergeFieldError):
            fill_merge_fields(text, SAMPLE)
        return
    filled = fill_merge_fields(text, SAMPLE)
    assert "{{" not in filled
    assert "}}" not in filled
