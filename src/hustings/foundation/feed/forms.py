"""Input in, clean values out."""

from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hustings.foundation.access.models import User
from hustings.foundation.core.numbers import whole_number

from .actions.posts import NewFile
from .models.following import Every
from .queries.following import types_to_follow
from .rules import MOST_FILE_MB

WEEKDAYS = [
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
]
HOURS = [(hour, f"{hour:02d}:00") for hour in range(24)]


def words_of(request: HttpRequest) -> dict[str, Any]:
    """What a composer sends: the text, the files, and who is known not to be told."""
    confirmed = request.POST.get("confirmed", "").split() if request.POST.get("anyway") else []
    return {"text": request.POST.get("text", ""), "files": _files(request), "confirmed": confirmed}


def _files(request: HttpRequest) -> list[NewFile]:
    """No more of a file is read than shows that it is too large."""
    most = MOST_FILE_MB * 1024 * 1024 + 1
    sent = cast(list[UploadedFile], request.FILES.getlist("files"))
    return [NewFile(file.name or "", file.read(most)) for file in sent]


def upto_of(request: HttpRequest) -> int:
    """How far was read, as the page said it; 0 for what is no number."""
    return whole_number(request.POST.get("upto", ""), 0)


class Wishes(forms.Form):
    """What somebody wants of the feed."""

    digest = forms.ChoiceField(label=_("Digest by mail"), choices=Every.choices, required=False)
    hour = forms.TypedChoiceField(
        label=_("At"), coerce=int, choices=HOURS, help_text=_("Of your own day: see your time zone in your settings.")
    )
    weekday = forms.TypedChoiceField(label=_("A weekly digest comes on"), coerce=int, choices=WEEKDAYS)
    types = forms.MultipleChoiceField(
        label=_("Everything posted on these records, as far as you may see them"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    changes = forms.BooleanField(
        label=_("Show changes of what I follow in my stream"),
        help_text=_("They never count as unread."),
        required=False,
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        types = cast(forms.MultipleChoiceField, self.fields["types"])
        types.choices = [(one.name, str(one.plural)) for one in types_to_follow(user)]
