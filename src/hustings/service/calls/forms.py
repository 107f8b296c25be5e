"""What is noted of a call: clean values out."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import Direction, Outcome
from .rules import LONGEST_NOTE


class BeginForm(forms.Form):
    """Whom the call is with: a person, or whoever a conversation is of."""

    person = forms.UUIDField(required=False)
    inquiry = forms.UUIDField(required=False)


class UndoForm(forms.Form):
    """Why what was noted is undone; `asks_why`: it must be said."""

    because = forms.CharField(label=_("Why"), required=False, max_length=LONGEST_NOTE)

    def __init__(self, *args: Any, asks_why: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_why:
            del self.fields["because"]


class NoteForm(forms.Form):
    """`text`: the approved words that were said."""

    direction = forms.ChoiceField(
        label=_("Who called?"), choices=Direction.choices, initial=Direction.OUT, widget=forms.RadioSelect
    )
    outcome = forms.ChoiceField(label=_("What came of it?"), choices=Outcome.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For colleagues. Who may see the call reads it."),
    )
    text = forms.UUIDField(required=False, widget=forms.HiddenInput)
    close = forms.BooleanField(label=_("The conversation is done"), required=False)

    def clean(self) -> dict[str, object]:
        data = super().clean() or {}
        if data.get("direction") == Direction.IN and data.get("outcome") in (
            Outcome.MESSAGE, Outcome.NO_ANSWER, Outcome.WRONG,
        ):  # fmt: skip
            self.add_error("outcome", _("They called you: say whether you spoke, or they asked not to be called."))
        return data
