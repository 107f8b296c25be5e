"""Input of the composer and the pages, in; clean values, out."""

from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from hustings.service.desk.actions.opening import LONGEST_SUBJECT
from hustings.service.desk.models import Queue

LONGEST_REPLY = 100_000  # characters


class DraftForm(forms.Form):
    """What is typed, the revision the page holds (the page calls it its version), and its form's token."""

    text = forms.CharField(
        required=False,
        strip=False,
        max_length=LONGEST_REPLY,
        error_messages={"max_length": _("A reply may be 100,000 characters long. Attach the rest as a file.")},
    )
    version = forms.IntegerField(required=False, min_value=0)
    token = forms.UUIDField(required=False)

    def clean_text(self) -> str:
        # A browser sends a line's end as CR LF; the caret's place counts one character.
        return str(self.cleaned_data["text"]).replace("\r\n", "\n")

    def clean_version(self) -> int:
        return self.cleaned_data["version"] or 0


class SendForm(DraftForm):
    """A reply to be sent. `seen_letter` and `seen_reply` are the newest that stood on the page (uids, or empty)."""

    token = forms.UUIDField()
    seen_letter = forms.UUIDField(required=False)
    seen_reply = forms.UUIDField(required=False)
    to = forms.RegexField(r"^[0-9a-f]{0,24}$", required=False, max_length=24)  # the key of an address
    then = forms.ChoiceField(choices=[("close", "close"), ("open", "open")], required=False)

    @property
    def closes(self) -> bool:
        return bool(self.cleaned_data["then"] != "open")


class CiteForm(DraftForm):
    """Approved language to insert, at the caret where the page knows it."""

    article_text = forms.UUIDField()
    caret = forms.IntegerField(required=False, min_value=0)

    @property
    def at(self) -> int:
        caret: int | None = self.cleaned_data["caret"]
        return len(self.cleaned_data["text"]) if caret is None else caret


class ReleaseForm(forms.Form):
    """A lead's decision. `text` is there when the lead mended it."""

    seen_letter = forms.UUIDField(required=False)
    seen_reply = forms.UUIDField(required=False)
    text = forms.CharField(required=False, strip=False, max_length=LONGEST_REPLY)


class BeginForm(forms.Form):
    """A letter that nobody asked for: what it is about, and the queue it lies in."""

    subject = forms.CharField(
        label=_("What it is about"),
        help_text=_("They see it as the subject of your letter."),
        max_length=LONGEST_SUBJECT,
        error_messages={"required": _("Say what it is about: it is the subject of your letter.")},
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"}),
    )
    queue = forms.ModelChoiceField(
        label=_("Whose it is when they write back"),
        queryset=Queue.objects.none(),
        to_field_name="slug",
        empty_label=None,
        error_messages={"invalid_choice": _("Choose a queue of your teams.")},
    )

    def __init__(self, *args: Any, queues: QuerySet[Queue], **kwargs: Any) -> None:
        super().__init__(*args, **{"use_required_attribute": False, **kwargs})
        field: Any = self.fields["queue"]
        field.queryset = queues
        if (first := queues.first()) is not None:
            field.initial = first.slug


BACK_REASONS = {
    "not_approved": _("Not approved"),
    "not_answered": _("Not answered"),
    "tone": _("Tone"),
    "too_long": _("Too long"),
}


class SendBackForm(forms.Form):
    """Why a reply goes back: a chip, words of the lead's own, or both."""

    reason = forms.ChoiceField(choices=list(BACK_REASONS.items()), required=False)
    words = forms.CharField(required=False, max_length=2000)

    @property
    def because(self) -> str:
        chosen = str(BACK_REASONS[self.cleaned_data["reason"]]) if self.cleaned_data["reason"] else ""
        return ". ".join(part for part in (chosen, self.cleaned_data["words"].strip()) if part)


class WhyForm(forms.Form):
    why = forms.CharField(max_length=2000, label=_("Why"))


def first_error(form: forms.Form) -> str:
    """One sentence for a toast."""
    return next((str(errors[0]) for errors in form.errors.values()), "")


def uid_of(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
