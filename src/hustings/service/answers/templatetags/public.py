"""What the public pages' templates say: addresses in their language and for their state."""

from functools import lru_cache
from typing import Any

from django import template
from django.template import Context
from django.urls import NoReverseMatch, reverse
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from hustings.foundation.geography.queries import states

from ..public.addresses import address
from ..public.structured import extract

register = template.Library()


@register.simple_tag(takes_context=True)
def help_url(context: Context, name: str, *parts: Any) -> str:
    """A public page in this page's language, for its state."""
    return address(name, context["language"], *parts, state=context.get("state", ""))


@register.simple_tag(takes_context=True)
def help_path(context: Context, name: str, *parts: Any) -> str:
    """The same without the state: where a form says which."""
    return address(name, context["language"], *parts)


@register.simple_tag(takes_context=True)
def state_options(context: Context) -> SafeString:
    """The choices of a state, this page's chosen."""
    return _state_options(context["language"], context.get("state", ""), tuple(states()))


@lru_cache(maxsize=256)
def _state_options(language: str, chosen: str, known: tuple[tuple[str, str], ...]) -> SafeString:
    selected = mark_safe(" selected")
    choices = ((code, selected if code == chosen else "", name) for code, name in (("", _("Any state")), *known))
    return format_html_join("", '<option value="{}"{}>{}</option>', choices)


@register.simple_tag(takes_context=True)
def ask_url(context: Context) -> str:
    """Where a person can be asked, in this page's language where that has an address."""
    language = context["language"]
    for name in (f"correspondence:ask-{language}", "correspondence:ask"):
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    return address("start", language)


@register.simple_tag(takes_context=True)
def lang_of(context: Context, text: Any) -> SafeString:
    """lang="…" where the words are in another language than the page."""
    language = getattr(text, "language", "")
    if not language or language == context["language"]:
        return mark_safe("")
    return format_html(' lang="{}"', language)


@register.filter
def opening(text: Any) -> str:
    """The first words of an answer."""
    return extract(text)


@register.filter
def grouped(number: int) -> str:
    """1,234 as this language writes it."""
    return str(number_format(number, force_grouping=True))


@register.filter
def data_block(content: SafeString, kind: str) -> SafeString:
    """A block of data that no browser runs; `content` is already safe inside one."""
    return mark_safe(f'<script type="{kind}">{content}</script>') if content else mark_safe("")  # noqa: S308  (see above)
