"""Made-up words for the style guide. No page but the style guide reads this."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils import timezone


class SampleForm(forms.Form):
    name = forms.CharField(label="Your name", help_text="Voters see only the first one.")
    email = forms.EmailField(label="Email address")
    state = forms.ChoiceField(
        label="Your state", choices=[("", "Choose your state"), ("OH", "Ohio"), ("PA", "Pennsylvania")]
    )
    text = forms.CharField(
        label="Your question", widget=forms.Textarea(attrs={"rows": 3}), help_text="As you would say it to a neighbor."
    )
    by = forms.ChoiceField(
        label="How shall we answer?", choices=[("email", "By email"), ("phone", "By phone")], widget=forms.RadioSelect
    )
    queues = forms.MultipleChoiceField(
        label="Queues",
        choices=[("v", "Voter help"), ("d", "Donations")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    agreed = forms.BooleanField(label="I have read the code of conduct", help_text="Five promises, in plain words.")
    file = forms.FileField(label="A photo or letter that helps", required=False)


def style_guide() -> dict[str, Any]:
    now = timezone.now()
    return {
        "now": now,
        "soon": now + timedelta(minutes=52),
        "late": now - timedelta(minutes=18),
        "later": now + timedelta(hours=5),
        "day_before": now - timedelta(days=1, hours=2),
        "form": SampleForm(initial={"by": "email"}),
        "bad": SampleForm(
            {"name": "Pat", "email": "pat.example.org", "text": "", "state": "", "by": "fax"}, auto_id="bad_%s"
        ),
        "page": Paginator(range(97), 20).page(2),
        "facts": [("Precinct", "Columbus 19-C"), ("County", "Franklin"), ("Market", "")],
        "columns": [
            {"label": "Person", "sort": "name"},
            {"label": "Place"},
            {"label": "Letters", "sort": "letters", "class": "num"},
            {"label": "Due", "sort": "due", "class": "num"},
        ],
        "rows": [
            ("Ruth Abernathy", "Columbus, OH", 6, now + timedelta(minutes=52), "warn"),
            ("Curtis Bell", "Erie, PA", 1, now - timedelta(minutes=18), "late"),
            ("Walt Nygaard", "Duluth, MN", 2, now + timedelta(hours=3), ""),
        ],
        "tabs": [
            {"label": "All", "href": "?show=all", "current": True, "count": 31},
            {"label": "Letters", "href": "?show=letters", "count": 6},
            {"label": "Notes", "href": "?show=notes", "count": 0},
        ],
        "history": [
            {"icon": "phone", "text": "Call, spoke with Ines, 4 min", "at": now - timedelta(days=13)},
            {"icon": "hand-coins", "text": "Gave $25, third gift", "at": now - timedelta(days=100)},
        ],
        "steps": ["Asked", "Mailed", "Returned", "Counted"],
    }
