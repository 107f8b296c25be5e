"""What is shown of a letter's HTML: nothing that runs, fetches, submits or leaves its frame."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from hustings.service.correspondence.engine.sanitise import safe_html, sanitise

from .mails import patient

URLS = {"logo@x": "/files/1"}
FORBIDDEN = {
    "script",
    "style",
    "iframe",
    "object",
    "embed",
    "form",
    "input",
    "button",
    "select",
    "textarea",
    "link",
    "meta",
    "base",
    "svg",
    "math",
    "video",
    "audio",
    "source",
    "frame",
    "frameset",
    "template",
    "noscript",
    "picture",
}
ATTRIBUTES = {
    "href",
    "src",
    "style",
    "target",
    "rel",
    "title",
    "alt",
    "width",
    "height",
    "align",
    "dir",
    "lang",
    "name",
    "border",
    "cellpadding",
    "cellspacing",
    "bgcolor",
    "summary",
    "colspan",
    "rowspan",
    "valign",
    "nowrap",
    "scope",
    "span",
    "color",
    "face",
    "size",
    "start",
    "type",
    "value",
    "noshade",
    "datetime",
    "open",
}
BAD_STYLE = re.compile(
    r"url|expression|@import|position|javascript|behavior|binding|\\|<|z-index|float|display", re.IGNORECASE
)


def check(html: str) -> None:
    """Our own reading of the output, by another parser."""
    tree = LexborHTMLParser(f"<!DOCTYPE html><body>{html}")
    assert tree.body is not None
    for node in tree.body.css("*"):
        if node.tag == "body":
            continue
        assert node.tag not in FORBIDDEN, node.tag
        for name, given_value in node.attributes.items():
            value = given_value or ""
            assert name in ATTRIBUTES, name
            if name == "href":
                assert value.strip().lower().startswith(("http://", "https://", "mailto:", "tel:")), value
                assert node.attributes["target"] == "_blank"
                assert node.attributes["rel"] == "noopener noreferrer nofollow"
            if name == "src":
                assert value in URLS.values()
            if name == "style":
                assert not BAD_STYLE.search(value), value


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<p>Hi <b>you</b></p>", "<p>Hi <b>you</b></p>"),
        ("<script>x</script>a", "a"),
        ("<style>p{}</style>a", "a"),
        ('<p onclick="x">a</p>', "<p>a</p>"),
        ('<p style="position:fixed;color:red">a</p>', '<p style="color: red">a</p>'),
        ('<p style="background:url(http://x)">a</p>', "<p>a</p>"),
        ('<p style="width:expression(1)">a</p>', "<p>a</p>"),
        ('<p style="margin-left:-9000px;color:rgb(1,2,3)">a</p>', '<p style="color: rgb(1,2,3)">a</p>'),
        ("<form action=x><input name=y>a</form>", "a"),
        ('<img src="cid:logo@x" alt="Logo">', '<img src="/files/1" alt="Logo">'),
        ('<img src="http://x/y.png" alt="A cat">', "[picture: A cat]"),
        ('<img src="http://x/y.png">', "[picture]"),
        ('<img src="http://x/y.png" width="1" height="1">', ""),
        ('<img src="data:image/png;base64,xx" alt="d">', "[picture: d]"),
        ('<meta http-equiv="refresh" content="0;url=http://x"><base href="http://x">a', "a"),
        ('<iframe src="http://x">b</iframe>a', "a"),
        (
            '<table background="http://x/y.png"><tr><td>a</td></tr></table>',
            "<table><tbody><tr><td>a</td></tr></tbody></table>",
        ),
        (
            '<a href="http://x">a</a>',
            '<a href="http://x">a</a>',
        ),
        ('<a href="javascript:x()">a</a>', "<a>a</a>"),
        ('<a href="/admin">a</a>', "<a>a</a>"),
        ('<a href="data:text/html,x">a</a>', "<a>a</a>"),
        ("<!-- x -->a<!--[if mso]>b<![endif]-->", "a"),
        ("", ""),
    ],
)
def test_what_is_kept(html: str, shown: str) -> None:
    assert (
        re.sub(r' (?:rel|target)="[^"]*"', "", safe_html(html, URLS)) == shown
    )  # their order changes; check() sees them
    check(safe_html(html, URLS))


def test_pictures_from_elsewhere_are_counted() -> None:
    assert sanitise('<img src="http://x/1.png"><img src="//x/2.png"><img src="cid:logo@x">', URLS).blocked == 2


def test_hostile_nesting_is_shown_as_text() -> None:
    assert safe_html("<div>" * 100_000 + "words", {}).strip("<pre/> ") == "words"


PIECES = st.sampled_from(
    [
        "<script>",
        "</script>",
        "<img src=x onerror=y>",
        '<img src="cid:logo@x">',
        "<svg><style>",
        "<math><mtext>",
        "</style>",
        "<a href='",
        "javascript:x",
        "'>",
        '"',
        '<p style="',
        "position:fixed;",
        "color:red;",
        "background:url(http://x)",
        "<table><td>",
        "<!--",
        "-->",
        "<form>",
        "<b>",
        "text",
        "&#106;",
        "<noscript>",
        "<template>",
        "<iframe srcdoc='",
        "<base href=//x>",
        "\0",
        '<a href="https://x">',
        "</p>",
        "<!DOCTYPE",
        "<![CDATA[",
        "]]>",
        "<xmp>",
        "<plaintext>",
    ]
)


@patient
@given(st.lists(PIECES, max_size=12).map("".join))
def test_no_output_holds_a_forbidden_thing(html: str) -> None:
    check(safe_html(html, URLS))


@patient
@given(st.text(alphabet=st.sampled_from("<>/=\"'abhrefstyl:;() \n!-&#x0"), max_size=200))
def test_no_text_becomes_a_forbidden_thing(html: str) -> None:
    check(safe_html(html, URLS))


def test_a_link_opens_apart_and_cannot_name_another_place() -> None:
    shown = safe_html('<a href="https://real.example/x" title="https://bank.example/" target="_top">go</a>', {})
    tag, _, rest = shown.partition(">")
    assert rest == "go</a>"
    assert sorted(tag.split(maxsplit=2)[2].replace('" ', '"|').split("|")) == [
        'rel="noopener noreferrer nofollow"',
        'target="_blank"',
    ]
    assert tag.startswith('<a href="https://real.example/x"')
    assert safe_html('<abbr title="Ohio">OH</abbr>', {}) == '<abbr title="Ohio">OH</abbr>'
