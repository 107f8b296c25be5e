"""Input in, clean values out."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from .actions.holds import Over
from .models import TermKind, Who
from .queries.due import Line
from .registry import registry
from .rules import LONGEST_DAYS

MOST_NAMED = 200


class SchedulesForm(forms.Form):
    """A field a kind: days, or nothing for ever."""

    def __init__(self, lines: Iterable[Line], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = list(lines)
        for line in self.lines:
            self.fields[line.part.name] = forms.IntegerField(
                label=line.part.label,
                required=False,
                min_value=line.part.least_days,
                max_value=LONGEST_DAYS,
                initial=line.schedule.days if line.schedule else None,
                widget=forms.TextInput(attrs={"inputmode": "numeric", "placeholder": _now("for ever")}),
            )

    def rows(self) -> list[tuple[Line, Any]]:
        """Each kind with its field."""
        return [(line, self[line.part.name]) for line in self.lines]


class HoldForm(forms.Form):
    name = forms.CharField(label=_("The matter"), max_length=120)
    reason = forms.CharField(
        label=_("Why it is held"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )  # fmt: skip
    people = forms.CharField(
        label=_("People"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("An e-mail address, a phone number or the address of their page, one a line."),
    )
    conversations = forms.CharField(
        label=_("Conversations"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The addresses of their pages, one a line."),
    )
    queues = forms.MultipleChoiceField(
        label=_("Conversations of these queues"), required=False, widget=forms.CheckboxSelectMultiple
    )
    everything = forms.BooleanField(label=_("Everything in the period, of every kind"), required=False)
    since = forms.DateField(label=_("From this day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(
        label=_("To this day, and it too"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        conversations = registry.conversations
        queues = conversations.queues() if conversations else []
        self.fields["queues"].choices = queues  # type: ignore[attr-defined]

    def clean_people(self) -> list[int]:
        return self._named("people", registry.people.find if registry.people else None)

    def clean_conversations(self) -> list[int]:
        return self._named("conversations", registry.conversations.find if registry.conversations else None)

    def _named(self, field: str, find: Callable[[str], int | None] | None) -> list[int]:
        texts = [line.strip() for line in self.cleaned_data[field].splitlines() if line.strip()]
        if len(texts) > MOST_NAMED:
            raise forms.ValidationError(_("At most %(n)d lines; place a second hold."), params={"n": MOST_NAMED})
        found = {text: find(text) if find else None for text in texts}
        if missing := [text for text, pk in found.items() if pk is None]:
            raise forms.ValidationError(_("Nothing is found for: %(text)s"), params={"text": ", ".join(missing[:5])})
        return [pk for pk in found.values() if pk is not None]

    def over(self) -> list[Over]:
        """What the hold is to be over."""
        told = self.cleaned_data
        since, until = _begin(told["since"]), _begin(told["until"])
        span = (since, until + timedelta(days=1) if until else None)
        found = []
        if told["people"]:
            found.append(Over(TermKind.PEOPLE, told["people"]))
        if told["conversations"]:
            found.append(Over(TermKind.CONVERSATIONS, told["conversations"]))
        if told["queues"]:
            found.append(Over(TermKind.QUEUE, [int(pk) for pk in told["queues"]], *span))
        if told["everything"]:
            found.append(Over(TermKind.PERIOD, (), *span))
        return found


def _begin(day: Any) -> datetime | None:
    if day is None:
        return None
    return datetime.combine(day, time(), tzinfo=get_current_timezone()).astimezone(UTC)


class ReleaseForm(forms.Form):
    because = forms.CharField(
        label=_("Why it is released"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )  # fmt: skip


class AskForm(forms.Form):
    who = forms.ChoiceField(
        label=_("Who asks"),
        choices=[(one.value, one.label) for one in (Who.PERSON, Who.FOR_THEM, Who.AUTHORITY, Who.HOUSE)],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("How they asked"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("It is erased with them."),
    )
    due_on = forms.DateField(
        label=_("To be done by"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )  # fmt: skip


class RefuseForm(forms.Form):
    reason = forms.CharField(label=_("Why not"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
