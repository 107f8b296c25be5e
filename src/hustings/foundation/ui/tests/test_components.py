"""What components promise: words are escaped once, attributes pass, errors are tied to their fields."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import engines
from django.test import RequestFactory
from django_cotton.compiler_regex import CottonCompiler

from hustings.foundation.ui import assets

pytestmark = pytest.mark.skipif(not (assets.DIST / "manifest.json").exists(), reason="the browser assets are not built")

EVIL = "\"><script>alert('1')</script>"


def render(source: str, **context: Any) -> str:
    request = context.pop("request", None) or RequestFactory().get("/people/", {"q": "ruth", "page": "3"})
    request.user = context.pop("user", None) or Nobody()
    return engines["django"].from_string(CottonCompiler().process(source)).render(context, request).strip()


class Nobody:
    is_authenticated = False
    pk = None


class Ask(forms.Form):
    email = forms.EmailField(label="Email address", help_text="We answer there.")
    agreed = forms.BooleanField(label="I agree")
    by = forms.ChoiceField(
        label="How shall we answer?", choices=[("e", "By email"), ("p", "By phone")], widget=forms.RadioSelect
    )


def test_a_button_is_a_button_or_a_link() -> None:
    assert (
        render('<c-ui.button type="submit">Save</c-ui.button>')
        == '<button class="btn main" type="submit">Save</button>'
    )
    assert render('<c-ui.button kind="plain" href="/a/?b=1&c=2">Go</c-ui.button>') == (
        '<a class="btn plain" href="/a/?b=1&amp;c=2">Go</a>'
    )


def test_a_key_stands_on_the_button_that_it_presses() -> None:
    html = render('<c-ui.act key="e" icon="check">Done</c-ui.act>')
    assert 'data-key="e"' in html
    assert "<kbd>E</kbd>" in html


def test_further_attributes_pass_and_are_escaped() -> None:
    html = render(
        '<c-ui.act hx-post="/x/" :data-words="evil" data-vals=\'{"a": "b"}\' :hidden="no" autofocus>Done</c-ui.act>',
        evil=EVIL,
        no=False,
    )
    assert 'hx-post="/x/"' in html
    assert "<script>" not in html
    assert 'data-words="&quot;&gt;&lt;script&gt;' in html
    assert 'data-vals="{&quot;a&quot;: &quot;b&quot;}"' in html
    assert " autofocus" in html
    assert "hidden" not in html


@pytest.mark.parametrize(
    "source",
    [
        '<c-ui.tag href="/t/">{{ evil }}</c-ui.tag>',
        '<c-ui.avatar :name="evil" />',
        '<c-ui.avatar name="{{ evil }}" />',
        '<c-ui.card :title="evil">{{ evil }}</c-ui.card>',
        '<c-ui.note author="{{ evil }}">{{ evil }}</c-ui.note>',
        '<c-ui.facts :items="pairs" />',
        '<c-ui.empty :title="evil" />',
        '<c-ui.toast :message="evil" :undo="evil" />',
        '<c-ui.search :value="evil" label="{{ evil }}" />',
        '<c-ui.banner :title="evil">{{ evil }}</c-ui.banner>',
        '<c-ui.masked :value="evil" />',
    ],
)
def test_what_people_wrote_is_escaped_everywhere(source: str) -> None:
    html = render(source, evil=EVIL, pairs=[(EVIL, EVIL)])
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "&amp;lt;" not in html


def test_components_do_not_see_the_page_around_them() -> None:
    assert "leaked" not in render('{% with label="leaked" title="leaked" %}<c-ui.card>x</c-ui.card>{% endwith %}')


def test_a_field_ties_its_hint_and_error_to_the_control() -> None:
    html = render('<c-ui.field :field="form.email" autocomplete="email" />', form=Ask({"email": "no"}))
    assert '<label for="id_email">Email address</label>' in html
    assert 'aria-describedby="id_email-hint id_email-error"' in html
    assert 'id="id_email-error"' in html
    assert 'aria-invalid="true"' in html
    assert 'autocomplete="email"' in html
    assert 'class="txt"' in html


def test_an_empty_field_is_named_in_its_error() -> None:
    html = render('<c-ui.error-summary :form="form" />', form=Ask({}))
    assert '<a href="#id_email">Email address is missing</a>' in html
    assert '<a href="#id_agreed">Tick “I agree” to go on</a>' in html
    assert '<a href="#id_by_0">Choose an answer to “How shall we answer?”</a>' in html
    assert "3 things to put right" in html


def test_no_errors_no_summary() -> None:
    assert (
        render('<c-ui.error-summary :form="form" />', form=Ask({"email": "a@example.org", "agreed": "on", "by": "e"}))
        == ""
    )


def test_choices_are_a_group_with_a_legend() -> None:
    html = render('<c-ui.field :field="form.by" />', form=Ask())
    assert "<fieldset" in html
    assert "<legend>How shall we answer?</legend>" in html
    assert html.count('type="radio"') == 2


def test_sorting_keeps_the_rest_of_the_address() -> None:
    columns = [{"label": "Name", "sort": "name"}, {"label": "Due", "sort": "due"}, {"label": "Place"}]
    html = render(
        '<c-ui.table label="People" :columns="columns" sort="name"><tbody></tbody></c-ui.table>', columns=columns
    )
    assert '<th scope="col" aria-sort="ascending"><a href="?q=ruth&amp;sort=-name">' in html
    assert '<a href="?q=ruth&amp;sort=due">' in html
    assert '<th scope="col">Place</th>' in html


def test_pages_keep_the_rest_of_the_address() -> None:
    html = render('<c-ui.pagination :page="page" />', page=Paginator(range(97), 20).page(3))
    assert 'href="?q=ruth&amp;page=2"' in html
    assert 'href="?q=ruth&amp;page=4"' in html
    assert "41 to 60 of 97" in html


def test_a_fuse_and_a_hue_need_no_style_attribute() -> None:
    assert render('<c-ui.fuse :used="77.6" />') == '<span class="fuse" data-u="78"></span>'
    assert 'data-hue="330"' in render('<c-ui.tag hue="333">x</c-ui.tag>')


def test_times_carry_the_moment_for_the_browser() -> None:
    html = render('<c-ui.time :at="at" mode="clock" />', at=datetime(2028, 10, 19, 9, 2, tzinfo=UTC))
    assert 'datetime="2028-10-19T09:02:00+00:00"' in html
    assert ">9:02 am</time>" in html


def test_initials_and_marks() -> None:
    assert ">RA</span>" in render('<c-ui.avatar name="Ruth Abernathy" />')
    assert ">?</span>" in render('<c-ui.avatar name="" />')
    assert render('{{ "Ohio, mail ballots"|marked:"ball <b" }}') == "Ohio, mail <b>ball</b>ots"


def test_the_light_tags_draw_what_the_components_draw() -> None:
    due = datetime(2028, 10, 19, 9, 2, tzinfo=UTC)
    for tag, component in (
        ('{% avatar name "s" %}', '<c-ui.avatar :name="name" size="s" />'),
        ("{% fuse used %}", '<c-ui.fuse :used="used" />'),
        ("{% left due %}", '<c-ui.left :due="due" />'),
    ):
        facts = {"name": f"Ruth {EVIL}", "used": 78, "due": due}
        assert render(tag, **facts) == render(component, **facts)


def test_an_unknown_icon_or_asset_is_an_error_not_a_hole() -> None:
    with pytest.raises(KeyError):
        render("{% asset 'nothing.css' %}")
