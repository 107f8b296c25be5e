"""Input in, clean values out."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hustings.service.answers.models import Article

from .actions.changing import LONGEST_NAME
from .models import Group, Position, Status


class NameForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=LONGEST_NAME, strip=True)


class SponsorForm(forms.Form):
    sponsor = forms.CharField(
        label=gettext_lazy("Who is behind it"),
        help_text=gettext_lazy("Leave it empty when nobody is: people write by themselves."),
        max_length=LONGEST_NAME,
        required=False,
    )


class PositionForm(forms.Form):
    position = forms.ChoiceField(
        label=gettext_lazy("What the letters ask for"),
        choices=[(value, label) for value, label in Position.choices if value],
        widget=forms.RadioSelect,
    )


class StatusForm(forms.Form):
    status = forms.ChoiceField(label=gettext_lazy("This campaign is"), choices=Status.choices, widget=forms.RadioSelect)


class CombineForm(forms.Form):
    into = forms.ChoiceField(
        label=gettext_lazy("Read it as"),
        help_text=gettext_lazy("Its letters stay where they are, and are counted there. You can take this back."),
    )

    def __init__(self, *args: Any, others: list[Group], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._others = {str(group.uid): group for group in others}
        names = [
            (uid, f"{group.name} ({group.letters:,})" if group.letters else group.name)
            for uid, group in self._others.items()
        ]
        self.fields["into"].choices = names  # type: ignore[attr-defined]

    def clean_into(self) -> Group:
        return self._others[self.cleaned_data["into"]]


class SplitForm(forms.Form):
    words = forms.CharField(
        label=gettext_lazy("Letters that say"),
        help_text=gettext_lazy("Words as they stand in the letters; capitals and line ends do not matter."),
        max_length=300,
    )
    name = forms.CharField(label=gettext_lazy("Name of the new campaign"), max_length=LONGEST_NAME)

    def clean_words(self) -> str:
        words = " ".join(self.cleaned_data["words"].split())
        if len(words) < 4:
            raise ValidationError(_("Name a few words, so that it is clear which letters are meant."))
        return words


class ReplyForm(forms.Form):
    article = forms.ChoiceField(
        label=gettext_lazy("Approved answer"),
        help_text=gettext_lazy("Its approved version, as it is now. When it is withdrawn, nobody gets it any more."),
    )
    until = forms.DateField(
        label=gettext_lazy("For letters that come until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, articles: list[Article], **kwargs: Any) -> None:
        """`articles` are approved."""
        super().__init__(*args, **kwargs)
        self._articles = {str(one.uid): one for one in articles}
        self.fields["article"].choices = [(uid, one.title) for uid, one in self._articles.items()]  # type: ignore[attr-defined]

    def clean_article(self) -> Article:
        return self._articles[self.cleaned_data["article"]]
