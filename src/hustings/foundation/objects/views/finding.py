"""What every page of records begins with: the object and the record in the address, if the reader may see them."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, StreamingHttpResponse

from hustings.foundation.access.grants import grants_of
from hustings.foundation.core.guard import Level, may_read
from hustings.foundation.core.records import LINK
from hustings.foundation.ui.downloads import stored_file

from ..models import CustomRecord, FieldType, ObjectType
from ..queries.links import named, uids
from ..queries.rows import object_for, record_for
from ..queries.shape import shape
from ..rules import level


def kind_or_404(request: HttpRequest, slug: str) -> ObjectType:
    kind = object_for(request.user, slug)
    if kind is None:
        raise Http404
    return kind


def record_or_404(request: HttpRequest, slug: str, uid: UUID) -> tuple[ObjectType, CustomRecord]:
    kind = kind_or_404(request, slug)
    record = record_for(request.user, kind, uid)
    if record is None:
        raise Http404
    return kind, record


def seen_fields(user: Any, record: str) -> list[FieldType]:
    """The fields that this person sees at least a part of."""
    return [one for one in shape().fields_of(record) if level(user, record, one.slug) >= Level.MASKED]


def links_of(user: Any, fields: list[FieldType], values: dict[str, Any]) -> dict[str, tuple[UUID, str]]:
    """What the links of a form show: (uid, title) by field, for those that the person may see."""
    found: dict[str, tuple[UUID, str]] = {}
    for one in fields:
        value = values.get(one.slug)
        if one.kind == LINK and isinstance(value, int):
            uid, title = uids(one.to, [value], user=user), named(one.to, [value], user=user)
            if value in uid:
                found[one.slug] = (uid[value], title[value][0])
    return found


def kind_context(request: HttpRequest, kind: ObjectType) -> dict[str, Any]:
    """What every page of an object says of it and of what its reader may do."""
    grants = grants_of(request.user)
    return {
        "kind": kind,
        "may_add": grants.may(kind.record, "add"),
        "may_change": grants.may(kind.record, "change"),
        "may_delete": grants.may(kind.record, "delete"),
        "may_export": grants.may(kind.record, "export"),
        "may_build": grants.can("build_records"),
        "may_own": grants.may(kind.record, "change") and grants.level(kind.record, "owner") >= Level.EDIT,
        "may_move": bool(kind.stages)
        and grants.may(kind.record, "change")
        and grants.level(kind.record, "stage") >= Level.EDIT,
        "sees_stage": bool(kind.stages) and may_read(kind.record, "stage"),
        "sees_owner": may_read(kind.record, "owner"),
    }


def download(value: Any) -> StreamingHttpResponse:
    """A kept file, never shown in the page: 404 when there is none that the reader may read."""
    if not isinstance(value, dict):
        raise Http404
    return stored_file(value["sha256"], name=str(value["name"]))
