"""The public form's input: clean values out, every refusal in words a person can act on."""

from typing import Any

import phonenumbers
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hustings.foundation.channels.webform import Upload
from hustings.foundation.geography.queries import place_of_zip, states

SHORTEST, LONGEST = 12, 20_000
MOST_FILES, LARGEST_FILE = 3, 10 * 1024 * 1024
# By their first bytes: what a browser says of a file is only what its sender says.
KINDS = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"RIFF": "image/webp",
}


class Files(forms.FileField):
    """Any number of files in one field."""

    widget = type("FilesInput", (forms.FileInput,), {"allow_multiple_selected": True})

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[Any]]":
        given = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(Files, self).clean(file, initial) for file in given]


class Ask(forms.Form):
    question = forms.CharField(
        label=gettext_lazy("Your question"),
        help_text=gettext_lazy("As you would say it to a neighbor. No need for the right words."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=LONGEST,
        error_messages={"required": gettext_lazy("Write your question")},
    )
    state = forms.ChoiceField(
        label=gettext_lazy("Your state"),
        help_text=gettext_lazy("Voting answers depend on it."),
        error_messages={"required": gettext_lazy("Choose your state")},
    )
    zip = forms.CharField(
        label=gettext_lazy("ZIP code"),
        required=False,
        max_length=10,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "postal-code"}),
    )
    answer_by = forms.ChoiceField(
        label=gettext_lazy("How shall we answer?"),
        choices=[("email", gettext_lazy("By email")), ("phone", gettext_lazy("By phone, between 9 am and 8 pm"))],
        initial="email",
        widget=forms.RadioSelect,
    )
    email = forms.EmailField(
        label=gettext_lazy("Email address"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": gettext_lazy("Enter an email address with an @, like name@example.org")},
    )
    phone = forms.CharField(
        label=gettext_lazy("Telephone"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    name = forms.CharField(
        label=gettext_lazy("What should we call you?"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    enclosed = Files(
        label=gettext_lazy("A photo or letter that helps"),
        help_text=gettext_lazy("Pictures or PDF, up to 10 MB each, three at most."),
        required=False,
    )
    # Seen by programs only: a person leaves it empty.
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = [("", _("Choose your state")), *states()]  # type: ignore[attr-defined]

    def clean_question(self) -> str:
        text = self.cleaned_data["question"].replace("\r\n", "\n").replace("\0", "").strip()
        if len(text) < SHORTEST:
            raise forms.ValidationError(_("Write a little more, so that we send you the right answer"))
        return str(text)

    def clean_zip(self) -> str:
        code = self.cleaned_data["zip"].strip()[:5]
        if code and place_of_zip(code) is None:
            raise forms.ValidationError(_("Check the ZIP code: we know none like it. You may leave it empty"))
        return str(code)

    def clean_phone(self) -> str:
        given = self.cleaned_data["phone"].strip()
        if not given:
            return ""
        try:
            number = phonenumbers.parse(given, "US")
        except phonenumbers.NumberParseException:
            number = None
        if number is None or not phonenumbers.is_possible_number(number):
            raise forms.ValidationError(_("Enter a telephone number with its area code, like (614) 555-0142"))
        return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))

    def clean_enclosed(self) -> tuple[Upload, ...]:
        given = self.cleaned_data["enclosed"]
        if len(given) > MOST_FILES:
            raise forms.ValidationError(_("Three files at most"))
        return tuple(_upload(file) for file in given)

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("Leave this field empty"))
        return ""

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        wanted = given.get("answer_by")
        if wanted == "email" and not given.get("email") and "email" not in self.errors:
            self.add_error("email", _("Enter the email address that we shall answer to"))
        if wanted == "phone" and not given.get("phone") and "phone" not in self.errors:
            self.add_error("phone", _("Enter the number that we shall call"))
        return given


def _upload(file: "UploadedFile[Any]") -> Upload:
    name = str(file.name or "file")
    if (file.size or 0) > LARGEST_FILE:
        raise forms.ValidationError(_("%(name)s is larger than 10 MB") % {"name": name})
    content = file.read()
    kind = next((kind for start, kind in KINDS.items() if content.startswith(start)), None)
    if kind is None:
        raise forms.ValidationError(_("%(name)s is neither a picture nor a PDF") % {"name": name})
    return Upload(name=name, type=kind, content=content)
