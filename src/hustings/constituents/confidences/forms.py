"""Input in, clean values out."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import Decision, Risk


class OpenForm(forms.Form):
    organisation = forms.CharField(label=_("Organisation"), max_length=200, required=False)
    subject = forms.CharField(label=_("Vetted for"), max_length=500, required=False)


class FileForm(forms.Form):
    subject = forms.CharField(label=_("Vetted for"), max_length=500, required=False)
    findings = forms.CharField(
        label=_("Findings"), max_length=20_000, required=False, widget=forms.Textarea(attrs={"rows": 10})
    )
    risk = forms.ChoiceField(label=_("Risk"), choices=Risk.choices, required=False)
    decision = forms.ChoiceField(label=_("Decision"), choices=Decision.choices)
    decided_because = forms.CharField(
        label=_("Why it was decided so"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class DocumentForm(forms.Form):
    document = forms.FileField(
        label=_("A document"), help_text=_("At most 20 MB. It is kept encrypted.")
    )  # fmt: skip
