"""An object's public form. No account, no script and no cookie needed."""

from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from hustings.foundation.core import limits
from hustings.foundation.core.clock import now
from hustings.foundation.core.ids import new_uid

from ..actions.bearing import Upload
from ..actions.making import send_form
from ..forms import OutsideForm
from ..models import FieldType, ObjectType
from ..queries.shape import shape

SALT = "objects.form"
HOLDS = timedelta(hours=24)
MOST, MOST_OF_ALL, PER = 10, 2000, timedelta(hours=1)


@login_not_required
@require_safe
def form(request: HttpRequest, slug: str) -> HttpResponse:
    """The form, empty."""
    kind = _open_or_404(slug)
    return _page(request, kind, OutsideForm(_fields(kind), outside=True))


def _fields(kind: ObjectType) -> list[FieldType]:
    return [one for one in shape().fields_of(kind.record) if one.on_form]


@login_not_required
@csrf_exempt  # nobody is signed in here: there is no right to borrow, and the page sets no cookie
@require_http_methods(["GET", "POST"])
def send(request: HttpRequest, slug: str) -> HttpResponse:
    """One record from outside, of the fields that stand on the form. The same page sent twice, also after going back
    to it, makes one; errors keep what was written. It has an address of its own: a browser forgets its copy of a page
    that was posted to, and would fetch another, with another token, when its reader goes back."""
    kind = _open_or_404(slug)
    if request.method == "GET":
        return redirect("objects:form", slug)
    fields = _fields(kind)
    filled, moment = OutsideForm(fields, request.POST, request.FILES, outside=True), now()
    if not filled.is_valid():
        return _page(request, kind, filled, status=422)
    if filled.cleaned_data["website"]:
        return redirect("objects:thanks", slug)  # a program's: it is told nothing, and nothing is kept
    token = _token(request.POST.get("token", ""))
    if token is None:
        filled.add_error(None, _("The page was open for long. What you wrote is kept: send it once more."))
        return _page(request, kind, filled, status=422)
    if not _few(request, kind, moment):
        filled.add_error(None, _("Many came from your network within the hour. Wait a little, then send again."))
        return _page(request, kind, filled, status=429)
    values = filled.values()
    try:
        send_form(kind=kind, values=values, token=_of_words(token, kind, values), now=moment)
    except ValidationError as refused:
        filled.tell(refused)
        return _page(request, kind, filled, status=422)
    return redirect("objects:thanks", slug)


@login_not_required
@require_safe
def thanks(request: HttpRequest, slug: str) -> HttpResponse:
    """It came."""
    return render(request, "objects/thanks.html", {"kind": _open_or_404(slug)})


def _open_or_404(slug: str) -> ObjectType:
    kind = shape().by_slug.get(slug)
    if kind is None or not kind.is_public:
        raise Http404
    return kind


def _few(request: HttpRequest, kind: ObjectType, moment: Any) -> bool:
    whence = request.META.get("REMOTE_ADDR", "")
    mine = limits.allow(f"form:{kind.pk}:{whence}", most=MOST, per=PER, now=moment)
    return mine and limits.allow(f"form:{kind.pk}", most=MOST_OF_ALL, per=PER, now=moment)


def _page(request: HttpRequest, kind: ObjectType, filled: OutsideForm, *, status: int = 200) -> HttpResponse:
    token = request.POST.get("token", "")
    fresh = token if _token(token) else signing.dumps(str(new_uid()), salt=SALT)
    context = {"kind": kind, "form": filled, "rows": filled.rows(), "token": fresh}
    answer = render(request, "objects/form.html", context, status=status)
    # Going back shows the page that was sent, with its token; opening it anew fetches another.
    answer["Cache-Control"] = "private, no-cache"
    return answer


def _token(signed: str) -> UUID | None:
    try:
        return UUID(signing.loads(signed, salt=SALT, max_age=HOLDS))
    except (signing.BadSignature, ValueError):
        return None


def _of_words(token: UUID, kind: ObjectType, values: dict[str, Any]) -> UUID:
    """Of the page and of what was written: the same sent again is the same, other words are another."""
    said = [
        sha256(value.content).hexdigest() if isinstance(value, Upload) else repr(value) for value in values.values()
    ]
    return uuid5(token, "\n".join([kind.slug, *said]))
