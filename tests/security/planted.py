"""Markers in what an administrator builds, in feeds and in rules: records of a type of the campaign's own with a
field of every kind, a field added to people, posts, tracked changes, a rule with its log, an approval and notices."""

from datetime import datetime
from typing import Any

from hustings.constituents.people.models import Person
from hustings.foundation.access import grants
from hustings.foundation.access.models import User
from hustings.foundation.automation.actions.acting import act_once
from hustings.foundation.automation.actions.approvals import request_approval
from hustings.foundation.automation.actions.looking import look_once
from hustings.foundation.automation.actions.processes import save_process
from hustings.foundation.automation.actions.writing import save_rule, switch_rule
from hustings.foundation.automation.models import Notice, Run
from hustings.foundation.core.records import (
    CHOICE,
    CHOICES,
    DATE,
    EMAIL,
    FILE,
    LINK,
    LONG_TEXT,
    MONEY,
    NUMBER,
    PHONE,
    PLACE,
    TEXT,
    YES_NO,
)
from hustings.foundation.feed.actions.changes import set_tracked
from hustings.foundation.feed.actions.posts import write_post
from hustings.foundation.objects.actions.bearing import Upload
from hustings.foundation.objects.actions.making import change_record, make_record
from hustings.foundation.objects.actions.shaping import add_field, make_object
from hustings.foundation.objects.actions.values import set_values
from hustings.foundation.objects.models import CustomRecord
from hustings.foundation.objects.queries.shape import shape
from hustings.service.answers.models import ArticleText
from hustings.service.bulk.actions import checking, drafting
from hustings.service.bulk.models import Copy, CopyState
from hustings.service.desk.models import Inquiry

RECORD, SLUG, POST = "x_canary", "canary", "post"
KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "title_text": (TEXT, {}),
    "long_text": (LONG_TEXT, {}),
    "number": (NUMBER, {}),
    "money": (MONEY, {}),
    "date": (DATE, {}),
    "email": (EMAIL, {"is_sensitive": True}),
    "phone": (PHONE, {"is_sensitive": True}),
    "place": (PLACE, {}),
    "file": (FILE, {}),
    "choice": (CHOICE, {"choices": ["One", "Two"]}),
    "choices": (CHOICES, {"choices": ["Three", "Four"]}),
    "yes_no": (YES_NO, {}),
    "link": (LINK, {"to": "person"}),
}
VALUES: dict[str, Any] = {
    "title_text": "Zqobjecttitle",
    "long_text": "Zqobjectlong words",
    "number": 7263419,
    "money": "8263419.57",
    "date": "1903-07-26",
    "email": "zqobject9@zqobject.example",
    "phone": "614 555 8364",
    "place": {"street": "9 Zqobjectstreet", "city": "", "state": "", "zip": ""},
    "file": Upload("zqobjectfile.txt", "text/plain", b"Zqobjectcontent"),
    "choice": "one",
    "choices": ["three"],
    "yes_no": True,
}
MARKERS: dict[tuple[str, str], tuple[str, ...]] = {
    (RECORD, "title_text"): ("Zqobjecttitle",),
    (RECORD, "long_text"): ("Zqobjectlong",),
    (RECORD, "number"): ("7263419", "7,263,419"),
    (RECORD, "money"): ("8263419.57", "8,263,419.57", "826341957"),
    (RECORD, "date"): ("1903-07-26", "26 Jul 1903"),
    (RECORD, "email"): ("zqobject9@",),
    (RECORD, "phone"): ("6145558364", "(614) 555-8364", "614-555-8364"),
    (RECORD, "place"): ("Zqobjectstreet",),
    (RECORD, "file"): ("zqobjectfile.txt", "Zqobjectcontent"),
    ("person", "added_words"): ("Zqaddedwords", "Zqaddedbefore"),
    ("bulk_reply", "title"): ("Zqbulktitle",),
    ("bulk_reply", "chosen_by"): ("Zqbulkchosen",),
    ("bulk_reply", "words"): ("Zqbulkopening", "Zqbulkclosing"),
}
# A post is shown to whoever sees the record it stands under.
POSTS: dict[str, tuple[str, ...]] = {
    "inquiry": ("Zqpostoninquiry", "Zqcommentoninquiry"),
    "person": ("Zqpostonperson",),
    RECORD: ("Zqpostonobject",),
}
UNMARKED = {
    RECORD: {"choice", "choices", "yes_no", "link", "owner", "made_on", "stage"},
}


def plant(person: Person, inquiry: Inquiry, actor: User, now: datetime) -> CustomRecord:
    """All of it, by the house's own actions."""
    kind = make_object(actor=actor, label="Canary", plural="Canaries", stages=["New", "Done"], now=now)
    for name, (holds, more) in KINDS.items():
        add_field(actor=actor, record=kind.record, label=name.replace("_", " "), kind=holds, now=now, **more)
    add_field(actor=actor, record="person", label="Added words", kind=TEXT, now=now)
    grants.forget(actor)
    _automate(actor, now)
    set_tracked(actor=actor, record_type=RECORD, fields=[name for name in KINDS if name != "file"], now=now)
    set_tracked(actor=actor, record_type="person", fields=["added_words", "care_note", "city"], now=now)
    built = shape().by_slug[SLUG]
    record = make_record(actor=actor, kind=built, values=VALUES | {"link": person.pk}, now=now)
    change_record(
        actor=actor, record=record, values={"long_text": "Zqobjectlong again", "number": 7263419 * 10}, now=now
    )
    change_record(actor=actor, record=record, values={"number": VALUES["number"]}, now=now)
    for words in ("Zqaddedbefore", "Zqaddedwords"):
        set_values(actor=actor, record_type="person", record=person, values={"added_words": words}, now=now)
    _talk(person, inquiry, record, actor, now)
    while act_once(now) or look_once(now):
        pass
    assert Run.objects.exists()
    assert Notice.objects.exists()
    _ask(record, actor, now)
    _answer_many(inquiry, actor, now)
    record.refresh_from_db()
    return record


def _talk(person: Person, inquiry: Inquiry, record: CustomRecord, actor: User, now: datetime) -> None:
    post = write_post(actor=actor, record_type="inquiry", record=inquiry, text="Zqpostoninquiry", now=now)
    write_post(actor=actor, record_type="inquiry", record=inquiry, text="Zqcommentoninquiry", parent=post, now=now)
    write_post(actor=actor, record_type="person", record=person, text="Zqpostonperson", now=now)
    write_post(actor=actor, record_type=RECORD, record=record, text="Zqpostonobject", now=now)


def _automate(actor: User, now: datetime) -> None:
    """A rule whose notice and post carry the record's values."""
    acts = [
        {"verb": "notify", "values": {"to": "owner", "text": "Look at this canary."}},
        {"verb": "post", "values": {"text": "A canary has come."}},
    ]
    rule = save_rule(
        actor=actor, rule=None, name="Canaries are told", record=RECORD, trigger={"kind": "made"}, conditions={},
        actions=acts, most_an_hour=100, now=now,
    )  # fmt: skip
    switch_rule(actor=actor, rule=rule, on=True, now=now)


def _answer_many(inquiry: Inquiry, actor: User, now: datetime) -> None:
    """A bulk reply that was checked, with a letter that would leave."""
    text = ArticleText.objects.select_related("version__article").get(body__startswith="Zqarticlebody")
    words = drafting.Draft(
        article=text.version.article, title="Zqbulktitle", opening={"en": "Zqbulkopening"},
        closing={"en": "Zqbulkclosing"},
    )  # fmt: skip
    bulk = drafting.make_bulk_reply(
        actor=actor, ids=[inquiry.pk], draft=words, chosen_by="Zqbulkchosen", now=now
    )  # fmt: skip
    checking.check(bulk_id=bulk.pk, revision=bulk.revision, now=now)
    Copy.objects.filter(bulk=bulk).update(
        state=CopyState.READY, why="", text=text, address="zqsender8@zqsenderdomain8.example"
    )


def _ask(record: CustomRecord, actor: User, now: datetime) -> None:
    steps = [{"name": "Counsel", "roles": ["everything"], "quorum": 1}]
    process = save_process(actor=actor, process=None, name="Canaries fly", record=RECORD, steps=steps, now=now)
    request_approval(actor=actor, process=process, record_id=record.pk, reason="It is ready.", now=now)
