"""The parts a form field is drawn from, out of a Django BoundField or out of plain words."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import BoundField, Form, widgets
from django.forms import Field as DjangoField
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

CLASS_OF = {
    widgets.Textarea: "area",
    widgets.SelectMultiple: "sel",
    widgets.Select: "sel",
    widgets.ClearableFileInput: "file",
    widgets.FileInput: "file",
    widgets.CheckboxInput: "box-in",
    widgets.Input: "txt",
}


@dataclass
class Part:
    id: str = ""
    label: str = ""
    hint: str = ""
    errors: list[str] = field(default_factory=list)
    control: str = ""
    choices: Iterable[Any] = ()
    hidden: bool = False
    single_check: bool = False
    group: bool = False
    optional: bool = False

    @property
    def hint_id(self) -> str:
        return f"{self.id}-hint"

    @property
    def error_id(self) -> str:
        return f"{self.id}-error"

    @property
    def described(self) -> str:
        return " ".join([self.hint_id] * bool(self.hint) + [self.error_id] * bool(self.errors))


@dataclass(frozen=True)
class Wish:
    """What the template asks for beside the field itself."""

    label: str = ""
    name: str = ""
    id: str = ""
    hint: str = ""
    error: str = ""
    optional: bool = False
    rows: int | None = None
    letter: bool = False
    placeholder: str = ""
    autocomplete: str = ""


def part_of(bound: BoundField | None, wish: Wish) -> Part:
    """Label, hint, errors and control of one field; the control says what describes it and whether it is wrong."""
    if bound is None:
        return Part(
            id=wish.id or wish.name,
            label=wish.label,
            hint=wish.hint,
            errors=[wish.error] if wish.error else [],
            optional=wish.optional,
        )
    widget = bound.field.widget
    part = Part(
        id=bound.id_for_label or bound.auto_id or bound.html_name,
        label=wish.label or str(bound.label),
        hint=wish.hint or str(bound.help_text),
        errors=[text for text, _error in _errors(bound)],
        hidden=bound.is_hidden,
        single_check=isinstance(widget, widgets.CheckboxInput),
        group=isinstance(widget, widgets.RadioSelect | widgets.CheckboxSelectMultiple),
        optional=wish.optional,
    )
    if part.group:
        part.id = bound.auto_id or bound.html_name
        part.choices = list(bound)
        return part
    part.control = _control(bound, part, wish)
    return part


def _control(bound: BoundField, part: Part, wish: Wish) -> SafeString:
    widget = bound.field.widget
    kind = next((name for cls, name in CLASS_OF.items() if isinstance(widget, cls)), "txt")
    classes = " ".join(filter(None, [kind, widget.attrs.get("class"), "letter" if wish.letter else ""]))
    attrs: dict[str, Any] = {"class": classes}
    if part.described:
        attrs["aria-describedby"] = part.described
    if part.errors:
        attrs["aria-invalid"] = "true"
    if wish.rows:
        attrs["rows"] = wish.rows
    if wish.placeholder:
        attrs["placeholder"] = wish.placeholder
    if wish.autocomplete:
        attrs["autocomplete"] = wish.autocomplete
    return bound.as_widget(attrs=attrs)


def error_links(form: Form | None, errors: Any = None) -> list[dict[str, str]]:
    """Every error of a form with the id of the field it belongs to (empty: the form as a whole)."""
    links = [{"id": str(at), "text": str(text)} for at, text in errors or []]
    if form is None:
        return links
    links += [{"id": "", "text": str(error)} for error in form.non_field_errors()]
    for bound in form:
        first = _first_id(bound)
        links += [{"id": first, "text": _with_label(bound, text, error)} for text, error in _errors(bound)]
    return links


def _with_label(bound: BoundField, text: str, error: ValidationError) -> str:
    if error.code == "required":
        return text
    return _("%(label)s: %(error)s") % {"label": str(bound.label).rstrip("?:. "), "error": text}


def _missing(bound: BoundField) -> str:
    label = str(bound.label)
    if isinstance(bound.field.widget, widgets.CheckboxInput):
        return _("Tick “%(label)s” to go on") % {"label": label}
    if label.endswith("?"):
        return _("Choose an answer to “%(label)s”") % {"label": label}
    return _("%(label)s is missing") % {"label": label}


def _errors(bound: BoundField) -> list[tuple[str, ValidationError]]:
    """Django's own words for an empty field name no field; ours do."""
    default = str(DjangoField.default_error_messages["required"])
    found = []
    for error in bound.errors.as_data():
        for text in error.messages:
            ours = error.code == "required" and text == default
            found.append((_missing(bound) if ours else text, error))
    return found


def _first_id(bound: BoundField) -> str:
    if isinstance(bound.field.widget, widgets.RadioSelect | widgets.CheckboxSelectMultiple):
        return f"{bound.auto_id}_0"
    return bound.id_for_label or str(bound.auto_id)
