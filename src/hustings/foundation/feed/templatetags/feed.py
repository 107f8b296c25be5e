"""How words of a post are drawn."""

from django import template
from django.utils.html import conditional_escape, linebreaks, urlize
from django.utils.safestring import SafeString, mark_safe

from hustings.foundation.feed.queries.showing import Shown

register = template.Library()


@register.filter
def post_text(shown: Shown) -> SafeString:
    """In paragraphs, its addresses as links, those who are called marked."""
    text = str(urlize(shown.post.text, nofollow=True, autoescape=True))
    text = text.replace('rel="nofollow"', 'rel="nofollow noopener noreferrer" target="_blank"')
    for number, name in enumerate(shown.names):  # longest first, so that a first name marks no whole one twice
        text = text.replace(f"@{conditional_escape(name)}", f"\x00{number}\x00")
    for number, name in enumerate(shown.names):
        text = text.replace(f"\x00{number}\x00", f"<mark>@{conditional_escape(name)}</mark>")
    return mark_safe(linebreaks(mark_safe(text)))  # noqa: S308 (escaped by urlize and above)
