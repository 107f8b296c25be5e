"""Input in, clean values out."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .models import Area, Topic
from .queries import taxonomy
from .rules import LONGEST_EXAMPLE, MOST_EXAMPLES, phrases_of

LANGUAGES = (("en", gettext_lazy("English")), ("es", gettext_lazy("Spanish")))


class AreaForm(forms.Form):
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=80)
    name_es = forms.CharField(label=gettext_lazy("Name in Spanish"), max_length=80, required=False)

    def names(self) -> dict[str, str]:
        return _spoken(self.cleaned_data, "name")


class TopicForm(forms.Form):
    """A topic: names, words and examples in each language, where it goes, and from when on it is given."""

    area = forms.ModelChoiceField(
        label=gettext_lazy("Area"), queryset=Area.objects.none(), to_field_name="slug", empty_label=None
    )
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=80)
    name_es = forms.CharField(label=gettext_lazy("Name in Spanish"), max_length=80, required=False)
    words_en = forms.CharField(
        label=gettext_lazy("Words and phrases in English"),
        help_text=gettext_lazy("Parted by commas. Whole words; a star at the end lets a word go on: immigra*"),
        required=False,
        max_length=12_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    words_es = forms.CharField(
        label=gettext_lazy("Words and phrases in Spanish"), required=False, max_length=12_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    examples_en = forms.CharField(
        label=gettext_lazy("Examples in English"),
        help_text=gettext_lazy("One a line: what somebody might write. Models learn from them too."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    examples_es = forms.CharField(
        label=gettext_lazy("Examples in Spanish"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    queue_hint = forms.CharField(
        label=gettext_lazy("Queue or skill that suits"),
        help_text=gettext_lazy("A word for whoever writes queue rules; by itself it sends no letter anywhere."),
        required=False,
        max_length=60,
    )
    apply_from = forms.FloatField(
        label=gettext_lazy("Given from"),
        help_text=gettext_lazy("Per cent of sureness from which letters get the topic. Empty: as usual."),
        required=False, min_value=1, max_value=100,
    )  # fmt: skip
    suggest_from = forms.FloatField(
        label=gettext_lazy("Suggested from"),
        help_text=gettext_lazy("Per cent from which it is shown to whoever reads the letter; below it is left out."),
        required=False, min_value=1, max_value=100,
    )  # fmt: skip

    def __init__(self, *args: Any, topic: Topic | None = None, **kwargs: Any) -> None:
        if topic is not None:
            kwargs["initial"] = _initial(topic)
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = Area.objects.order_by("position", "id")  # type: ignore[attr-defined]

    def clean_words_en(self) -> list[str]:
        return _phrases(self.cleaned_data["words_en"])

    def clean_words_es(self) -> list[str]:
        return _phrases(self.cleaned_data["words_es"])

    def clean_examples_en(self) -> list[str]:
        return _examples(self.cleaned_data["examples_en"])

    def clean_examples_es(self) -> list[str]:
        return _examples(self.cleaned_data["examples_es"])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        apply, suggest = given.get("apply_from"), given.get("suggest_from")
        if apply is not None and suggest is not None and suggest > apply:
            self.add_error("suggest_from", _("A topic is suggested before it is given: at most %(n)g.") % {"n": apply})
        return given

    def facts(self) -> dict[str, Any]:
        """What actions.taxonomy.save_topic writes."""
        given = self.cleaned_data
        return {
            "area": given["area"],
            "names": _spoken(given, "name"),
            "words": _spoken(given, "words"),
            "examples": _spoken(given, "examples"),
            "queue_hint": given["queue_hint"],
            "apply_from": given["apply_from"] / 100 if given["apply_from"] else None,
            "suggest_from": given["suggest_from"] / 100 if given["suggest_from"] else None,
        }


class MergeForm(forms.Form):
    into = forms.ModelChoiceField(
        label=gettext_lazy("Read as"), queryset=Topic.objects.none(), to_field_name="slug", empty_label=None
    )

    def __init__(self, *args: Any, topic: Topic, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = taxonomy.topics().exclude(pk=topic.pk)  # type: ignore[attr-defined]


class SplitForm(forms.Form):
    """The new topic's names, and which words and examples go with it."""

    name_en = forms.CharField(label=gettext_lazy("The new topic's name in English"), max_length=80)
    name_es = forms.CharField(label=gettext_lazy("In Spanish"), max_length=80, required=False)
    words_en = forms.MultipleChoiceField(
        label=gettext_lazy("Words that go with it"), required=False, widget=forms.CheckboxSelectMultiple
    )
    words_es = forms.MultipleChoiceField(
        label=gettext_lazy("Words in Spanish"), required=False, widget=forms.CheckboxSelectMultiple
    )
    examples_en = forms.MultipleChoiceField(
        label=gettext_lazy("Examples"), required=False, widget=forms.CheckboxSelectMultiple
    )
    examples_es = forms.MultipleChoiceField(
        label=gettext_lazy("Examples in Spanish"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, topic: Topic, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in ("words", "examples"):
            for code, _name in LANGUAGES:
                own = getattr(topic, kind).get(code, [])
                if own:
                    self.fields[f"{kind}_{code}"].choices = [(one, one) for one in own]  # type: ignore[attr-defined]
                else:
                    del self.fields[f"{kind}_{code}"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and not (given.get("words_en") or given.get("words_es")):
            raise forms.ValidationError(_("Choose at least one word that goes with the new topic."))
        return given

    def facts(self) -> dict[str, Any]:
        """What actions.joining.split_topic writes."""
        given = self.cleaned_data
        return {"names": _spoken(given, "name"), "words": _spoken(given, "words"),
                "examples": _spoken(given, "examples")}  # fmt: skip


def _spoken(given: Mapping[str, Any], name: str) -> dict[str, Any]:
    """By language, without those that say nothing."""
    return {code: given[f"{name}_{code}"] for code, _label in LANGUAGES if given.get(f"{name}_{code}")}


def _initial(topic: Topic) -> dict[str, Any]:
    initial: dict[str, Any] = {"area": topic.area.slug, "queue_hint": topic.queue_hint}
    for code, _label in LANGUAGES:
        initial[f"name_{code}"] = topic.names.get(code, "")
        initial[f"words_{code}"] = ", ".join(topic.words.get(code, []))
        initial[f"examples_{code}"] = "\n".join(topic.examples.get(code, []))
    for name in ("apply_from", "suggest_from"):
        value = getattr(topic, name)
        initial[name] = f"{value * 100:g}" if value is not None else None
    return initial


def _phrases(text: str) -> list[str]:
    try:
        return phrases_of(text)
    except ValueError as error:
        raise forms.ValidationError(str(error)) from None


def _examples(text: str) -> list[str]:
    lines = list(dict.fromkeys(" ".join(line.split()) for line in text.splitlines() if line.strip()))
    if len(lines) > MOST_EXAMPLES or any(len(line) > LONGEST_EXAMPLE for line in lines):
        raise forms.ValidationError(_("At most 100 examples of 500 characters each."))
    return lines
