"""What is written of a task: clean values out."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hustings.foundation.access.models import Team, User
from hustings.foundation.access.queries import colleagues, teams_visible_to
from hustings.foundation.core.guard import Level, level_of, unveiled
from hustings.foundation.feed.queries.seen import may_see

from .models import Task
from .queries.about import found_by
from .rules import LONGEST_TITLE, LONGEST_WORDS, RECORD

MOST_OFFERED = 500
KEEP, ME, PERSON, TEAM = "keep", "me", "person:", "team:"
# Of the form, by the record type's field that each is.
FIELDS = {"title": "title", "words": "words", "to": "assignee", "due_on": "due_on"}


class TaskForm(forms.Form):
    """`about`: "TYPE/UID" of the record it is about, which the user sees. Given to somebody who may not see that, it is
    asked back once."""

    title = forms.CharField(
        label=gettext_lazy("What is to be done?"),
        max_length=LONGEST_TITLE,
        error_messages={"required": gettext_lazy("Say what is to be done.")},
    )
    to = forms.ChoiceField(label=gettext_lazy("For whom?"))
    anyway = forms.BooleanField(
        label=gettext_lazy("Give it all the same: they read these words, and nothing of the record"), required=False
    )
    due_on = forms.DateField(
        label=gettext_lazy("Due on"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    words = forms.CharField(
        label=gettext_lazy("More about it"),
        required=False,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self, *args: Any, user: User, today: date, task: Task | None = None, about: str = "", **kwargs: Any
    ) -> None:
        if task is not None:
            kwargs["initial"] = {"title": task.title, "words": task.words, "due_on": task.due_on, "to": KEEP}
        super().__init__(*args, **kwargs)
        self.user, self.today, self.task, self.about = user, today, task, about
        self.fields["to"].choices = self._receivers()  # type: ignore[attr-defined]
        if task is not None and not task.title:
            self.fields["title"].required = False  # erased with whom it was about
        for name, field in FIELDS.items():  # what its reader may not edit is not asked, and so not written
            if level_of(RECORD, field) < Level.EDIT:
                del self.fields[name]
        if "to" not in self.fields or not self.blind():
            del self.fields["anyway"]

    def _receivers(self) -> list[Any]:
        with unveiled():
            mates = [(f"{PERSON}{one.uid}", one.name) for one in self._colleagues()]
            teams = [(f"{TEAM}{one.uid}", one.name) for one in teams_visible_to(self.user)]
        found: list[Any] = [(KEEP, _("As it is"))] if self.task is not None else []
        found.append((ME, _("Myself")))
        return [*found, *([(_("Teams"), teams)] if teams else []), *([(_("People"), mates)] if mates else [])]

    def _colleagues(self) -> list[User]:
        if level_of("user", "name") < Level.READ:
            return []
        return list(colleagues(self.user).exclude(pk=self.user.pk)[:MOST_OFFERED])

    def receiver(self) -> tuple[User | None, Team | None] | None:
        """Whom it is for, as chosen; None where nothing is changed about that."""
        chosen = self.data.get(self.add_prefix("to"), "") if self.is_bound else ""
        kind, _colon, uid = chosen.partition(":")
        if chosen == ME:
            return self.user, None
        try:
            if f"{kind}:" == PERSON:
                return colleagues(self.user).get(uid=UUID(uid)), None
            if f"{kind}:" == TEAM:
                return None, teams_visible_to(self.user).get(uid=UUID(uid))
        except (ValueError, User.DoesNotExist, Team.DoesNotExist):
            return None
        return None

    def blind(self) -> bool:
        """Whether whom it is for, as chosen, may not see what it is about."""
        receiver = self.receiver()
        if not self.about or receiver is None or receiver[0] is None or receiver[0] == self.user:
            return False
        found = found_by(self.user, self.about)
        return found is not None and not may_see(receiver[0], (found[0].name, found[1].pk))

    def clean_due_on(self) -> date | None:
        day: date | None = self.cleaned_data["due_on"]
        if day is not None and day < self.today and (self.task is None or day != self.task.due_on):
            raise forms.ValidationError(_("That day is over."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "anyway" in self.fields and not data.get("anyway"):
            receiver = self.receiver()
            name = receiver[0].name if receiver and receiver[0] else ""
            said = _("%(name)s may not see what this is about, and would read your words alone.")
            self.add_error("to", said % {"name": name})
        return data

    def facts(self) -> dict[str, Any]:
        """What the actions are given."""
        data = self.cleaned_data
        facts: dict[str, Any] = {name: data[name] for name in ("title", "words", "due_on") if name in data}
        if "to" in data and (receiver := self.receiver()) is not None:
            facts["assignee"], facts["team"] = receiver
        return facts

    def refuse(self, errors: dict[str, list[str]]) -> None:
        """What an action did not take, at the field where it was written."""
        for name, texts in errors.items():
            place = "to" if name in ("assignee", "team") else name
            self.add_error(place if place in self.fields else None, texts)
