"""Tags and filters of the components; a builtin of the template engine, so no page loads them."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any
from zlib import crc32

from django import template
from django.forms import BoundField, Form
from django.http import QueryDict
from django.template import Context
from django.utils import timezone
from django.utils.html import conditional_escape, escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from hustings.foundation.ui import assets, fields, keys, navigation, words

register = template.Library()
CURRENT = SafeString(' aria-current="page"')


@register.simple_tag
def asset(name: str) -> str:
    """The address of a built browser file: {% asset 'app.css' %}."""
    return assets.asset_url(name)


@register.simple_tag
def icon_href(name: str) -> str:
    return f"{assets.asset_url('icons.svg')}#{name}"


@register.simple_tag
def icon(name: str, small: bool = False) -> SafeString:
    """An icon without a component's cost, where the words beside it say what it is: {% icon "mail" %}."""
    return _icon(icon_href(name), small)


@lru_cache(maxsize=1024)
def _icon(href: str, small: bool) -> SafeString:
    return format_html('<svg class="i{}" aria-hidden="true"><use href="{}"></use></svg>', " i-s" * small, href)


@register.simple_tag(takes_context=True)
def rail_lines(context: Context, entries: Iterable[navigation.Entry]) -> SafeString:
    """The lines of a part of the rail. Drawn here: by the template they cost every page more than its own matter."""
    return mark_safe("".join(_rail_line(context, entry) for entry in entries))  # noqa: S308  (each line is escaped)


def _rail_line(context: Context, entry: navigation.Entry) -> SafeString:
    if entry.method == "post":
        template = context.template.engine.get_template("ui/parts/line.html")
        with context.push(entry=entry):
            return template.render(context)
    current, picture = CURRENT if entry.current else "", icon(entry.icon) if entry.icon else _pip(entry)
    href, label = conditional_escape(entry.href), conditional_escape(entry.label)
    count = "" if entry.count is None else f"<b>{conditional_escape(entry.count)}</b>"
    line = f'<a href="{href}"{current}>{picture}<span>{label}</span>{count}</a>'
    return mark_safe(line)  # noqa: S308  (each part is escaped)


def _pip(entry: navigation.Entry) -> SafeString:
    colour = f" c-{entry.colour}" if entry.colour else ""
    hue = "" if entry.hue is None else format_html(' data-hue="{}"', tens(entry.hue))
    return format_html('<span class="pip{}"{}></span>', colour, hue)


@register.simple_tag
def key_lines() -> SafeString:
    """Every key with what it does; the same for all who read this language, so made once."""
    return _key_lines(tuple(keys.all_keys()), get_language() or "")


@lru_cache(maxsize=64)
def _key_lines(every: tuple[keys.Key, ...], language: str) -> SafeString:
    lines = []
    for key in every:
        event = format_html(' data-event="{}"', key.event) if key.event else ""
        caps = format_html_join("", "<kbd>{}</kbd>", ((cap,) for cap in key_caps(key.keys)))
        form = '<li data-keys="{}" data-where="{}"{}>{}<span>{}</span></li>'
        lines.append(format_html(form, key.keys, key.where, event, caps, key.label))
    return mark_safe("".join(lines))  # noqa: S308  (each is escaped above)


@register.simple_tag
def avatar(name: object, size: str = "") -> SafeString:
    """As the component, for a list of many rows: {% avatar person.name "s" %}."""
    classes = f"av av-{size}" if size else "av"
    return format_html(
        '<span class="{}" data-hue="{}" title="{}">{}</span>', classes, name_hue(name), name, initials(name)
    )


@register.simple_tag
def fuse(used: object) -> SafeString:
    """As the component, for a list of many rows: {% fuse row.fuse.used %}."""
    return format_html('<span class="fuse" data-u="{}"></span>', percent(used))


@register.simple_tag
def left(due: datetime | None) -> SafeString | str:
    """As the component, for a list of many rows: {% left inquiry.due_at %}."""
    if due is None:
        return ""
    return format_html(
        '<rel-time class="left" data-mode="left" datetime="{0}"><time datetime="{0}">{1}</time></rel-time>',
        iso(due),
        time_left(due),
    )


@register.simple_tag
def moment(at: datetime | None) -> SafeString | str:
    """As the component c-ui.time with mode="short", for a list of many rows: {% moment inquiry.last_message_at %}."""
    if at is None:
        return ""
    form = '<rel-time data-mode="short" datetime="{0}"><time datetime="{0}">{1}</time></rel-time>'
    return format_html(form, iso(at), time_words(at, "short"))


@register.simple_tag
def rest(attrs: Mapping[str, Any]) -> SafeString:
    """A component's further attributes, escaped; None and False leave the attribute out, True writes it bare."""
    left_out: set[str] = getattr(attrs, "_exclude_from_str", set())
    parts = []
    for key, value in attrs.items():
        if key in left_out or value is None or value is False:
            continue
        parts.append(
            f" {conditional_escape(key)}" if value is True else f' {conditional_escape(key)}="{_quoted(value)}"'
        )
    return mark_safe("".join(parts))  # noqa: S308 (every part is escaped above)


def _quoted(value: object) -> str:
    # What a template wrote with quotes of both kinds comes here marked safe: a double quote would end the attribute.
    return str(conditional_escape(value)).replace('"', "&quot;")


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: Any) -> str:
    """This page's query with some keys changed (None takes one away): {% query page=2 sort=None %}."""
    request = context.get("request")
    data: QueryDict = request.GET.copy() if request is not None else QueryDict(mutable=True)
    for key, value in changes.items():
        data.pop(key, None)
        if value is not None and value != "":
            data[key] = str(value)
    return f"?{data.urlencode()}"


@register.simple_tag
def field_parts(
    bound: BoundField | None,
    label: str,
    name: str,
    id: str,  # noqa: A002 (named as the attribute is)
    hint: str,
    error: str,
    optional: bool,
    rows: int | None,
    letter: bool,
    placeholder: str,
    autocomplete: str,
    control: str,
) -> fields.Part:
    wish = fields.Wish(label, name, id, hint, error, bool(optional), rows, bool(letter), placeholder, autocomplete)
    part = fields.part_of(bound, wish)
    if control:
        part.control = control
    return part


@register.simple_tag
def error_links(form: Form | None, errors: Any) -> list[dict[str, str]]:
    return fields.error_links(form, errors)


@register.simple_tag
def banner_icon(tone: str, icon: str) -> str:
    return icon or {"good": "circle-check", "warn": "triangle-alert", "late": "octagon-alert"}.get(tone, "info")


@register.simple_tag(takes_context=True)
def sort_heads(context: Context, columns: Iterable[Mapping[str, Any]], sort: str) -> list[dict[str, Any]]:
    """Column heads of a table: `sort` is the key in force, with a minus for descending."""
    heads = []
    for column in columns:
        head = dict(column)
        if key := head.get("sort"):
            down = sort == f"-{key}"
            head["sorted"] = "descending" if down else "ascending" if sort == key else ""
            head["href"] = query(context, sort=f"-{key}" if sort == key else key, page=None)
        heads.append(head)
    return heads


@register.simple_tag
def step_states(items: Iterable[str], now: int | str) -> list[dict[str, str]]:
    here = int(now)
    return [
        {"label": label, "state": "done" if n < here else "now" if n == here else ""} for n, label in enumerate(items)
    ]


@register.filter
def marked(text: object, query: str) -> SafeString:
    """The text with the words looked for in bold."""
    words = [re.escape(word) for word in str(query).split() if word]
    if not words:
        return conditional_escape(text)
    parts = re.split(f"({'|'.join(words)})", str(text), flags=re.IGNORECASE)
    # Not format_html for each part: a list of hits has a hundred of them.
    marked_up = "".join(f"<b>{escape(part)}</b>" if n % 2 else escape(part) for n, part in enumerate(parts))
    return mark_safe(marked_up)  # noqa: S308  (every part is escaped)


@register.filter
def initials(name: object) -> str:
    """ "Ruth Abernathy" -> "RA"; "hollis@example.org" -> "H"."""
    parts = [part for part in str(name).split() if part[0].isalnum()]
    if not parts:
        return "?"
    return (parts[0][0] + (parts[-1][0] if len(parts) > 1 else "")).upper()


@register.filter
def name_hue(name: object) -> int:
    """A hue in twenties that stays with a name."""
    return crc32(str(name).strip().lower().encode()) % 18 * 20


@register.filter
def tens(hue: object) -> int:
    return round(float(str(hue)) / 10) % 36 * 10


@register.filter
def percent(value: object) -> int:
    """A whole number from 0 to 100, whatever comes."""
    try:
        return min(100, max(0, round(float(str(value)))))
    except ValueError:
        return 0


@register.filter
def iso(moment: datetime) -> str:
    return moment.isoformat()


@register.filter
def time_left(due: datetime) -> str:
    return words.left(due, timezone.now())


@register.filter
def time_words(moment: datetime, mode: str = "day") -> str:
    if mode == "clock":
        return words.clock(moment)
    return {"short": words.short, "ago": words.ago, "left": words.left}.get(mode, words.day)(moment, timezone.now())


CAPS = {
    "enter": "↵",
    "escape": "Esc",
    "arrowup": "↑",
    "arrowdown": "↓",
    "control": "Ctrl",
    "$mod": "Ctrl",
    "shift": "Shift",
}


@register.filter
def key_cap(key: str) -> str:
    """A key as its cap shows it: "e" -> "E", "$mod+Enter" -> "Ctrl ↵"."""
    return " ".join(CAPS.get(part.lower(), part.upper() if len(part) == 1 else part) for part in key.split("+") if part)


@register.filter
def key_caps(keys: str) -> list[str]:
    """Keys pressed one after the other, a cap each: "g i" -> ["G", "I"]."""
    return [key_cap(key) for key in str(keys).split()]
