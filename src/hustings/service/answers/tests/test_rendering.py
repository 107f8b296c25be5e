"""Plain text as pages show it, and what changed between two versions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hustings.service.answers.rendering import as_html, word_diff
from hustings.service.answers.rules import SAMPLE


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("One\ntwo\n\nThree", "<p>One<br>two</p><p>Three</p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("- a\n- <b>", "<ul><li>a</li><li>&lt;b&gt;</li></ul>"),
        (
            "See https://example.org/a?b=1&c=2.",
            (
                '<p>See <a href="https://example.org/a?b=1&amp;c=2" rel="noopener noreferrer">'
                "https://example.org/a?b=1&amp;c=2</a>.</p>"
            ),
        ),
        ("javascript:alert(1)", "<p>javascript:alert(1)</p>"),
        (
            'https://x.org/"onmouseover="y',
            ('<p><a href="https://x.org/" rel="noopener noreferrer">https://x.org/</a>&quot;onmouseover=&quot;y</p>'),
        ),
        ("", ""),
    ],
)
def test_text_reads_as_paragraphs_and_links(text, html):
    assert as_html(text) == html


def test_fields_are_marked_filled_or_shown_as_a_gap():
    text = "Dear {{ person.first_name }}, {{ campaign.name }}"
    assert as_html(text) == (
        '<p>Dear <span class="mf" title="The person&#x27;s first name">first name</span>, '
        '<span class="mf" title="The campaign&#x27;s name">campaign name</span></p>'
    )
    assert as_html(text, SAMPLE) == "<p>Dear Ruth, Adair for America</p>"
    assert as_html("{{ person.city }}", {}) == '<p><span class="mf gap">empty: The person&#x27;s city</span></p>'
    assert as_html("{{ person.first_name }}", {"person.first_name": "<i>"}) == "<p>&lt;i&gt;</p>"


@given(st.text(max_size=80))
def test_no_text_makes_markup_of_its_own(text):
    html = as_html(text)
    for tag in ("<p>", "</p>", "<br>", "<ul>", "</ul>", "<li>", "</li>", "</a>", "</span>"):
        html = html.replace(tag, "")
    assert "<" not in html.replace('<a href="http', "").replace('<span class="mf', "")


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_comparison_holds_both_versions_whole(old, new):
    changes = word_diff(old, new)
    assert "".join(change.text for change in changes if change.kind != "new") == old
    assert "".join(change.text for change in changes if change.kind != "gone") == new


def test_only_the_changed_word_is_marked():
    changes = [(change.kind, change.text) for change in word_diff("ten days before", "seven days before")]
    assert changes == [("gone", "ten"), ("new", "seven"), ("same", " days before")]
