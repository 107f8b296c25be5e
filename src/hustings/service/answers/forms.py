"""What comes in by the forms of approved language."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hustings.constituents.people.rules import LANGUAGES
from hustings.foundation.access.models import Team, User
from hustings.foundation.access.queries import colleagues, teams_visible_to
from hustings.foundation.access.rules import administers
from hustings.foundation.core.guard import Level, level_of
from hustings.foundation.geography.queries import states

from .actions.wording import Words
from .models import Article, ArticleKind, ArticleText, Category
from .rules import check_merge_fields

MOST_TEXTS = 130  # of one version: every state in two languages, and some


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d", attrs={"class": "mid"})


class MomentInput(forms.DateTimeInput):
    """A day and a time, in the reader's zone."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M", attrs={"class": "mid"})


class MomentField(forms.DateTimeField):
    """A moment of this century: one beyond is a slip, and in another zone it may be in no year there is."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=MomentInput(), **kwargs)

    def clean(self, value: Any) -> datetime | None:
        moment: datetime | None = super().clean(value)
        if moment is not None and not 2000 <= moment.year < 2100:
            raise forms.ValidationError(_("Choose a day between 2000 and 2099."))
        return moment


def check_words(text: str) -> str:
    """The text as it is; ValidationErrors for every merge field that cannot be filled."""
    if errors := check_merge_fields(text):
        raise forms.ValidationError([error.sentence for error in errors])
    return text


class TextForm(forms.Form):
    """One text: a language, a state or all, a title of its own if it needs one, the words."""

    language = forms.ChoiceField(label=_("Language"), choices=list(LANGUAGES.items()), initial="en")
    state_code = forms.ChoiceField(label=_("State"), required=False)
    title = forms.CharField(label=_("Title in this text"), required=False, max_length=200)
    body = forms.CharField(
        label=_("Words"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 9})
    )

    steps = forms.CharField(
        label=_("Steps"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What to do, one step a line."),
    )
    expires_at = MomentField(
        label=_("Deadline of this text"),
        required=False,
        help_text=_("Of an answer on voting: it is said no more from then on."),
    )
    made_by_machine = forms.BooleanField(label=_("A machine translated it"), required=False)
    still_holds = forms.BooleanField(
        label=_("I read it beside today’s English: it says the same"),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.initial.get("language", "en") == "en":
            del self.fields["still_holds"]
        leave_hidden(self, ["expires_at"])
        self.fields["state_code"].choices = [("", _("All states")), *states()]  # type: ignore[attr-defined]
        language = self.initial.get("language", "en")
        if language not in LANGUAGES:
            self.fields["language"].choices.append((language, language))  # type: ignore[attr-defined]

    def clean_title(self) -> str:
        return check_words(self.cleaned_data["title"])

    def clean_body(self) -> str:
        return check_words(self.cleaned_data["body"])

    def clean_steps(self) -> str:
        return check_words(self.cleaned_data["steps"])

    @property
    def is_blank(self) -> bool:
        return not (self.cleaned_data.get("body", "").strip() or self.cleaned_data.get("title", "").strip())


class BaseTexts(forms.BaseFormSet):
    """The texts of a version; blank ones are left out, each language and state stands once."""

    def clean(self) -> None:
        seen: set[tuple[str, str]] = set()
        for form in self.kept:
            key = (form.cleaned_data.get("language", ""), form.cleaned_data.get("state_code", ""))
            if key in seen:
                form.add_error("language", _("Another text is for this language and state already. Keep one."))
            seen.add(key)
            if not form.errors and not form.cleaned_data.get("body", "").strip():
                form.add_error("body", _("There is a title and no words."))
        if not any(self.errors) and not self.kept:
            raise forms.ValidationError(_("Write at least one text."))

    @property
    def kept(self) -> list[TextForm]:
        checked = [form for form in self.forms if hasattr(form, "cleaned_data")]
        return [form for form in checked if not form.cleaned_data.get("DELETE") and not form.is_blank]

    def words(self) -> list[Words]:
        return [
            Words(
                language=form.cleaned_data["language"],
                state_code=form.cleaned_data["state_code"],
                title=form.cleaned_data["title"],
                body=form.cleaned_data["body"],
                steps=tuple(line.strip() for line in form.cleaned_data["steps"].splitlines() if line.strip()),
                expires_at=form.cleaned_data.get("expires_at"),
                made_by_machine=form.cleaned_data["made_by_machine"],
                still_holds=form.cleaned_data.get("still_holds", False),
            )
            for form in self.kept
        ]


Texts: type[BaseTexts] = forms.formset_factory(  # type: ignore[assignment]  # the factory forgets its base
    TextForm, formset=BaseTexts, extra=0, can_delete=True, max_num=MOST_TEXTS, absolute_max=MOST_TEXTS
)


def texts_initial(texts: Sequence[ArticleText]) -> list[dict[str, Any]]:
    """The formset's beginning, from a version's texts."""
    return [
        {
            "language": text.language,
            "state_code": text.state_code,
            "title": text.title,
            "body": text.body,
            "steps": "\n".join(text.steps or ()),
            "expires_at": text.expires_at,
            "made_by_machine": text.made_by_machine,
        }
        for text in texts
    ]


CARE = ("topic", "owner", "check_by")


def leave_hidden(form: forms.Form, names: Iterable[str]) -> None:
    """Of these fields of articles the form has none that its reader may not read and edit: what is not shown stays as
    it is."""
    for name in names:
        if level_of("article", name) < Level.EDIT:
            del form.fields[name]


class CareForm(forms.Form):
    """Who looks after an article, and until when it holds."""

    topic = forms.CharField(label=_("Topic"), required=False, max_length=80)
    team = forms.ModelChoiceField(Team.objects.none(), label=_("Team"), required=False, empty_label=_("Headquarters"))
    owner = forms.ModelChoiceField(User.objects.none(), label=_("Owner"), required=False, empty_label=_("Nobody"))
    check_by = forms.DateField(
        label=_("Check again by"),
        required=False,
        widget=DateInput(),
        help_text=_("Past this day it stands on top of the list."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teams = self.fields["team"]
        teams.queryset = teams_visible_to(user)  # type: ignore[attr-defined]
        # Only an administrator makes what belongs to no team.
        teams.required = not administers(user)
        if not administers(user):
            teams.empty_label = None  # type: ignore[attr-defined]
        self.fields["owner"].queryset = colleagues(user)  # type: ignore[attr-defined]
        leave_hidden(self, CARE)


class ArticleForm(CareForm):
    title = forms.CharField(label=_("Title"), max_length=200, help_text=_("The question it answers, as people ask it."))
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=ArticleKind.choices,
        required=False,
        initial=ArticleKind.GENERAL,
        help_text=_("On voting: cites official sources, waits for voter protection, and ends by itself."),
    )
    category = forms.ModelChoiceField(
        Category.objects.all(), label=_("Category"), required=False, empty_label=_("None")
    )
    field_order = ["title", "kind", "category", "topic", "team", "owner", "check_by"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        leave_hidden(self, ["kind"])

    def clean_kind(self) -> str:
        return self.cleaned_data["kind"] or ArticleKind.GENERAL

    def clean_title(self) -> str:
        return check_words(self.cleaned_data["title"])


class RevisionForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=200, help_text=_("The question it answers, as people ask it."))
    reason = forms.CharField(
        label=_("What changed, and why"), required=False, max_length=300, help_text=_("Whoever approves it reads this.")
    )
    base_number = forms.IntegerField(widget=forms.HiddenInput(), min_value=0)

    def clean_title(self) -> str:
        return check_words(self.cleaned_data["title"])


class ApproveForm(forms.Form):
    version = forms.UUIDField(widget=forms.HiddenInput())
    check_by = forms.DateField(label=_("Check again by"), widget=DateInput())
    note = forms.CharField(label=_("Note"), required=False, max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        leave_hidden(self, ["check_by"])


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Why"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class SynonymsForm(forms.Form):
    """Sets of what means the same: a set a line, commas between its sayings."""

    sets = forms.CharField(
        label=_("What means the same"),
        required=False,
        max_length=60_000,
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text=_("A set a line, with commas: mail ballot, absentee ballot, vote by mail"),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput(), min_value=0, max_value=2**62)

    def clean_sets(self) -> list[list[str]]:
        return [line.split(",") for line in self.cleaned_data["sets"].splitlines() if line.strip()]


def care_initial(article: Article) -> dict[str, Any]:
    """The care form's beginning."""
    check_by: date | None = article.check_by
    return {"topic": article.topic, "team": article.team_id, "owner": article.owner_id, "check_by": check_by}
