"""What machines read: questions and answers for search engines (schema.org), feeds, the site map."""

import json
from collections.abc import Iterable
from datetime import datetime
from html import unescape
from xml.sax.saxutils import escape, quoteattr

from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe

from ..queries.public import PublicText

# Inside a script block only these could end it; JSON may write them otherwise.
SAFE = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


def faq(texts: Iterable[PublicText], language: str) -> SafeString:
    """schema.org FAQPage as JSON, safe inside a data block. Nothing runs it, so the page's policy lets it be."""
    entities = [
        {
            "@type": "Question",
            "name": text.title,
            "acceptedAnswer": {"@type": "Answer", "text": _answer_of(text)},
        }
        for text in texts
    ]
    told = {"@context": "https://schema.org", "@type": "FAQPage", "inLanguage": language, "mainEntity": entities}
    return mark_safe(json.dumps(told, ensure_ascii=False).translate(SAFE))  # noqa: S308  (nothing in it can end the block)


def _answer_of(text: PublicText) -> str:
    steps = "".join(f"<li>{step}</li>" for step in text.steps)
    return str(text.html) + (f"<ol>{steps}</ol>" if steps else "")


def extract(text: PublicText, most: int = 155) -> str:
    """The first words of the answer, for a description."""
    words = " ".join(unescape(strip_tags(str(text.html).replace("><", "> <"))).split())
    return cut(words, most)


def cut(words: str, most: int) -> str:
    """The beginning, up to a whole word."""
    return words if len(words) <= most else words[: most - 1].rsplit(" ", 1)[0] + "…"


def atom(
    *,
    title: str,
    here: str,
    page: str,
    updated: datetime,
    entries: Iterable[tuple[str, str, datetime, str]],
    language: str,
) -> bytes:
    """An Atom feed (RFC 4287); entries are (title, address, changed at, HTML)."""
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={quoteattr(language)}>',
        f"<title>{escape(title)}</title><id>{escape(here)}</id><updated>{updated.isoformat()}</updated>",
        f'<link rel="self" href={quoteattr(here)}/><link href={quoteattr(page)}/>',
        f"<author><name>{escape(title)}</name></author>",
    ]
    for name, href, at, html in entries:
        lines.append(
            f"<entry><title>{escape(name)}</title><id>{escape(href)}</id><link href={quoteattr(href)}/>"
            f'<updated>{at.isoformat()}</updated><content type="html">{escape(html)}</content></entry>'
        )
    return ("\n".join(lines) + "\n</feed>\n").encode()


def sitemap(pages: Iterable[tuple[str, datetime | None, dict[str, str]]]) -> bytes:
    """A site map (sitemaps.org 0.9) with each page's other languages."""
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">',
    ]
    for href, at, others in pages:
        last = f"<lastmod>{at.isoformat()}</lastmod>" if at else ""
        links = "".join(
            f'<xhtml:link rel="alternate" hreflang={quoteattr(code)} href={quoteattr(other)}/>'
            for code, other in others.items()
        )
        lines.append(f"<url><loc>{escape(href)}</loc>{last}{links}</url>")
    return ("\n".join(lines) + "\n</urlset>\n").encode()
