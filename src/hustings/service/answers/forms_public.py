"""What comes in by the forms of the public side: times, sources and files, states, corrections, polls."""

from collections.abc import Sequence
from datetime import time
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from hustings.constituents.people.rules import LANGUAGES
from hustings.foundation.geography.queries import states

from .actions.publishing import Publication
from .actions.wording import Cited, Enclosed
from .forms import DateInput, MomentField, check_words, leave_hidden
from .models import Article, ArticleKind, Attachment, Category, Source


class PublicationForm(forms.Form):
    """Where an article stands before the public, and for how long."""

    is_public = forms.BooleanField(label=_("The public may read it"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=ArticleKind.choices)
    category = forms.ModelChoiceField(
        Category.objects.all(), label=_("Category"), required=False, empty_label=_("None")
    )
    publish_at = MomentField(label=_("From"), required=False)
    unpublish_at = MomentField(label=_("Until"), required=False)
    expires_at = MomentField(
        label=_("Deadline everywhere"),
        required=False,
        help_text=_("Of an answer on voting: nobody is told it from then on, neither by a page nor in a letter."),
    )
    election = forms.DateField(
        label=_("Ends with the polls of"),
        required=False,
        widget=DateInput(),
        help_text=_("In each state when its polls close on that day."),
    )
    pinned_until = MomentField(label=_("On top of the start page until"), required=False)
    is_first = forms.BooleanField(label=_("First question of the start page"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        leave_hidden(self, ["kind", "expires_at"])
        if "expires_at" not in self.fields:
            del self.fields["election"]

    def publication(self) -> Publication:
        return Publication(**self.cleaned_data)

    @property
    def left(self) -> set[str]:
        """What the form does not show, and stays as it is."""
        return set(self.base_fields) - set(self.fields)


def publication_initial(article: Article) -> dict[str, Any]:
    """The form's beginning."""
    return {name: getattr(article, name) for name in PublicationForm.base_fields}


class AddressForm(forms.Form):
    slug = forms.CharField(
        label=_("Address"), max_length=100, help_text=_("What stands in the web address. The old one leads here.")
    )


class SourceForm(forms.Form):
    """One source of the words."""

    title = forms.CharField(label=_("Source"), required=False, max_length=300)
    url = forms.URLField(label=_("Web address"), required=False, max_length=600, assume_scheme="https")
    state_code = forms.ChoiceField(label=_("State"), required=False)
    checked_at = MomentField(label=_("Checked"), required=False)
    official = forms.BooleanField(label=_("Official: the state’s or the county’s own"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state_code"].choices = [("", _("All states")), *states()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.is_blank:
            for name in ("title", "url", "checked_at"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, _("A source needs its name, its address and when it was checked."))
        return data

    @property
    def is_blank(self) -> bool:
        return not (self.cleaned_data.get("title") or self.cleaned_data.get("url"))


class BaseSources(forms.BaseFormSet):  # type: ignore[type-arg]
    def cited(self) -> list[Cited]:
        """What is given; blank lines are left out."""
        kept = [form for form in self.forms if not form.cleaned_data.get("DELETE") and not form.is_blank]
        return [
            Cited(
                **{name: form.cleaned_data[name] for name in ("title", "url", "checked_at", "official", "state_code")}
            )
            for form in kept
        ]


Sources: type[BaseSources] = forms.formset_factory(  # type: ignore[assignment]  # the factory forgets its base
    SourceForm, formset=BaseSources, extra=1, can_delete=True, max_num=120, absolute_max=120
)


def sources_initial(sources: Sequence[Source]) -> list[dict[str, Any]]:
    """The formset's beginning, from a version's sources."""
    names = ("title", "url", "state_code", "checked_at", "official")
    return [{name: getattr(one, name) for name in names} for one in sources]


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class Files(forms.FileField):
    """Any number of files in one field."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(Files, self).clean(file, initial) for file in given]


class FilesForm(forms.Form):
    """Files that stand beside the answer: those kept, and new ones."""

    keep = forms.MultipleChoiceField(
        label=_("Files"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Untick one to leave it out."),
    )
    added = Files(
        label=_("Add files"),
        required=False,
        help_text=_("PDF, PNG, JPEG, WebP, text, CSV or calendar; at most 10 MB each, six in all."),
    )

    def __init__(self, *args: Any, kept: Sequence[Attachment] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.there = {str(one.uid): one for one in kept}
        self.fields["keep"].choices = [(uid, one.name) for uid, one in self.there.items()]  # type: ignore[attr-defined]
        self.fields["keep"].initial = list(self.there)
        if not self.there:
            del self.fields["keep"]

    def enclosed(self) -> list[Enclosed]:
        kept = [self.there[uid] for uid in self.cleaned_data.get("keep", [])]
        old = [Enclosed(one.name, b"", one.sha256, one.content_type, one.size) for one in kept]
        return [*old, *(Enclosed(file.name or "file", file.read()) for file in self.cleaned_data["added"])]


class ProtectForm(forms.Form):
    """The states whose words voter protection approves."""

    version = forms.UUIDField(widget=forms.HiddenInput())
    states = forms.MultipleChoiceField(required=False)
    note = forms.CharField(label=_("Note"), required=False, max_length=300)

    def __init__(self, *args: Any, codes: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["states"].choices = [(code or "all", code) for code in codes]  # type: ignore[attr-defined]

    def clean_states(self) -> list[str]:
        return ["" if code == "all" else code for code in self.cleaned_data["states"]]


class CorrectionForm(forms.Form):
    """What those are told who were answered from withdrawn words."""

    state_code = forms.ChoiceField(label=_("To whom"), required=False)
    subject = forms.CharField(label=_("Subject"), max_length=200)
    en = forms.CharField(
        label=_("In English"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 9}),
        help_text=_("Merge fields as in every answer. Say what was wrong, what is right, and where it can be checked."),
    )

    def __init__(
        self,
        *args: Any,
        codes: Sequence[tuple[str, str]] = (),
        languages: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        everyone = ("", _("Everyone who was answered from it"))
        self.fields["state_code"].choices = [everyone, *codes]  # type: ignore[attr-defined]
        self.languages = ["en", *(code for code in languages if code != "en")]
        for code in self.languages[1:]:
            self.fields[code] = forms.CharField(
                label=LANGUAGES.get(code, code),
                required=False,
                max_length=20_000,
                widget=forms.Textarea(attrs={"rows": 9}),
            )

    def clean_en(self) -> str:
        return check_words(self.cleaned_data["en"])

    def texts(self) -> dict[str, str]:
        return {code: self.cleaned_data.get(code, "") for code in self.languages}


class NoteForm(forms.Form):
    note = forms.CharField(label=_("Note"), required=False, max_length=300)


class PollForm(forms.Form):
    """When the last polls of a state close."""

    state_code = forms.ChoiceField(label=_("State"))
    closes = forms.TimeField(label=_("Close at"), widget=forms.TimeInput(attrs={"type": "time", "class": "mid"}))
    zone = forms.ChoiceField(label=_("Time zone"))

    def __init__(self, *args: Any, codes: Sequence[str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = [(code, name) for code, name in states() if codes is None or code in codes]
        self.fields["state_code"].choices = allowed  # type: ignore[attr-defined]
        zones = sorted(zone for zone in available_timezones() if zone.startswith(("America/", "Pacific/")))
        self.fields["zone"].choices = [(zone, zone.replace("_", " ")) for zone in zones]  # type: ignore[attr-defined]
        self.fields["zone"].initial = "America/New_York"
        self.fields["closes"].initial = time(20, 0)


class OfficesForm(forms.Form):
    """A file of county election offices."""

    file = forms.FileField(
        label=_("File (CSV)"),
        help_text=_("Columns: state, county (name or FIPS; empty for the state’s office), name, phone, lookup_url."),
    )


class FeedForm(forms.Form):
    """A state's official feed of polling places."""

    state_code = forms.ChoiceField(label=_("State"))
    election = forms.DateField(label=_("Election"), widget=DateInput())
    source = forms.CharField(
        label=_("Who published it"), required=False, max_length=200, help_text=_("Empty: as the feed says.")
    )
    checked_at = MomentField(label=_("Checked"))
    file = forms.FileField(
        label=_("Feed"), help_text=_("Of the Voting Information Project, version 5 or 6: XML, or a ZIP of CSV files.")
    )

    def __init__(self, *args: Any, codes: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state_code"].choices = [(c, n) for c, n in states() if c in codes]  # type: ignore[attr-defined]
