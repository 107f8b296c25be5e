"""A small campaign in which every guarded field of every record type holds a marker that stands nowhere else."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any
from uuid import UUID

from django.apps import apps
from django.test import Client

from hustings.constituents.confidences.actions import files as vetting
from hustings.constituents.confidences.actions import notes as privileged
from hustings.constituents.people.actions import changes
from hustings.constituents.people.actions.notes import write_note as note_person
from hustings.constituents.people.models import Household, Identifier, Person, PersonFact
from hustings.foundation.access.models import Membership, Role, Team, User
from hustings.foundation.channels.actions import deliveries
from hustings.foundation.channels.models import Mailbox
from hustings.foundation.core import records
from hustings.foundation.core.clock import now
from hustings.foundation.core.ids import new_uid
from hustings.foundation.objects.models import CustomRecord
from hustings.foundation.objects.queries.shape import forget as forget_shape
from hustings.foundation.tasks.actions.changing import finish_task
from hustings.foundation.tasks.actions.giving import give_task
from hustings.foundation.ui.models import Campaign
from hustings.service.answers import actions as answers
from hustings.service.answers.models import ArticleText, Correction, CorrectionRecipient, VotingApproval
from hustings.service.calls.actions import noting, taking, undoing
from hustings.service.campaigns.models import Group, Member
from hustings.service.correspondence.actions import drafts, replies
from hustings.service.correspondence.actions.intake_taking import take_in
from hustings.service.correspondence.models import Attachment, Message, MessageBody, Reply, SetAside
from hustings.service.correspondence.queries import messages
from hustings.service.desk.actions.notes import write_note
from hustings.service.desk.models import Inquiry, Queue
from hustings.service.incidents.actions import keeping, reporting

from . import planted

NOW = datetime(2026, 10, 20, 15, tzinfo=UTC)
EVERYTHING = "everything"
SECOND_FACTOR = "second_factor"  # the session's word that its owner showed one

# What a field holds here, each marker in every form in which it may be shown whole.
MARKERS: dict[tuple[str, str], tuple[str, ...]] = {
    ("person", "name"): ("Zquillfeather",),
    ("person", "email"): ("zqletters7@", "zqdomain7"),
    ("person", "phone"): ("6145557263", "(614) 555-7263", "614-555-7263"),
    ("person", "external"): ("ZQEXT-90210-7",),
    ("person", "street"): ("77 Zqparsons", "77 zqparsons"),
    ("person", "city"): ("Zqvillage",),
    ("person", "zip"): ("59644",),
    ("person", "care_note"): ("Zqcarenote",),
    ("person", "notes"): ("Zqpersonnote",),
    ("inquiry", "subject"): ("Zqsubjectline",),
    ("inquiry", "snippet"): ("Zqsnippetwords",),
    ("inquiry", "notes"): ("Zqdesknote",),
    ("message", "subject"): ("Zqlettersubject",),
    ("message", "text"): ("Zqletterwords", "Zqdraftwords", "Zqreplywords", "Zqwaitingwords", "Zqwriteradded"),
    ("message", "sender"): ("zqsender8@", "zqsenderdomain8", "Zqsendername"),
    ("message", "attachments"): ("zqattachment.txt",),
    ("article", "title"): ("Zvheadingline",),
    ("article", "body"): ("Zqarticlebody",),
    ("article", "steps"): ("Zqarticlestep",),
    ("article", "topic"): ("Zqtopic",),
    ("campaign", "name"): ("Zqcampaignname",),
    ("campaign", "text"): ("Zqcampaigntext",),
    ("campaign", "sponsor"): ("Zqsponsor",),
    ("user", "email"): ("zqcolleague@",),
    ("privileged_note", "text"): ("Zqprivilegedwords", "Zqprivilegedtalk"),
    ("vetting_file", "organisation"): ("Zqorganisation",),
    ("vetting_file", "subject"): ("Zqvettedfor",),
    ("vetting_file", "findings"): ("Zqfindings",),
    ("vetting_file", "decided_because"): ("Zqdecidedbecause",),
    ("vetting_file", "documents"): ("zqlien.pdf",),
    ("incident", "precinct"): ("Zqprecinct",),
    ("incident", "where"): ("Zqpollingplace",),
    ("incident", "what"): ("Zqhappened",),
    ("incident", "done"): ("Zqwasdone",),
    ("incident", "outcome"): ("Zqended",),
    ("call", "note"): ("Zqcallnote", "Zqundonebecause"),
    ("task", "title"): ("Zqtasktitle",),
    ("task", "words"): ("Zqtaskwords",),
}
# Fields that no marker can stand for: a yes or no, one of a few codes, or the house's own words for its work. Those of
# conversations, campaigns, incidents, calls, tasks, people and bulk replies are told apart in `codes`.
MARKERS |= planted.MARKERS
UNMARKED: dict[str, set[str]] = {
    **planted.UNMARKED,
    "article": set(),
    "user": {"name"},
    "message": set(),
    "privileged_note": set(),
    "vetting_file": {"risk", "decision"},
}


@dataclass
class World:
    """`uids` by model label, for the addresses that name a record."""

    team: Team
    users: dict[str, User]
    person: Person
    inquiry: Inquiry
    record: CustomRecord
    uids: dict[str, list[UUID]] = field(default_factory=dict)
    told_live: list[str] = field(default_factory=list)  # every live message while it was made

    def client(self, user: User) -> Client:
        """Signed in, with the second factor that some roles ask for."""
        client = Client()
        client.force_login(user)
        session = client.session
        session[SECOND_FACTOR] = True
        session.save()
        return client


def build() -> World:
    """The campaign, made by the house's own actions as far as they go; then the markers are put where letters of
    one and the same person would hold the same words."""
    forget_shape()
    Campaign(name="Adair for America").save()
    team = Team.objects.create(name="Voter help")
    Queue.objects.create(name="Voter help", slug="voter-help", team=team, is_default=True)
    Queue.objects.create(name="In crisis", slug="crisis", team=team, is_crisis=True)
    Mailbox.objects.create(address="help@adair.example.org", name="Adair for America", is_default=True)
    everything = _everything(team)
    users = {EVERYTHING: everything}
    elsewhere = Team.objects.create(name="Elsewhere")
    colleague = _user("zqcolleague@adair.example.org", "Cole League", ["volunteer"], elsewhere)
    _letters()
    inquiry = Inquiry.objects.get(is_sealed=False)
    person = Person.objects.get(pk=inquiry.person_id)
    _work(inquiry, everything, team)
    _hold(person, everything)
    _confide(person, inquiry, everything)
    _report(inquiry, everything)
    _call(inquiry, everything)
    _give(person, inquiry, everything, team)
    _mark(person, inquiry)
    _join_campaign(person, inquiry)
    _user("second@adair.example.org", "Sid Second", [EVERYTHING], team)
    record = planted.plant(person, inquiry, everything, NOW)
    world = World(team, users | {"colleague": colleague}, person, inquiry, record)
    _name_records(world)
    return world


def _everything(team: Team) -> User:
    grant = {"verbs": ["see", "add", "change", "delete", "export"], "rows": ["all"], "fields": {"**": "edit"}}
    named = {one.name: grant for one in records.all_types()} | {"*": grant}
    Role.objects.create(
        slug=EVERYTHING,
        name="Everything",
        grants={"records": named, "abilities": ["administer", "lead", "audit", "see_as", "build_records", "write_rules",
                                                "approve_answers", "erase", "tokens", "retention", "legal_hold",
                                                "sealed", "alerts", "protect_voters"]},
    )  # fmt: skip
    user = _user("everything@adair.example.org", "Eve Everything", [EVERYTHING], team)
    user.is_security_lead = user.is_crisis_trained = True
    user.save()
    return user


def _user(email: str, name: str, roles: list[str], team: Team | None) -> User:
    user = User.objects.create(
        email=email, name=name, roles=roles, needs_release=False, second_factor_at=NOW, states=["MT"]
    )
    if team is not None:
        Membership.objects.create(user=user, team=team)
    return user


def reader(world: World, slugs: list[str]) -> User:
    """Someone of the inquiry's team with these roles."""
    name = "-".join(slugs)[:40]
    return _user(f"{name}@adair.example.org", f"Reader {name}", slugs, world.team)


def _letter(subject: str, words: str, **headers: str) -> bytes:
    letter = EmailMessage()
    letter["From"] = "Ruth Abernathy <ruth@example.org>"
    letter["To"] = "help@adair.example.org"
    letter["Subject"] = subject
    letter["Date"] = "Mon, 19 Oct 2026 12:00:00 +0000"
    for name, value in headers.items():
        letter[name.replace("_", "-")] = value
    letter.set_content(words)
    letter.add_attachment(b"a file", maintype="text", subtype="plain", filename="zqattachment.txt")
    return letter.as_bytes()


def _letters() -> None:
    arrivals = [
        _letter(
            "Zqlettersubject", "Zqletterwords: where do I vote early in my county?", Message_ID="<one@example.org>"
        ),
        _letter(
            *("Zqlettersubject away", "Zqletterwords: I am out of the office until Monday."),
            Message_ID="<away@example.org>",
            Auto_Submitted="auto-replied",
        ),
        _letter(
            *("Zqlettersubject threat", "Zqletterwords: I am going to kill your candidate on Friday with my gun."),
            Message_ID="<threat@example.org>",
        ),
    ]
    for raw in arrivals:
        deliveries.store(
            source="lmtp", raw=raw, envelope_from="ruth@example.org", envelope_to=["help@adair.example.org"], now=NOW
        )
    while take_in(now=NOW):
        pass
    assert (Inquiry.objects.count(), SetAside.objects.count()) == (2, 1)
    assert Inquiry.objects.filter(is_sealed=True).count() == 1


def _work(inquiry: Inquiry, actor: User, team: Team) -> None:
    write_note(actor=actor, inquiry=inquiry, text="Zqdesknote: ask the county", now=NOW)
    seen = messages.newest_letter_by_arrival(inquiry)
    assert seen is not None
    replies.send_reply(
        actor=actor, inquiry=inquiry, token=new_uid(), text="Dear Ruth,\n\nZqreplywords: you vote at the library.",
        last_message_seen=seen.pk, close=False, now=NOW,
    )  # fmt: skip
    newcomer = _user("new@adair.example.org", "Nora New", ["volunteer"], team)
    newcomer.needs_release = True
    newcomer.save()
    latest = Reply.objects.latest("id")
    replies.send_reply(
        actor=newcomer, inquiry=inquiry, token=new_uid(), text="Dear Ruth,\n\nZqwaitingwords: at the school.",
        last_message_seen=seen.pk, last_reply_seen=latest.pk, close=False, now=NOW,
    )  # fmt: skip
    drafts.save_draft(actor=newcomer, inquiry=inquiry, text="Dear Ruth, Zqdraftwords", revision=0, now=NOW)
    article = answers.make_article(
        actor=actor, title="Zvheadingline", topic="Zqtopic", team=team,
        texts=[answers.Words("en", "Zqarticlebody: early voting", steps=("Zqarticlestep",))], now=NOW,
    )  # fmt: skip
    version = article.versions.get()
    answers.approve(actor=actor, article=article, version=version, note="Read twice by its writer.", now=NOW)
    VotingApproval.objects.create(version=version, by=actor, at=NOW)  # as if it had been on voting: it may be said


def _hold(person: Person, actor: User) -> None:
    changes.change_details(actor=actor, person=person, values={"care_note": "Zqcarenote: call late"}, now=NOW)
    changes.add_identifier(actor=actor, person=person, kind="phone", value="614 555 7263", now=NOW)
    changes.record_consent(actor=actor, person=person, channel="text", state="refused", now=NOW)
    note_person(actor=actor, person=person, text="Zqpersonnote: deaf on one ear", now=NOW)
    changes.mark_bounced(address="ruth@example.org", for_good=False, now=NOW)


def _confide(person: Person, inquiry: Inquiry, actor: User) -> None:
    """What only counsel and vetting officers may read."""
    privileged.write_note(actor=actor, record="person", about=person, text="Zqprivilegedwords: may sue", now=NOW)
    privileged.write_note(actor=actor, record="inquiry", about=inquiry, text="Zqprivilegedtalk: answer slowly", now=NOW)
    vetting.open_file(actor=actor, person=None, organisation="Zqorganisation", subject="Zqvettedfor", now=NOW)
    made = vetting.open_file(actor=actor, person=person, subject="Zqvettedfor: to speak", now=NOW)
    told = {"findings": "Zqfindings: a lien", "decided_because": "Zqdecidedbecause: paid", "decision": "cleared"}
    vetting.change_file(actor=actor, file=made, values=told, now=NOW)
    vetting.add_document(
        actor=actor, file=made, name="zqlien.pdf", kind="application/pdf", content=b"%PDF a lien", now=NOW
    )  # fmt: skip


def _report(inquiry: Inquiry, actor: User) -> None:
    """One incident that is over, and one that is open."""
    told = {"kind": "line", "state_code": "MT", "precinct": "Zqprecinct", "place": "Zqpollingplace"}
    over = reporting.report(actor=actor, inquiry=inquiry, what="Zqhappened before", now=NOW, **told)
    keeping.close_incident(actor=actor, incident=over, outcome="Zqended: a second scanner came", now=NOW)
    reporting.report(
        actor=actor, inquiry=inquiry, what="Zqhappened: two hours", done="Zqwasdone: called", now=NOW, **told
    )


def _give(person: Person, inquiry: Inquiry, actor: User, team: Team) -> None:
    """A task about a person, one about their conversation, and one that is over."""
    told = {"title": "Zqtasktitle: write back", "words": "Zqtaskwords: by hand"}
    give_task(actor=actor, about=f"person/{person.uid}", team=team, now=NOW, **told)
    give_task(actor=actor, about=f"inquiry/{inquiry.uid}", due_on=NOW.date() + timedelta(days=900), now=NOW, **told)
    over = give_task(actor=actor, about=f"inquiry/{inquiry.uid}", now=NOW, **told)
    finish_task(actor=actor, task=over, now=NOW)


def _call(inquiry: Inquiry, actor: User) -> None:
    """One call that was noted, one that is under way, and one that is to be made about a correction."""
    text = ArticleText.objects.get(body__startswith="Zqarticlebody")
    made = taking.begin(actor=actor, person=inquiry.person, inquiry=inquiry, now=NOW)
    noting.note_call(actor=actor, call=made, outcome="told", note="Zqcallnote: asked twice", text=text, now=NOW)
    wrong = taking.begin(actor=actor, person=inquiry.person, inquiry=inquiry, now=NOW)
    noting.note_call(actor=actor, call=wrong, outcome="none", now=NOW)
    undoing.undo_call(actor=actor, call=wrong, because="Zqundonebecause: another Ruth", now=NOW)
    taking.begin(actor=actor, person=inquiry.person, inquiry=inquiry, now=now())
    correction = Correction.objects.create(
        article=text.version.article, subject="Zvcorrection", texts={"en": "Dear {{ person.name }}, it is not so."},
        state="approved", made_at=NOW, approved_at=NOW, approved_by=actor,
    )  # fmt: skip
    CorrectionRecipient.objects.create(
        correction=correction, person=inquiry.person, version_number=1, answered_at=NOW, answered_by="call",
        answered_in=made.uid, about=inquiry.uid, state="to_call",
    )  # fmt: skip


def _mark(person: Person, inquiry: Inquiry) -> None:
    """A letter's words come again in the person's fields: each place gets a marker of its own."""
    household = Household.objects.create(
        key="77 zqparsons|59644", street="77 Zqparsons", city="Zqvillage", state_code="MT", zip="59644"
    )
    Person.objects.filter(pk=person.pk).update(
        name="Ruth Zquillfeather", first_name="Ruth", last_name="Zquillfeather", street="77 Zqparsons",
        city="Zqvillage", state_code="MT", zip="59644", county_fips="30007", household=household,
    )  # fmt: skip
    Identifier.objects.filter(person=person, kind="email").update(value="zqletters7@zqdomain7.example")
    Identifier.objects.create(person=person, kind="external", value="ZQEXT-90210-7", source="import:x")
    for name, value in (("name", "Ruth Zquillfeather"), ("street", "77 Zqparsons"), ("zip", "59644")):
        PersonFact.objects.create(person=person, field=name, value=value, source="letter:x", at=NOW)
    Inquiry.objects.filter(pk=inquiry.pk).update(
        subject="Zqsubjectline", snippet="Zqsnippetwords here", state_code="MT"
    )
    for message in Message.objects.all():
        MessageBody.objects.filter(message_id=message.pk, at=message.at).update(
            from_name="Sen Zqsendername", from_address="zqsender8@zqsenderdomain8.example",
            to=[["Sen Zqsendername", "zqsender8@zqsenderdomain8.example"]],
        )  # fmt: skip
    Reply.objects.update(to_address="zqsender8@zqsenderdomain8.example")
    SetAside.objects.update(from_address="zqsender8@zqsenderdomain8.example")
    assert Attachment.objects.filter(name="zqattachment.txt").exists()
    person.refresh_from_db()
    inquiry.refresh_from_db()


def _join_campaign(person: Person, inquiry: Inquiry) -> None:
    """The letter is one of a mail campaign, lifted out for what its writer added."""
    group = Group.objects.create(
        name="Zqcampaignname", sentences=[{"text": "Zqcampaigntext for all.", "share": 1.0, "begins": True}],
        sponsor="Zqsponsor", sponsor_by="words", letters=30, people=30, lifted=1, first_at=NOW, last_at=NOW,
    )  # fmt: skip
    letter = Message.objects.filter(inquiry=inquiry).order_by("pk").first()
    assert letter is not None
    Member.objects.create(
        group=group, inquiry=inquiry, person=person, message_id=letter.pk, at=NOW, added="Zqwriteradded?",
        reason="question",
    )  # fmt: skip


def _name_records(world: World) -> None:
    for model in apps.get_models():
        if model.__module__.startswith("hustings.") and any(f.name == "uid" for f in model._meta.concrete_fields):
            rows: Any = model._default_manager.order_by("pk").values_list("uid", flat=True)[:4]
            world.uids[model._meta.label_lower] = list(rows)
