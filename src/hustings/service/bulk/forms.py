"""Input in, clean values out."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hustings.service.answers.models import Article

from .actions.drafting import LONGEST, Draft
from .queries import choosing
from .rules import LEAST_PACE, MOST_PACE

LANGUAGES = ("en", "es")
OPENING = {
    "en": 'Dear {{ person.first_name | default: "friend" }},',
    "es": 'Hola, {{ person.first_name | default: "gracias por escribirnos" }}:',
}
CLOSING = {
    "en": "With kind regards,\n{{ agent.first_name }}, {{ campaign.name }}",
    "es": "Un saludo cordial,\n{{ agent.first_name }}, {{ campaign.name }}",
}


def _words(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 2}), strip=True
    )


class WordsForm(forms.Form):
    """What it says, and how fast it leaves."""

    article = forms.ChoiceField(
        label=_("The answer"),
        help_text=_("Approved language; each writer gets its words for their state and language."),
    )
    opening_en = _words(_("Before it, in English"))
    closing_en = _words(_("After it, in English"))
    opening_es = _words(_("Before it, in Spanish"))
    closing_es = _words(_("After it, in Spanish"))
    successor = forms.ChoiceField(
        label=_("Once the polls have closed"),
        help_text=_(
            "Of an answer on voting: what is still true then. Without one, those letters go back to their queue."
        ),
        required=False,
    )
    pace = forms.IntegerField(
        label=_("Letters a minute"), min_value=LEAST_PACE, max_value=MOST_PACE, initial=300,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    title = forms.CharField(
        label=_("What colleagues see it under"), required=False, max_length=200,
        help_text=_("Without a title it is called as its answer."),
    )  # fmt: skip

    def __init__(self, *args: Any, first: Sequence[Article] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = choosing.articles(first)
        self.fields["article"].choices = found  # type: ignore[attr-defined]
        self.fields["successor"].choices = [("", _("Nothing: back to the queue")), *found]  # type: ignore[attr-defined]

    def clean_article(self) -> Article:
        return self._approved(self.cleaned_data["article"])

    def clean_successor(self) -> Article | None:
        chosen = self.cleaned_data["successor"]
        return self._approved(chosen) if chosen else None

    def _approved(self, uid: str) -> Article:
        article = choosing.by_uid(uid)
        if article is None:
            raise forms.ValidationError(_("This answer was withdrawn meanwhile. Choose another."))
        return article

    def draft(self) -> Draft:
        given = self.cleaned_data
        return Draft(
            article=given["article"],
            title=given["title"],
            opening={code: given[f"opening_{code}"] for code in LANGUAGES},
            closing={code: given[f"closing_{code}"] for code in LANGUAGES},
            successor=given["successor"],
            pace=given["pace"],
        )


class DeclineForm(forms.Form):
    because = forms.CharField(
        label=_("What is to be changed"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3, "autofocus": True})
    )


class PaceForm(forms.Form):
    pace = forms.IntegerField(label=_("Letters a minute"), min_value=LEAST_PACE, max_value=MOST_PACE)
