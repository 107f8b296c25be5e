"""Every attribute given to a component is one it declares (cotton takes a misspelt one without a word), every icon is
in the sprite, and no template breaks the strict policy."""

import json
import re
from functools import lru_cache
from pathlib import Path

import pytest
from django_cotton.compiler_regex import CottonCompiler, Tag

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "hustings"
TEMPLATES = sorted(SOURCE.glob("**/templates/**/*.html"))
PASSED_ON = re.compile(
    r"^(hx-|data-|aria-)|^(id|form|title|role|popovertarget|commandfor|command|tabindex|hidden|lang|hreflang|download|rel|"
    r"target|autofocus|required|maxlength|minlength|accept|inputmode|formaction|formmethod|formnovalidate)$"
)
VARS = re.compile(r"<c-vars\s([^>]*)/?>", re.DOTALL)


@lru_cache
def component(name: str) -> tuple[frozenset[str], bool] | None:
    """The attributes a component declares, and whether it passes further ones on."""
    path = name.replace(".", "/").replace("-", "_")
    for template in TEMPLATES:
        if template.as_posix().endswith(f"/templates/cotton/{path}.html"):
            text = template.read_text()
            found = VARS.search(text)
            declared = {attr[0].lstrip(":") for attr in Tag.attr_pattern.findall(found[1])} if found else set()
            return frozenset(declared), "{% rest attrs %}" in text
    return None


def faults_of(text: str) -> list[str]:
    html, _ = CottonCompiler().exclude_ignorables(text)
    faults, open_ones = [], []
    for match in Tag.tag_pattern.finditer(html):
        tag = Tag(match)
        name = tag.tag_name.removeprefix("c-")
        if tag.is_closing:
            if name != "slot" and open_ones:
                open_ones.pop()
            continue
        if name == "vars":
            continue
        attrs = [attr[0].lstrip(":") for attr in Tag.attr_pattern.findall(tag.attrs)]
        if name == "slot":
            slot = re.search(r'name="([^"]*)"', tag.attrs)
            owner = component(open_ones[-1]) if open_ones else None
            if slot and owner and slot[1] not in owner[0]:
                faults.append(f"<c-{open_ones[-1]}> has no slot {slot[1]!r}")
            continue
        known = component(name)
        if known is None:
            faults.append(f"there is no component <c-{name}>")
        else:
            declared, passes = known
            faults += [
                f"<c-{name}> does not declare {attr!r}"
                for attr in attrs
                if attr not in declared and not (passes and PASSED_ON.search(attr))
            ]
        if not tag.is_self_closing:
            open_ones.append(name)
    return faults


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_every_attribute_given_to_a_component_is_declared(template: Path) -> None:
    assert faults_of(template.read_text()) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('<c-ui.tag color="vote">x</c-ui.tag>', "<c-ui.tag> does not declare 'color'"),
        ('<c-ui.avatar name="x" data-x="1" />', "<c-ui.avatar> does not declare 'data-x'"),
        ("<c-ui.botton>x</c-ui.botton>", "there is no component <c-ui.botton>"),
        ('<c-ui.card><c-slot name="acts">x</c-slot></c-ui.card>', "<c-ui.card> has no slot 'acts'"),
    ],
)
def test_this_test_sees_a_misspelt_one(text: str, fault: str) -> None:
    assert faults_of(text) == [fault]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_no_template_breaks_the_strict_policy(template: Path) -> None:
    if "/mail/" in template.as_posix():
        pytest.skip("the text of a mail, not a page")
    html, _ = CottonCompiler().exclude_ignorables(template.read_text())
    assert not re.search(r"<[^>]*\sstyle\s*=", html), "a style attribute"
    assert not re.search(r"<style\b", html), "an inline style"
    assert not re.search(r"<[^>]*\son[a-z]+\s*=", html), "an inline handler"
    assert not re.search(r"<script(?![^>]*\ssrc=)(?![^>]*application/json)", html), "an inline script"
    assert not re.search(r'(?:src|action|srcset)="https?://', html), "another origin"
    assert not re.search(r"\bhx-on|\bjs:", html), "code in an attribute"


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_every_icon_named_is_in_the_sprite(template: Path) -> None:
    have = set(json.loads((ROOT / "frontend/src/icons.json").read_text()))
    text = template.read_text()
    named = re.findall(r"""\{%\s*icon\s+["']([^"']+)["']""", text)
    named += re.findall(r'<c-ui\.icon(?=\s)[^>]*\sname="([^"{]+)"', text)
    named += re.findall(r'<c-[^>]*\sicon="([^"{]+)"', text)
    assert set(named) - have == set(), "add it to frontend/src/icons.json"
