"""Forms drawn from fields, and the forms that make fields. What is typed is cleaned in one place, by the actions; a
form holds it, and shows what an action said of it at its field."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hustings.foundation.access.models import Team
from hustings.foundation.core import records
from hustings.foundation.core.records import (
    CHOICE,
    CHOICES,
    DATE,
    EMAIL,
    FILE,
    LINK,
    LONG_TEXT,
    MONEY,
    NUMBER,
    PHONE,
    PLACE,
    YES_NO,
)

from .actions.bearing import LARGEST_FILE, Upload
from .kinds import NAMES, PLACE_PARTS, state_choices, write
from .models import FieldType

# By their first bytes: what a browser says of a file is only what its sender says.
SIGNS = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"RIFF": "image/webp",
}
ICON_NAMES = {
    "file-text": gettext_lazy("A page"), "clipboard-list": gettext_lazy("A list"), "flag": gettext_lazy("A flag"),
    "house": gettext_lazy("A house"), "map-pin": gettext_lazy("A pin on the map"),
    "megaphone": gettext_lazy("A megaphone"), "calendar-days": gettext_lazy("A calendar"),
    "ticket": gettext_lazy("A ticket"), "vote": gettext_lazy("A ballot"), "hand-heart": gettext_lazy("A helping hand"),
    "hand-coins": gettext_lazy("Coins"), "star": gettext_lazy("A star"), "tag": gettext_lazy("A tag"),
    "users": gettext_lazy("People"), "phone": gettext_lazy("A telephone"), "mail": gettext_lazy("A letter"),
    "image": gettext_lazy("A picture"), "landmark": gettext_lazy("A public building"),
    "layers": gettext_lazy("Layers"),
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One field of a form as a page draws it: its control, or the parts of a place."""

    field: FieldType
    bounds: list[forms.BoundField]
    chosen: Any = None  # of a link or a file: what is kept

    @property
    def bound(self) -> forms.BoundField:
        return self.bounds[0]

    @property
    def errors(self) -> list[str]:
        return [str(error) for bound in self.bounds for error in bound.errors]

    @property
    def is_open(self) -> bool:
        return not self.field.is_required


class RecordForm(forms.Form):
    """The controls of these fields. `kept` are values to begin with; `links` what its links show: by field (uid,
    title)."""

    def __init__(
        self,
        fields: Sequence[FieldType],
        data: Any = None,
        files: Any = None,
        *,
        kept: Mapping[str, Any] | None = None,
        links: Mapping[str, tuple[Any, str]] | None = None,
        outside: bool = False,
        **options: Any,
    ) -> None:
        self.record_fields, self.kept, self.links, self.outside = fields, kept or {}, links or {}, outside
        initial = {name: value for one in fields for name, value in _initial(one, self.kept, self.links).items()}
        super().__init__(data, files, initial=initial, **options)
        for one in fields:
            self.fields.update(_controls(one, outside=outside))

    def rows(self) -> list[Row]:
        """For a template."""
        return [
            Row(
                one,
                [self[name] for name in _controls_of(one)],
                self.links.get(one.slug) if one.kind == LINK else self.kept.get(one.slug),
            )
            for one in self.record_fields
        ]

    def values(self) -> dict[str, Any]:
        """What was written, by field, for an action."""
        given = self.cleaned_data
        found: dict[str, Any] = {}
        for one in self.record_fields:
            if one.kind == PLACE:
                found[one.slug] = {part: given.get(f"{one.slug}-{part}", "") for part in PLACE_PARTS}
            elif one.kind == FILE:
                found[one.slug] = self._file(one)
            elif one.kind == LINK:
                uid, kept = given.get(one.slug, ""), self.links.get(one.slug)
                found[one.slug] = self.kept.get(one.slug) if kept and str(kept[0]) == uid else uid
            else:
                found[one.slug] = given.get(one.slug)
        return found

    def _file(self, one: FieldType) -> Any:
        if file := self.cleaned_data.get(one.slug):
            return file
        return None if self.cleaned_data.get(f"{one.slug}-clear") else self.kept.get(one.slug)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        for one in self.record_fields:
            if one.kind == FILE and given.get(one.slug):
                try:
                    given[one.slug] = upload_of(given[one.slug], outside=self.outside)
                except ValidationError as problem:
                    self.add_error(one.slug, problem)
        return given

    def tell(self, problem: ValidationError) -> None:
        """Say what an action refused, each at its field."""
        if not hasattr(problem, "error_dict"):
            self.add_error(None, problem)
            return
        known = {one.slug: _controls_of(one)[0] for one in self.record_fields}
        for name, errors in problem.error_dict.items():
            self.add_error(known.get(name), errors)


class OutsideForm(RecordForm):
    """The public form. `website` is seen by programs only: a person leaves it empty."""

    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}))


def upload_of(file: "UploadedFile[Any]", *, outside: bool) -> Upload:
    """Its bytes, and its type by them. From outside only pictures and PDF."""
    name = str(file.name or "file")
    if (file.size or 0) > LARGEST_FILE:
        raise ValidationError(_("%(name)s is larger than 10 MB") % {"name": name})
    content = file.read()
    sign = next((sign for start, sign in SIGNS.items() if content.startswith(start)), None)
    if sign is None and outside:
        raise ValidationError(_("%(name)s is neither a picture nor a PDF") % {"name": name})
    return Upload(name, sign or "application/octet-stream", content)


def _controls_of(one: FieldType) -> list[str]:
    if one.kind == PLACE:
        return [f"{one.slug}-{part}" for part in PLACE_PARTS]
    return [one.slug, f"{one.slug}-clear"] if one.kind == FILE else [one.slug]


def _initial(one: FieldType, kept: Mapping[str, Any], links: Mapping[str, tuple[Any, str]]) -> dict[str, Any]:
    value = kept.get(one.slug)
    if one.kind == PLACE:
        return {f"{one.slug}-{part}": (value or {}).get(part, "") for part in PLACE_PARTS}
    if one.kind == LINK:
        return {one.slug: str(links[one.slug][0]) if one.slug in links else ""}
    if one.kind == CHOICES:
        return {one.slug: value or []}
    return {} if one.kind == FILE else {one.slug: write(one, value)}


def _controls(one: FieldType, *, outside: bool) -> dict[str, forms.Field]:
    given: dict[str, Any] = {"label": one.label, "help_text": one.help, "required": False}
    if one.kind == PLACE:
        return _place_controls(one)
    if one.kind == FILE:
        clear = forms.BooleanField(label=_("Take the file away"), required=False)
        return {one.slug: forms.FileField(**given), f"{one.slug}-clear": clear}
    if one.kind in (CHOICE, YES_NO):
        choices = [("yes", _("Yes")), ("no", _("No"))] if one.kind == YES_NO else one.choices
        if outside and len(choices) <= 6:
            return {one.slug: forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **given)}
        return {one.slug: forms.ChoiceField(choices=[("", _("Choose")), *choices], **given)}
    if one.kind == CHOICES:
        boxes = forms.MultipleChoiceField(choices=one.choices, widget=forms.CheckboxSelectMultiple, **given)
        return {one.slug: boxes}
    return {one.slug: forms.CharField(widget=_widget(one), **given)}


def _widget(one: FieldType) -> forms.Widget:
    if one.kind == LONG_TEXT:
        return forms.Textarea(attrs={"rows": 4})
    if one.kind in (NUMBER, MONEY):
        return forms.TextInput(attrs={"inputmode": "decimal", "class": "short"})
    if one.kind == DATE:
        return forms.DateInput(attrs={"type": "date", "class": "short-mid"})
    if one.kind == EMAIL:
        return forms.EmailInput()
    return forms.TextInput(attrs={"inputmode": "tel"} if one.kind == PHONE else {})


def _place_controls(one: FieldType) -> dict[str, forms.Field]:
    street = forms.CharField(label=_("Street and number"), required=False)
    city = forms.CharField(label=_("City"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("Choose a state")), *state_choices()])
    code = forms.CharField(
        label=_("ZIP code"), required=False, widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "short"})
    )
    return dict(zip(_controls_of(one), (street, city, state, code), strict=True))


class Lines(forms.CharField):
    """One a line."""

    widget = forms.Textarea

    def __init__(self, **given: Any) -> None:
        super().__init__(required=False, widget=forms.Textarea(attrs={"rows": 5}), **given)

    def prepare_value(self, value: Any) -> str:
        return value if isinstance(value, str) else "\n".join(value or ())

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        return [line.strip() for line in str(value or "").splitlines() if line.strip()]


class ObjectForm(forms.Form):
    label = forms.CharField(
        label=gettext_lazy("What one of them is called"), help_text=gettext_lazy("Yard sign request"), max_length=80
    )
    plural = forms.CharField(
        label=gettext_lazy("What several are called"), help_text=gettext_lazy("Yard sign requests"), max_length=80
    )
    about = forms.CharField(
        label=gettext_lazy("What they are for"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Stands over their list."),
    )
    icon = forms.ChoiceField(label=gettext_lazy("Icon"), choices=list(ICON_NAMES.items()), initial="file-text")
    stages = Lines(
        label=gettext_lazy("Stages"),
        help_text=gettext_lazy("One a line, in order: New, Packed, Delivered. At the last a record is finished. "
                               "Leave it empty for records that go through none."),
    )  # fmt: skip
    team = forms.ModelChoiceField(
        label=gettext_lazy("Whose they are"),
        queryset=Team.objects.none(),
        required=False,
        empty_label=gettext_lazy("No team's"),
        help_text=gettext_lazy("Roles that see their team's rows see these when the team is theirs."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = Team.objects.order_by("name")  # type: ignore[attr-defined]


class ChangeObjectForm(ObjectForm):
    is_public = forms.BooleanField(
        label=gettext_lazy("Anyone may send one by a public form"),
        required=False,
        help_text=gettext_lazy("The form has the fields that are marked “on the public form”, and no others."),
    )
    form_lead = forms.CharField(
        label=gettext_lazy("What the form says first"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    form_thanks = forms.CharField(
        label=gettext_lazy("What it says when it was sent"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class ChangeFieldForm(forms.Form):
    label = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    help = forms.CharField(
        label=gettext_lazy("Help"), required=False, help_text=gettext_lazy("Stands beside it on every form.")
    )
    choices = Lines(label=gettext_lazy("Choices"), help_text=gettext_lazy("One a line."))
    is_required = forms.BooleanField(label=gettext_lazy("Must be filled in"), required=False)
    on_form = forms.BooleanField(label=gettext_lazy("On the public form"), required=False)
    is_indexed = forms.BooleanField(
        label=gettext_lazy("Indexed"),
        required=False,
        help_text=gettext_lazy("Sorting and filtering by it stay fast with many thousands of records."),
    )
    is_sensitive = forms.BooleanField(
        label=gettext_lazy("Sensitive"),
        required=False,
        help_text=gettext_lazy("Roles see it only where they name it, and every reading is in the audit."),
    )


class NewFieldForm(ChangeFieldForm):
    kind = forms.ChoiceField(label=gettext_lazy("What it holds"), choices=list(NAMES.items()))
    to = forms.ChoiceField(
        label=gettext_lazy("Links to"), required=False, help_text=gettext_lazy("For a link: to which records.")
    )
    field_order = ["label", "kind", "choices", "to", "help", "is_required", "on_form", "is_indexed", "is_sensitive"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        types = [(one.name, str(one.label)) for one in records.all_types() if not one.private]
        self.fields["to"].choices = [("", _("Choose")), *types]  # type: ignore[attr-defined]
        self.fields["choices"].help_text = _("For choices: one a line.")


class ImportForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("File"), help_text=gettext_lazy("CSV with a first line of column names."))


def told_to(form: forms.Form, problem: ValidationError) -> None:
    """Say what an action refused, at the form's field where there is one."""
    if not hasattr(problem, "error_dict"):
        form.add_error(None, problem)
        return
    for name, errors in problem.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


def without(form: forms.Form, names: Iterable[str]) -> forms.Form:
    """The form without these fields."""
    for name in names:
        form.fields.pop(name, None)
    return form
