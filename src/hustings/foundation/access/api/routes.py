"""The addresses of the API. Who calls is known before any of them runs, and reads as `core.guard` lets them read."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import URLPattern, reverse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError
from ninja.errors import ValidationError as BadRequest

from hustings.foundation.core import records
from hustings.foundation.core.guard import FieldHidden

from ..actions.visits import ShiftOver
from ..grants import grants_of
from ..problems import BY_STATUS, problem
from .asked import RESERVED, page_of
from .caller import known
from .described import described
from .exported import exported
from .refusals import Refused
from .shown import chosen_fields, rows_told, type_of, type_told
from .written import change, delete, make, refused_by

api = NinjaAPI(title="Hustings", version="1", urls_namespace="api-1", auth=known, docs_url=None, openapi_url=None)


@api.get("/openapi.json", url_name="openapi")
def openapi(request: HttpRequest) -> HttpResponseBase:
    """What you may do here, for programs."""
    return JsonResponse(described(request))


@api.get("/records/", url_name="types")
def types(request: HttpRequest) -> HttpResponseBase:
    """The record types you may see, with their fields and levels."""
    grants = grants_of(request.user)
    return JsonResponse(
        {"results": [type_told(request, one) for one in records.all_types() if grants.may(one.name, "see")]}
    )


@api.get("/records/{name}/", url_name="records")
def listing(request: HttpRequest, name: str) -> HttpResponseBase:
    """A page of records: filters by field, `sort`, `fields`, `after`, `limit`."""
    one = type_of(request, name)
    fields = chosen_fields(request, one, request.GET.get("fields", ""))
    rows, key = page_of(request, one, request.GET)
    onward = None
    if key:
        asked = request.GET.copy()
        asked["after"] = key
        onward = request.build_absolute_uri(f"{request.path}?{asked.urlencode()}")
    return JsonResponse({"results": rows_told(request, one, rows, fields), "next": onward})


@api.post("/records/{name}/")
def add(request: HttpRequest, name: str) -> HttpResponseBase:
    """Make a record."""
    one = type_of(request, name)
    made = make(request, one)
    response = _told(request, name, made.uid, status=201)
    response["Location"] = reverse("access:api-1:record", args=[name, made.uid])
    return response


@api.get("/records/{name}/export.csv", url_name="export_csv")
def export_csv(request: HttpRequest, name: str) -> HttpResponseBase:
    """All that fits the filters, as CSV."""
    return exported(request, type_of(request, name), "csv")


@api.get("/records/{name}/export.json", url_name="export_json")
def export_json(request: HttpRequest, name: str) -> HttpResponseBase:
    """All that fits the filters, as JSON."""
    return exported(request, type_of(request, name), "json")


@api.get("/records/{name}/{uuid:uid}/", url_name="record")
def single(request: HttpRequest, name: str, uid: UUID) -> HttpResponseBase:
    """One record."""
    return _told(request, name, uid)


@api.patch("/records/{name}/{uuid:uid}/")
def patch(request: HttpRequest, name: str, uid: UUID) -> HttpResponseBase:
    """Change fields of a record: all that are named, or none."""
    one = type_of(request, name)
    change(request, one, _found(request, name, uid))
    return _told(request, name, uid)


@api.delete("/records/{name}/{uuid:uid}/")
def remove(request: HttpRequest, name: str, uid: UUID) -> HttpResponseBase:
    """End a record, where its type and your role allow it."""
    one = type_of(request, name)
    delete(request, one, _found(request, name, uid))
    return HttpResponse(status=204)


def _found(request: HttpRequest, name: str, uid: UUID) -> Any:
    one = type_of(request, name)
    found = one.visible_to(request.user).filter(uid=uid).first()
    if found is None:
        raise Refused(404, "not-found")
    return found


def _told(request: HttpRequest, name: str, uid: UUID, *, status: int = 200) -> JsonResponse:
    """One record as it is now. What its maker or changer no longer sees is told by its uid alone."""
    one = type_of(request, name)
    found = one.visible_to(request.user).filter(uid=uid).first()
    if found is None:
        if request.method == "GET":
            raise Refused(404, "not-found")
        return JsonResponse({"uid": str(uid), "type": name, "fields": {}}, status=status)
    fields = chosen_fields(request, one, request.GET.get("fields", ""))
    if wrong := set(request.GET) - set(RESERVED):
        raise Refused(422, "values", _("Not known here: %(names)s.") % {"names": ", ".join(sorted(wrong))})
    return JsonResponse(rows_told(request, one, [found], fields)[0], status=status)


@api.exception_handler(Refused)
def refused(request: HttpRequest, exc: Refused) -> HttpResponseBase:
    return exc.answer(request)


@api.exception_handler(AuthenticationError)
def unknown(request: HttpRequest, exc: Exception) -> HttpResponseBase:
    return problem(request, 401, "sign-in")


@api.exception_handler(FieldHidden)
def hidden(request: HttpRequest, exc: FieldHidden) -> HttpResponseBase:
    return problem(request, 403, "field", str(exc))


@api.exception_handler(ShiftOver)
def shift_over(request: HttpRequest, exc: ShiftOver) -> HttpResponseBase:
    return problem(request, 403, "forbidden", str(exc))


@api.exception_handler(PermissionDenied)
def denied(request: HttpRequest, exc: Exception) -> HttpResponseBase:
    return problem(request, 403, "forbidden")


@api.exception_handler(Http404)
def not_found(request: HttpRequest, exc: Exception) -> HttpResponseBase:
    return problem(request, 404, "not-found")


@api.exception_handler(ValidationError)
def not_taken(request: HttpRequest, exc: ValidationError) -> HttpResponseBase:
    return refused_by(exc).answer(request)


@api.exception_handler(BadRequest)
def bad_request(request: HttpRequest, exc: Exception) -> HttpResponseBase:
    return problem(request, 422, "values")


@api.exception_handler(HttpError)
def other(request: HttpRequest, exc: HttpError) -> HttpResponseBase:
    return problem(request, exc.status_code, BY_STATUS.get(exc.status_code, "request"))


def addresses() -> tuple[list[URLPattern], str, str]:
    """For the URL configuration. A stranger gets a problem document, no way to the sign-in page."""
    patterns, app, namespace = api.urls
    own = [one for one in patterns if one.name != "api-root"]
    for one in own:
        if one.callback is not None:
            login_not_required(one.callback)
    return own, app, namespace
