"""How the desk's templates draw what rooms registered, and its own lines."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import template
from django.template import Context
from django.template.loader import get_template
from django.utils.html import conditional_escape, format_html_join, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from hustings.constituents.topics.queries.taxonomy import names as topic_names
from hustings.constituents.topics.rules import NATURES
from hustings.service.desk import drawing
from hustings.service.desk.models import Event, Note, Priority, Stage
from hustings.service.desk.queries.mentionable import team_pattern
from hustings.service.desk.registry import Part, ThreadItem
from hustings.service.desk.rows import Row

register = template.Library()


@register.simple_tag(takes_context=True)
def include_part(context: Context, part: Part, given: Mapping[str, Any]) -> SafeString:
    """A registered part: its template with its context spread out, and also whole as `it`."""
    values = {**_page(context), "inquiry": context.get("inquiry"), "state": context.get("state"), **given, "it": given}
    return get_template(part.template).render(values, context.get("request"))


@register.simple_tag(takes_context=True)
def include_item(context: Context, item: ThreadItem) -> SafeString:
    """A thread item: its template with its context spread out, and the item itself."""
    values = {**_page(context), "inquiry": context.get("inquiry"), **item.context, "item": item}
    return get_template(item.template).render(values, context.get("request"))


@register.simple_tag
def options(pairs: Iterable[tuple[object, str]]) -> SafeString:
    """The options of a select, (value, words) each: of hundreds of colleagues at a tenth of what a loop costs."""
    return format_html_join("", '<option value="{}">{}</option>', pairs)


@register.simple_tag(takes_context=True)
def row_lines(context: Context, rows: Iterable[Row], asked: str, current: UUID | None) -> SafeString:
    """The lines of a list (`desk.drawing`)."""
    return drawing.row_lines(rows, asked=asked, current=current, reader_id=context["request"].user.pk)


def _page(context: Context) -> dict[str, Any]:
    return {"csrf_token": context.get("csrf_token"), "frame": context.get("frame"), "user": context.get("user")}


@dataclass(frozen=True)
class Line:
    icon: str
    text: SafeString


@register.simple_tag(takes_context=True)
def event_line(context: Context, event: Event) -> Line:
    """What was done, as a sentence: the actor in bold, "You" for the reader."""
    user = context.get("user")
    mine = event.actor_id is not None and user is not None and event.actor_id == user.pk
    who = _("You") if mine else event.actor.name if event.actor else ""
    icon, words = _words(event, who)
    shown = conditional_escape(words)
    return Line(icon, mark_safe(f"<b>{conditional_escape(who)}</b> {shown}" if who else shown))  # noqa: S308 both escaped


def _words(event: Event, who: str) -> tuple[str, str]:
    detail = event.detail
    if event.kind in _PLAIN:
        icon, words, alone = _PLAIN[event.kind]()
        return icon, words if who else alone or words
    if event.kind == "assigned":
        return "user-check", _("assigned it to %(name)s") % {"name": detail.get("to", "")}
    if event.kind == "given_back":
        return "inbox", _given_back(detail, who)
    if event.kind == "closed":
        none = (event.before or {}).get("became", {}).get("stage") == Stage.NONE
        return "check", _("read it: no answer needed") if none else _("closed it")
    if event.kind == "woken":
        return "alarm-clock", _woken(detail, who)
    if event.kind == "moved":
        return "layers", _("moved it from %(old)s to %(new)s") % {
            "old": detail.get("from", ""),
            "new": detail.get("to", ""),
        }
    if event.kind == "tagged":
        return "tag", _tagged(detail)
    if event.kind == "about":
        return "tag", _about(detail)
    if event.kind == "staged":
        return "reply", _("marked it: needs an answer")
    if event.kind == "priority":
        return "flag", _("set the priority: %(name)s") % {"name": Priority(detail.get("priority", 2)).label}
    if event.kind == "merged":
        return "git-merge", _("merged “%(subject)s” into this") % {"subject": detail.get("subject", "")}
    if event.kind in ("split", "split_from"):
        into = _("split off “%(subject)s”") if event.kind == "split" else _("split this off “%(subject)s”")
        return "split", into % {"subject": detail.get("subject", "")}
    if event.kind == "undelivered":
        return "mail-x", _("The answer could not be delivered: %(reason)s") % {"reason": detail.get("reason", "")}
    return "circle", event.kind.replace("_", " ")


_PLAIN: dict[str, Callable[[], tuple[str, str, str]]] = {
    "begun": lambda: ("pencil", _("began this conversation"), _("A conversation was begun")),
    "taken": lambda: ("user-check", _("took it"), ""),
    "put_back": lambda: ("inbox", _("put it back into the queue"), ""),
    "snoozed": lambda: ("alarm-clock", _("snoozed it"), ""),
    "reopened": lambda: ("rotate-ccw", _("opened it again"), _("Open again: they wrote")),
    "answered": lambda: ("send", _("answered"), _("Answered")),
    "answered_with": lambda: ("send", _("answered it with another letter of theirs"), ""),
    "parted": lambda: ("unlink", _("parted them again"), ""),
    "sealed": lambda: ("shield-alert", _("sealed it"), _("Sealed by the rules")),
    "unsealed": lambda: ("lock-open", _("lifted the seal"), ""),
}


def _given_back(detail: Mapping[str, Any], who: str) -> str:
    name = {"name": detail.get("from", "")}
    if who:
        return _("ended the access of %(name)s: it is back in the queue") % name
    return _("The access of %(name)s ended: it is back in the queue") % name


def _woken(detail: Mapping[str, Any], who: str) -> str:
    if detail.get("because") == "reply":
        return _("Back from snooze: they wrote")
    return _("brought it back from snooze") if who else _("Back from snooze: its time came")


def _about(detail: Mapping[str, Any]) -> str:
    """The topics and what the writer wants, by their names."""
    given = detail.get("about", {})
    slugs = given.get("topics", [])
    names = topic_names(slugs) if slugs else {}
    said = [names.get(slug, slug) for slug in slugs]
    said += [str(label) for slug, label in NATURES if slug == given.get("nature")]
    return _("said what it is about: %(what)s") % {"what": ", ".join(said) or _("nothing of ours")}


def _tagged(detail: Mapping[str, Any]) -> str:
    added, removed = ", ".join(detail.get("added", [])), ", ".join(detail.get("removed", []))
    if added and removed:
        return _("tagged it %(added)s, and took %(removed)s off") % {"added": added, "removed": removed}
    return _("tagged it %(added)s") % {"added": added} if added else _("took %(removed)s off") % {"removed": removed}


@register.filter
def note_text(note: Note) -> SafeString:
    """The note in paragraphs, its mentions marked."""
    text = str(conditional_escape(note.text))
    for mention in note.mentions.all():
        for name in (mention.user.name, mention.user.first_name):
            shown = f"@{conditional_escape(name)}"
            if shown in text:
                text = text.replace(shown, f"<mark>{shown}</mark>")
                break
    if note.mentions.all() and note.inquiry.queue:
        team = team_pattern(str(conditional_escape(note.inquiry.queue.team.name)))
        text = team.sub(lambda found: f"<mark>{found[0]}</mark>", text)
    return mark_safe(linebreaks(mark_safe(text)))  # noqa: S308 escaped above
