"""OpenAPI 3.1 of what the one who asks may do: no type, field or choice that is hidden from them, and no example that
was taken from a record."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from hustings.foundation.core import records
from hustings.foundation.core.guard import Level
from hustings.foundation.core.records import (
    CHOICE,
    CHOICES,
    DATE,
    EMAIL,
    LINK,
    MOMENT,
    MONEY,
    NUMBER,
    USER,
    YES_NO,
    RecordType,
)

from ..grants import grants_of
from ..problems import CONTENT_TYPE
from .shown import Shown, fields_for

KINDS: dict[str, dict[str, Any]] = {
    NUMBER: {"type": ["number", "string", "null"]},
    MONEY: {
        "type": ["string", "null"],
        "pattern": r"^-?\d+\.\d{2}$",
        "description": "US dollars, as “12.50”. A number is taken too.",
    },
    DATE: {"type": ["string", "null"], "format": "date"},
    MOMENT: {"type": ["string", "null"], "format": "date-time"},
    YES_NO: {"type": ["boolean", "null"]},
    CHOICES: {"type": ["array", "null"], "items": {"type": "string"}},
    EMAIL: {"type": ["string", "null"]},
    LINK: {"type": ["string", "null"], "format": "uuid"},
    USER: {"type": ["string", "null"], "format": "uuid"},
}
PROBLEM = {
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"field": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}


def described(request: HttpRequest) -> dict[str, Any]:
    """The document."""
    grants = grants_of(request.user)
    types = [one for one in records.all_types() if grants.may(one.name, "see")]
    paths: dict[str, Any] = {"/records/": {"get": _operation("List the record types you may see")}}
    schemas: dict[str, Any] = {"problem": PROBLEM}
    for one in types:
        shown = fields_for(request, one)
        schemas[one.name] = _schema(shown)
        paths |= _paths(one, shown, grants.verbs[one.name])
    return {
        "openapi": "3.1.0",
        "info": {"title": "Hustings", "version": "1"},
        "servers": [{"url": request.build_absolute_uri(reverse("access:api-1:types").removesuffix("records/"))}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _schema(fields: dict[str, Shown]) -> dict[str, Any]:
    properties = {}
    for name, shown in fields.items():
        told = dict(KINDS.get(shown.field.kind, {"type": ["string", "null"]}))
        told |= {"title": str(shown.field.label), "readOnly": shown.level < Level.EDIT or shown.field.change is None}
        if shown.level == Level.MASKED:
            told = {"type": ["string", "null"], "title": str(shown.field.label), "readOnly": True}
            told["description"] = "Masked: a part of it, enough to tell two apart."
        elif shown.field.kind == CHOICE and (choices := shown.field.all_choices()):
            told["enum"] = [*(str(value) for value, _label in choices), None]
        properties[name] = told
    return {
        "type": "object",
        "properties": {
            "uid": {"type": "string", "format": "uuid"},
            "type": {"type": "string"},
            "fields": {"type": "object", "properties": properties},
        },
    }


def _paths(one: RecordType, fields: dict[str, Shown], verbs: frozenset[str]) -> dict[str, Any]:
    readable = [name for name, shown in fields.items() if shown.field.path and shown.level >= Level.READ]
    asked = [_query(name) for name in (*readable, "sort", "fields")]
    listing = _operation(f"List: {one.plural}", asked=[*asked, _query("after"), _query("limit")])
    single = _operation(f"Read: {one.label}", schema=one.name)
    paths: dict[str, Any] = {
        f"/records/{one.name}/": {"get": listing},
        f"/records/{one.name}/{{uid}}/": {
            "parameters": [{"name": "uid", "in": "path", "required": True, "schema": {"type": "string"}}],
            "get": single,
        },
    }
    if "add" in verbs and one.make is not None:
        paths[f"/records/{one.name}/"]["post"] = _operation(
            f"Make: {one.label}", schema=one.name, body=True, code="201"
        )
    if "change" in verbs:
        paths[f"/records/{one.name}/{{uid}}/"]["patch"] = _operation(f"Change: {one.label}", schema=one.name, body=True)
    if "delete" in verbs and one.delete is not None:
        gone = _operation(f"Delete: {one.label}", code="204")
        del gone["responses"]["204"]["content"]
        paths[f"/records/{one.name}/{{uid}}/"]["delete"] = gone
    if "export" in verbs:
        for form in ("csv", "json"):
            paths[f"/records/{one.name}/export.{form}"] = {"get": _operation(f"Export: {one.plural}", asked=asked)}
    return paths


def _operation(
    summary: str, *, schema: str = "", body: bool = False, asked: list[dict[str, Any]] | None = None, code: str = "200"
) -> dict[str, Any]:
    shape = {"$ref": f"#/components/schemas/{schema}"} if schema else {"type": "object"}
    told: dict[str, Any] = {
        "summary": summary,
        "responses": {
            code: {"description": "OK", "content": {"application/json": {"schema": shape}}},
            "default": {
                "description": "Refused",
                "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/problem"}}},
            },
        },
    }
    if asked:
        told["parameters"] = asked
    if body:
        told["requestBody"] = {"required": True, "content": {"application/json": {"schema": shape}}}
    return told


def _query(name: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": {"type": "string"}}
