"""Post to the record's feed: the house's words, which call nobody."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hustings.foundation.access.models import User
from hustings.foundation.core.records import RecordType
from hustings.foundation.feed.actions.posts import write_post
from hustings.foundation.feed.rules import LONGEST, Refused

from ..models import Rule
from ..registry import CannotDo, Deeds, Values, Verb


def _fields(owner: User, record_type: RecordType) -> dict[str, forms.Field]:
    return {
        "text": forms.CharField(
            label=_("What to post"),
            help_text=_("It stands there as the campaign's own; to call somebody, tell them."),
            max_length=min(LONGEST, 4000),
            widget=forms.Textarea(attrs={"rows": 3}),
        )
    }


def _describe(values: Values, record_type: RecordType) -> str:
    return _("post “%(text)s”") % {"text": values.get("text", "")}


def _run(*, actor: User, record: Any, values: Values, deed: Deeds, now: datetime) -> str:
    of = Rule.objects.get(pk=deed.rule_id or 0).record
    try:
        write_post(actor=None, record_type=of, record=record, text=str(values.get("text", "")), now=now)
    except Refused as refused:
        raise CannotDo(str(refused)) from refused
    return _describe(values, None)  # type: ignore[arg-type]


POST = Verb(
    "post",
    gettext_lazy("Post to its feed"),
    run=_run,
    describe=_describe,
    fields=_fields,
    icon="message-square-text",
    order=45,
)
