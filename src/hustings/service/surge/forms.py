"""The plan, the order, the freeze: input in, clean values out."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hustings.constituents.topics.queries import taxonomy
from hustings.foundation.access.models import Team, User
from hustings.foundation.access.queries import slugs_that_can
from hustings.foundation.core.clock import now
from hustings.service.answers.queries.public import public_articles
from hustings.service.answers.rules import check_merge_fields
from hustings.service.desk.models import Queue

from .models import FrozenKind, GiveWay, Plan
from .queries.natures import NATURES

LANGUAGES = ("en", "es")
MOST = 100_000_000  # letters, of whatever count


class PlanForm(forms.Form):
    by_rule = forms.BooleanField(label=gettext_lazy("The rule switches surge mode on and off"), required=False)
    arrivals_on = forms.IntegerField(label=gettext_lazy("On at so many letters a minute"), min_value=1, max_value=MOST)
    arrivals_off = forms.IntegerField(label=gettext_lazy("Off under so many a minute"), min_value=0, max_value=MOST)
    waiting_on = forms.IntegerField(label=gettext_lazy("Or on at so many waiting"), min_value=1, max_value=MOST)
    waiting_off = forms.IntegerField(label=gettext_lazy("Off under so many waiting"), min_value=0, max_value=MOST)
    minutes_on = forms.IntegerField(label=gettext_lazy("Minutes it must last to switch on"), min_value=0, max_value=240)
    minutes_off = forms.IntegerField(
        label=gettext_lazy("Minutes of calm to switch off"), min_value=0, max_value=24 * 60
    )
    queues = forms.MultipleChoiceField(
        label=gettext_lazy("Extra queues to open"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Make them under Queues and rules; closed, their rules hold for no letter."),
    )
    articles = forms.MultipleChoiceField(
        label=gettext_lazy("Answers put before the web form"), required=False, widget=forms.CheckboxSelectMultiple
    )
    acknowledgement_en = forms.CharField(
        label=gettext_lazy("What is said to whoever writes, in English"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Empty: the usual. Merge fields as in approved language, with a default."),
    )
    acknowledgement_es = forms.CharField(
        label=gettext_lazy("The same in Spanish"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    teams = forms.MultipleChoiceField(
        label=gettext_lazy("Teams that can be called in, in this order"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    calls_by_rule = forms.BooleanField(label=gettext_lazy("The rule calls the next team in"), required=False)
    clear_within = forms.IntegerField(
        label=gettext_lazy("when the backlog would not clear within so many hours"), min_value=1, max_value=48
    )

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        names = [name for name in self.base_fields if hasattr(plan, name)]
        said = {f"acknowledgement_{code}": plan.acknowledgements.get(code, "") for code in LANGUAGES}
        chosen = {name: [str(one) for one in getattr(plan, name)] for name in ("queues", "teams")}
        kwargs["initial"] = {name: getattr(plan, name) for name in names} | said | chosen
        super().__init__(*args, **kwargs)
        extra = Queue.objects.filter(is_open=False) | Queue.objects.filter(pk__in=plan.queues)
        articles = public_articles(now()).order_by("title").values_list("uid", "title")
        self._choose("queues", [(str(pk), name) for pk, name in extra.order_by("name").values_list("pk", "name")])
        self._choose("articles", [(str(uid), title) for uid, title in articles])
        self._choose("teams", [(str(pk), name) for pk, name in Team.objects.order_by("name").values_list("pk", "name")])

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for code in LANGUAGES:
            if errors := check_merge_fields(given.get(f"acknowledgement_{code}", "")):
                self.add_error(f"acknowledgement_{code}", str(errors[0]))
        return given

    def facts(self) -> dict[str, Any]:
        """What actions.planning.save_plan writes."""
        given = dict(self.cleaned_data)
        said = {code: given.pop(f"acknowledgement_{code}").strip() for code in LANGUAGES}
        given["acknowledgements"] = {code: words for code, words in said.items() if words}
        return {**given, "queues": [int(pk) for pk in given["queues"]], "teams": [int(pk) for pk in given["teams"]]}


def topic_choices() -> list[tuple[str, str]]:
    """Every topic that letters get, by its area; and what a step names that was retired since."""
    known = [(slug, f"{area}: {name}") for area, topics in taxonomy.choices() for slug, name in topics]
    there = {slug for slug, _name in known}
    kept = dict.fromkeys(slug for row in GiveWay.objects.all() for slug in row.topics if slug not in there)
    names = taxonomy.names(kept) if kept else {}
    return [*known, *((slug, _("Not in use any more: %(topic)s") % {"topic": names.get(slug, slug)}) for slug in kept)]


class StepForm(forms.Form):
    """A step of the order; one without a name is left out."""

    name = forms.CharField(label=gettext_lazy("What gives way"), required=False, max_length=120)
    from_waiting = forms.IntegerField(
        label=gettext_lazy("From so many waiting"), required=False, min_value=0, max_value=MOST
    )
    never = forms.BooleanField(label=gettext_lazy("Never gives way"), required=False)
    natures = forms.MultipleChoiceField(
        label=gettext_lazy("Natures"),
        required=False,
        choices=list(NATURES.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    topics = forms.MultipleChoiceField(
        label=gettext_lazy("Topics"), required=False, choices=topic_choices, widget=forms.CheckboxSelectMultiple
    )

    def plain_fields(self) -> list[forms.BoundField]:
        return [self["name"], self["from_waiting"], self["never"]]

    def picks(self) -> list[tuple[forms.BoundField, str]]:
        """What it names, each with the chosen ones in words."""
        return [(self[name], ", ".join(self._chosen(self[name]))) for name in ("natures", "topics")]

    def _chosen(self, bound: forms.BoundField) -> list[str]:
        wanted = bound.value() or []
        return [str(label) for value, label in bound.field.choices if value in wanted]  # type: ignore[attr-defined]

    def step(self) -> dict[str, Any]:
        return {**self.cleaned_data, "from_waiting": self.cleaned_data["from_waiting"] or 0}


StepFormSet = forms.formset_factory(StepForm, extra=2, max_num=20)


def steps_initial() -> list[dict[str, Any]]:
    """The order as the form shows it."""
    return [
        {
            "name": row.name,
            "natures": row.natures,
            "topics": row.topics,
            "from_waiting": row.from_waiting,
            "never": row.never,
        }
        for row in GiveWay.objects.all()
    ]


class FreezeForm(forms.Form):
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("What must not change"), choices=FrozenKind.choices, widget=forms.CheckboxSelectMultiple
    )
    keepers = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Who may let a change through, with a reason"),
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        leading = User.objects.filter(is_active=True, roles__overlap=slugs_that_can("lead"))
        self.fields["keepers"].queryset = leading.order_by("name")  # type: ignore[attr-defined]


class LeaveForm(forms.Form):
    user = forms.ModelChoiceField(label=gettext_lazy("Who may change it"), queryset=User.objects.none())
    kind = forms.ChoiceField(label=gettext_lazy("What"))
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, kinds: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = User.objects.filter(is_active=True).order_by("name")  # type: ignore[attr-defined]
        choices = [(kind, FrozenKind(kind).label) for kind in kinds if kind != FrozenKind.CODE]
        self.fields["kind"].choices = [("", _("Choose")), *choices]  # type: ignore[attr-defined]
