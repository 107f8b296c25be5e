"""Input in, clean values out."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hustings.constituents.people.queries.marked import vip_kinds
from hustings.constituents.people.rules import ANY_VIP
from hustings.constituents.topics.queries.taxonomy import as_read, tops
from hustings.constituents.topics.queries.taxonomy import choices as topic_choices
from hustings.constituents.topics.queries.taxonomy import names as topic_names
from hustings.constituents.topics.rules import NATURES, STANCES, URGENCIES
from hustings.foundation.access.models import Team, User
from hustings.foundation.channels.queries import mailboxes
from hustings.foundation.core.guard import may_read
from hustings.foundation.geography.queries import state_code_of, states

from .models import Inquiry, Priority, Queue, QueueRule, Stage
from .rows import COLOURS

NINE = time(9, 0)
CONDITIONS = ("mailbox", "words", "states", "language", "topics", "natures", "urgency", "vip")
LANGUAGES = (("", gettext_lazy("Any")), ("en", gettext_lazy("English")), ("es", gettext_lazy("Spanish")))


def snooze_moments(now: datetime) -> list[tuple[str, datetime]]:
    """(words, moment) to offer, in the reader's zone: later today, tomorrow, Monday, in a week."""
    local = timezone.localtime(now)

    def at_nine(days: int) -> datetime:
        return timezone.make_aware(datetime.combine(local.date() + timedelta(days=days), NINE), local.tzinfo)

    moments = [(_("In three hours"), now + timedelta(hours=3)), (_("Tomorrow at 9"), at_nine(1))]
    to_monday = 7 - local.weekday()
    if to_monday > 1:
        moments.append((_("Monday at 9"), at_nine(to_monday)))
    moments.append((_("In a week"), at_nine(7)))
    return moments


class AssignForm(forms.Form):
    user = forms.ChoiceField(
        label=gettext_lazy("Who has it"), required=False, widget=forms.Select(attrs={"autofocus": True})
    )
    word = forms.CharField(
        label=gettext_lazy("A word to them"),
        help_text=gettext_lazy("A note in the conversation; it never leaves the campaign."),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._people = {str(user.uid): user for user in people}
        names = [(uid, user.name) for uid, user in self._people.items()]
        self.fields["user"].choices = [*names, ("", _("Nobody: back to the queue"))]  # type: ignore[attr-defined]

    def clean_user(self) -> User | None:
        return self._people.get(self.cleaned_data["user"])


class SnoozeForm(forms.Form):
    until = forms.CharField(required=False)
    day = forms.DateField(
        label=gettext_lazy("Or on a day of your choice, at 9"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        moment = _moment(cleaned.get("until") or "")
        if cleaned.get("day"):
            moment = timezone.make_aware(datetime.combine(cleaned["day"], NINE))
        if moment is None:
            raise forms.ValidationError(_("Choose until when."))
        return {**cleaned, "moment": moment}


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


class CloseForm(forms.Form):
    none_needed = forms.BooleanField(required=False)
    reason = forms.CharField(required=False, max_length=200)


class StageForm(forms.Form):
    stage = forms.ChoiceField(choices=[(Stage.ANSWER.value, ""), (Stage.NONE.value, "")])


class PriorityForm(forms.Form):
    priority = forms.TypedChoiceField(
        choices=[(p.value, p.label) for p in Priority if p != Priority.CRISIS],
        coerce=lambda value: Priority(int(value)),
    )


class MoveForm(forms.Form):
    queue = forms.ModelChoiceField(
        label=gettext_lazy("Queue"),
        queryset=Queue.objects.order_by("position", "id"),
        to_field_name="slug",
        widget=forms.RadioSelect,
        empty_label=None,
    )


class TagForm(forms.Form):
    """Tags as they should be, parted by commas."""

    tags = forms.CharField(
        label=gettext_lazy("Tags"),
        help_text=gettext_lazy("Parted by commas."),
        required=False,
        max_length=1000,
        widget=forms.TextInput(attrs={"autofocus": True}),
    )

    def clean_tags(self) -> list[str]:
        return [" ".join(tag.split()) for tag in self.cleaned_data["tags"].split(",") if tag.strip()]


class AboutForm(forms.Form):
    """What the letter is about, as the reader sees it: topics, what the writer wants, how soon, which side. There is
    room for three topics, or as many as it has; those it has can be chosen even where they were retired since."""

    PLACES = ("first", "second", "third", "fourth", "fifth")
    ABOUT = dict.fromkeys(PLACES, "topic")  # which field of the conversation each stands for

    first = forms.ChoiceField(label=gettext_lazy("Topic"), required=False)
    second = forms.ChoiceField(label=gettext_lazy("And"), required=False)
    third = forms.ChoiceField(label=gettext_lazy("And also"), required=False)
    fourth = forms.ChoiceField(label=gettext_lazy("And also"), required=False)
    fifth = forms.ChoiceField(label=gettext_lazy("And also"), required=False)
    nature = forms.ChoiceField(
        label=gettext_lazy("The writer wants"), choices=(("", gettext_lazy("Not said")), *NATURES), required=False
    )
    urgency = forms.TypedChoiceField(label=gettext_lazy("How soon"), choices=URGENCIES, coerce=int)
    stance = forms.ChoiceField(
        label=gettext_lazy("On the topic"), choices=(("", gettext_lazy("Not said")), *STANCES), required=False
    )

    def __init__(self, *args: Any, inquiry: Inquiry, **kwargs: Any) -> None:
        own = as_read(inquiry.topics, tops())
        kwargs["initial"] = {
            **dict(zip(self.PLACES, own, strict=False)),
            **{name: getattr(inquiry, name) for name in ("nature", "urgency", "stance")},
        }
        super().__init__(*args, **kwargs)
        for name in self.PLACES[max(3, len(own)) :]:
            del self.fields[name]
        choices = [("", _("None")), *_with_own(topic_choices(), own)]
        for field in self.topic_fields():
            field.field.choices = choices
        for name in [name for name in self.fields if not may_read("inquiry", self.ABOUT.get(name, name))]:
            del self.fields[name]  # who may not read it would write over it unseen

    def topic_fields(self) -> list[Any]:
        """Those of the topics, in their order."""
        return [self[name] for name in self.PLACES if name in self.fields]

    def values(self) -> dict[str, Any]:
        """What actions.about.correct is told: nothing of the fields that the reader may not read."""
        given = self.cleaned_data
        topics = dict.fromkeys(given[name] for name in self.PLACES if given.get(name))
        told: dict[str, Any] = {name: given[name] for name in ("nature", "urgency", "stance") if name in given}
        return {"topics": list(topics), **told} if self.topic_fields() else told


def _with_own(choices: list[tuple[str, list[tuple[str, str]]]], own: list[str]) -> list[Any]:
    """The same, and those of its own that letters get no more."""
    known = {slug for _area, pairs in choices for slug, _name in pairs}
    if gone := [slug for slug in own if slug not in known]:
        names = topic_names(gone)
        return [*choices, (_("Retired"), [(slug, names.get(slug, slug)) for slug in gone])]
    return choices


class NoteForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Note to the team"),
        help_text=gettext_lazy("Write @ and a name to call a colleague. It never leaves the campaign."),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4, "autofocus": True}),
    )


class MergeForm(forms.Form):
    into = forms.UUIDField(
        label=gettext_lazy("The other inquiry"),
        error_messages={
            "invalid": gettext_lazy("Choose one of these, or paste the address of another inquiry."),
            "required": gettext_lazy("Choose one of these, or paste the address of another inquiry."),
        },
    )

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        if data is not None:
            # A whole address may be pasted: the identity is in it.
            pasted = str(data.get("other") or data.get("into") or "").strip()
            at = pasted.partition("/i/")[2] or pasted
            data = {"into": at.split("/")[0].split("?")[0]}
        super().__init__(data, **kwargs)


class BulkForm(forms.Form):
    """One act over many: what, with what, and over which (`ids`, or `all` in the list of the state `list`)."""

    verb = forms.ChoiceField(choices=[(v, v) for v in ("assign", "tag", "close", "none", "snooze", "move", "reopen")])
    all = forms.BooleanField(required=False)
    list = forms.CharField(required=False, max_length=2000)
    assignee = forms.CharField(required=False)
    tags = forms.CharField(required=False, max_length=1000)
    queue = forms.ModelChoiceField(required=False, queryset=Queue.objects.all(), to_field_name="slug")
    until = forms.CharField(required=False)
    day = forms.DateField(required=False)

    def values(self) -> dict[str, Any]:
        """What the verb is given, as actions.bulk.start_run reads it. ValueError, with words, where it lacks."""
        given, verb = self.cleaned_data, self.cleaned_data["verb"]
        if verb == "assign":
            user = User.objects.filter(uid=given["assignee"]).first() if given["assignee"] else None
            return {"assignee": user.pk if user else None}
        if verb == "tag":
            tags = [" ".join(tag.split()) for tag in given["tags"].split(",") if tag.strip()]
            if not tags:
                raise ValueError(_("Write the tag to put on. Nothing was changed."))
            return {"add": tags}
        if verb == "move":
            if given["queue"] is None:
                raise ValueError(_("Choose the queue. Nothing was changed."))
            return {"queue": given["queue"].pk}
        if verb == "snooze":
            day = given["day"]
            moment = timezone.make_aware(datetime.combine(day, NINE)) if day else _moment(given["until"])
            if moment is None:
                raise ValueError(_("Say until when. Nothing was changed."))
            return {"until": moment.isoformat()}
        return {"none_needed": True} if verb == "none" else {}


class ViewForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    query = forms.CharField(max_length=2000, widget=forms.HiddenInput)
    team = forms.ModelChoiceField(
        label=gettext_lazy("Who sees it"),
        queryset=Team.objects.none(),
        required=False,
        empty_label=gettext_lazy("Only me"),
    )

    def __init__(self, *args: Any, teams: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = teams  # type: ignore[attr-defined]


class QueueForm(forms.ModelForm):
    class Meta:
        model = Queue
        fields = ("name", "team", "colour", "minutes_to_answer", "is_crisis")
        labels = {
            "name": gettext_lazy("Name"),
            "team": gettext_lazy("The team that answers it"),
            "colour": gettext_lazy("Colour"),
            "is_crisis": gettext_lazy("For people in crisis: only those who are trained, and leads, see it"),
        }

    hours_to_answer = forms.FloatField(
        label=gettext_lazy("Hours to answer"), min_value=0.25, max_value=24 * 60, initial=48
    )

    is_extra = forms.BooleanField(
        label=gettext_lazy("An extra queue, closed now: its rules hold only in surge mode"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["is_extra"].initial = not self.instance.is_open
        del self.fields["minutes_to_answer"]
        names = (_("Green"), _("Olive"), _("Gold"), _("Blue"), _("Violet"), _("Rose"))
        choices = list(enumerate(names[: len(COLOURS)], start=1))
        self.fields["colour"] = forms.TypedChoiceField(label=_("Colour"), choices=choices, coerce=int)
        self.fields["name"].widget = forms.TextInput()
        if self.instance.pk:
            self.fields["hours_to_answer"].initial = f"{self.instance.minutes_to_answer / 60:g}"
        self.order_fields(["name", "team", "hours_to_answer", "colour", "is_crisis", "is_extra"])

    def facts(self) -> dict[str, Any]:
        """What actions.queues.save_queue writes."""
        given = dict(self.cleaned_data)
        given["is_open"] = not given.pop("is_extra")
        return {**given, "minutes_to_answer": round(given.pop("hours_to_answer") * 60)}


class RuleForm(forms.Form):
    """A rule; every condition that is given must hold."""

    mailbox = forms.ChoiceField(label=gettext_lazy("Written to"), required=False)
    words = forms.CharField(
        label=gettext_lazy("Any of these words or phrases"),
        help_text=gettext_lazy("Parted by commas. Whole words, without regard to capitals or accents."),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    states = forms.CharField(
        label=gettext_lazy("From these states"),
        help_text=gettext_lazy("Parted by commas: OH, Georgia."),
        required=False,
        max_length=400,
    )
    language = forms.ChoiceField(label=gettext_lazy("In this language"), choices=LANGUAGES, required=False)
    topics = forms.MultipleChoiceField(
        label=gettext_lazy("About any of these topics"),
        help_text=gettext_lazy("As it was read when it came; a topic that is suggested only does not count."),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 6}),
    )
    natures = forms.MultipleChoiceField(
        label=gettext_lazy("What the writer wants: any of these"), choices=NATURES, required=False,
        widget=forms.SelectMultiple(attrs={"size": 5}),
    )  # fmt: skip
    urgency = forms.TypedChoiceField(
        label=gettext_lazy("At least this urgent"),
        choices=((0, gettext_lazy("Any")), *URGENCIES[1:]),
        coerce=int,
        required=False,
        empty_value=0,
    )
    vip = forms.ChoiceField(label=gettext_lazy("Written by a VIP"), required=False)
    queue = forms.ModelChoiceField(label=gettext_lazy("Goes to"), queryset=Queue.objects.none(), empty_label=None)
    priority = forms.TypedChoiceField(label=gettext_lazy("Priority"), required=False, coerce=int, empty_value=None)
    hours = forms.FloatField(
        label=gettext_lazy("Hours to answer"),
        help_text=gettext_lazy("Empty: as the queue says."),
        required=False,
        min_value=0.25,
        max_value=24 * 60,
    )
    tag = forms.CharField(label=gettext_lazy("Gets the tag"), required=False, max_length=40)

    def __init__(self, *args: Any, queues: Any, rule: QueueRule | None = None, **kwargs: Any) -> None:
        if rule is not None:
            hours = f"{rule.minutes_to_answer / 60:g}" if rule.minutes_to_answer else None
            kwargs["initial"] = {
                "mailbox": rule.mailbox, "words": ", ".join(rule.words), "states": ", ".join(rule.states),
                "language": rule.language, "topics": rule.topics, "natures": rule.natures, "urgency": rule.urgency,
                "vip": rule.vip, "queue": rule.queue_id, "priority": rule.priority, "hours": hours,
                "tag": rule.tag,
            }  # fmt: skip
        super().__init__(*args, **kwargs)
        self.fields["queue"].queryset = queues  # type: ignore[attr-defined]
        addresses = [(box.address, box.address) for box in mailboxes()]
        self.fields["mailbox"].choices = [("", _("Any address of ours")), *addresses]  # type: ignore[attr-defined]
        self.fields["topics"].choices = topic_choices()  # type: ignore[attr-defined]
        kinds = [("", _("Anyone")), (ANY_VIP, _("Any VIP")), *vip_kinds().items()]
        self.fields["vip"].choices = kinds  # type: ignore[attr-defined]
        ranks = [(p.value, p.label) for p in Priority if p != Priority.CRISIS]
        self.fields["priority"].choices = [("", _("As usual")), *ranks]  # type: ignore[attr-defined]

    def clean_states(self) -> list[str]:
        codes = []
        for name in (part.strip() for part in self.cleaned_data["states"].split(",")):
            code = state_code_of(name) if name else ""
            if name and not code:
                raise forms.ValidationError(_("“%(name)s” is no state we know."), params={"name": name})
            codes += [code] if code else []
        return codes

    def clean_words(self) -> list[str]:
        return [" ".join(word.split()) for word in self.cleaned_data["words"].split(",") if word.strip()]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and not any(given.get(name) for name in CONDITIONS):
            raise forms.ValidationError(_("Give at least one condition: a mailbox, words, a topic, a state."))
        return given

    def facts(self) -> dict[str, Any]:
        """What actions.queues.save_rule writes."""
        given = dict(self.cleaned_data)
        hours = given.pop("hours")
        return {**given, "minutes_to_answer": round(hours * 60) if hours else None}


def state_choices() -> list[tuple[str, str]]:
    """For the filter: every state by its name."""
    return [("", _("Any state")), *states()]
