"""The rows of a list and the cards of a board, as their reader sees them. Rows are drawn here: by the template fifty of
them cost more than all the rest of the page."""

from collections.abc import Callable, Iterable
from html import escape
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from hustings.foundation.core.records import DATE, LINK, MONEY, NUMBER, PHONE, TEXT
from hustings.foundation.ui.templatetags.ui import avatar
from hustings.foundation.ui.words import short

from ..kinds import SORTABLE, say
from ..models import CustomRecord, FieldType, ObjectType
from ..queries.links import named
from ..queries.listing import Wish, readable
from ..records import title_from
from .finding import seen_fields

LONGEST, LONGEST_OF_CARD = 80, 60
KEYS = ' aria-keyshortcuts="Shift+ArrowLeft Shift+ArrowRight" aria-describedby="lanes-hint"'
ENDS = {NUMBER: "num", MONEY: "num", DATE: "fit", PHONE: "fit"}
# Stand in one drawn card for the uid and the title of each.
SOME, SOMEBODY = UUID(int=0), "\ue000"


def columns_of(user: Any, wish: Wish) -> list[FieldType]:
    """Those chosen, among what the reader sees at least a part of; else the first few, but for the one that names a
    record and stands first anyway."""
    seen = seen_fields(user, wish.kind.record)
    if wish.columns:
        return [one for one in seen if one.slug in wish.columns]
    named_by = next((one for one in seen if one.kind == TEXT), None)
    return [one for one in seen if one is not named_by][:6]


def heads_of(context: dict[str, Any], columns: list[FieldType]) -> list[dict[str, Any]]:
    heads: list[dict[str, Any]] = [{"label": context["kind"].label}]
    sortable = {one.slug for one in readable(context["kind"]) if one.kind in SORTABLE}
    for one in columns:
        head: dict[str, Any] = {"label": one.label, "class": ENDS.get(one.kind, "")}
        if one.slug in sortable:
            head["sort"] = one.slug
        heads.append(head)
    heads += [{"label": _("Stage")}] if context["sees_stage"] else []
    heads += [{"label": _("Owner")}] if context["sees_owner"] else []
    return [*heads, {"label": _("Made"), "sort": "made", "class": "fit"}]


def rows_of(
    user: Any, context: dict[str, Any], rows: list[CustomRecord], columns: list[FieldType]
) -> list[dict[str, Any]]:
    """Each row's title, cells, stage and owner, as the reader sees them; links named by one question a column."""
    kind: ObjectType = context["kind"]
    names: dict[str, dict[int, tuple[str, str]]] = {}
    values = [row.values for row in rows]
    for one in columns:
        if one.kind == LINK:
            ids = [each[one.slug] for each in values if isinstance(each.get(one.slug), int)]
            names[one.slug] = named(one.to, ids, user=user)
    stages, url = dict(kind.stages), _url_of(kind)
    drawn = []
    for row, each in zip(rows, values, strict=True):
        cells = [
            names[one.slug].get(each.get(one.slug), ("", ""))[0] if one.kind == LINK else say(one, each.get(one.slug))
            for one in columns
        ]
        stage = row.stage
        drawn.append(
            {
                "record": row,
                "title": title_from(kind, row.pk, each),
                "url": url(row),
                "cells": cells,
                "stage": stages.get(stage, stage),
                "owner": row.owner.name if context["sees_owner"] and row.owner else "",
            }
        )
    return drawn


def lines_of(rows: Iterable[dict[str, Any]], context: dict[str, Any], columns: list[FieldType]) -> SafeString:
    """The table's rows."""
    ends = [f' class="{ENDS[one.kind]}"' if one.kind in ENDS else "" for one in columns]
    moment, lines = timezone.now(), []
    for row in rows:
        shown = (cell if len(cell) <= LONGEST else f"{cell[: LONGEST - 1]}…" for cell in row["cells"])
        cells = "".join(f"<td{end}>{escape(cell) or '–'}</td>" for cell, end in zip(shown, ends, strict=True))
        if context["sees_stage"]:
            cells += f'<td><span class="word">{escape(row["stage"])}</span></td>'
        if context["sees_owner"]:
            cells += f"<td>{escape(row['owner']) or '–'}</td>"
        made = escape(short(row["record"].created_at, moment))
        lines.append(
            f'\n<tr><th scope="row"><a class="lk-row" href="{escape(row["url"])}">{escape(row["title"])}</a></th>'
            f'{cells}<td class="fit w-only">{made}</td></tr>'
        )
    return SafeString("".join(lines))  # each part is escaped above


def cards_of(request: HttpRequest, context: dict[str, Any], lanes: list[dict[str, Any]]) -> None:
    """Each lane's cards. Their menu to move one on is drawn once a lane, and filled in."""
    move = reverse("objects:stage", args=[context["kind"].slug, SOME]) if context["may_move"] else ""
    for lane in lanes:
        menu = ""
        if move:
            given = context | {"lane": lane, "lanes": lanes, "some": SOME, "somebody": SOMEBODY}
            menu = render_to_string("objects/parts/move.html", given, request)
        cards = "".join(_card(row, move, menu) for row in lane["rows"])
        lane["cards"] = SafeString(cards)  # each part is escaped


def _card(row: dict[str, Any], move: str, menu: str) -> str:
    uid, title = str(row["record"].uid), escape(row["title"])
    shown = (cell if len(cell) <= LONGEST_OF_CARD else f"{cell[: LONGEST_OF_CARD - 1]}…" for cell in row["cells"])
    cells = "".join(f"<span>{escape(cell)}</span>" for cell in shown if cell)
    owner = f'<p class="whose">{avatar(row["owner"], "s")}{escape(row["owner"])}</p>' if row["owner"] else ""
    drag, keys = (f' draggable="true" data-move="{move.replace(str(SOME), uid)}"', KEYS) if move else ("", "")
    return (
        f'\n<li{drag}><a id="card-{uid}" href="{escape(row["url"])}" draggable="false"{keys}>{title}</a>'
        f"<p>{cells}</p>{owner}\n{menu.replace(str(SOME), uid).replace(SOMEBODY, title)}</li>"
    )


def _url_of(kind: ObjectType) -> Callable[[CustomRecord], str]:
    """As `records.url_of`, for many."""
    form = reverse("objects:record", args=[kind.slug, SOME])
    return lambda row: form.replace(str(SOME), str(row.uid))
