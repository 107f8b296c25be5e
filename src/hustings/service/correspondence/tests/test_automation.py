"""A rule answers with approved language: by the way of every reply, once for each matter."""

import pytest

from hustings.foundation.access.models import Role
from hustings.foundation.automation.models import Deed
from hustings.foundation.automation.tests.ruling import rule_on, work
from hustings.foundation.channels.models import Outgoing
from hustings.foundation.core import bus
from hustings.foundation.core.ids import new_uid
from hustings.foundation.core.records import RecordsMade
from hustings.service.correspondence.actions import drafts, replies
from hustings.service.correspondence.models import Citation, Draft, Reply, ReplyState
from hustings.service.desk.models import Inquiry, Status

from .replying import NOW, Cast, article, cast, inquiry, seen

pytestmark = pytest.mark.django_db


@pytest.fixture(name="us")
def _us() -> Cast:
    return cast()


def rule(us: Cast, of, actor=None, **values):  # type: ignore[no-untyped-def]
    actor = actor or us.lead
    acts = [{"verb": "correspondence.send", "values": {"article": str(of.uid), "close": True, **values}}]
    return rule_on(actor, "inquiry", *acts, now=NOW)


def made(*ids: int) -> None:
    bus.announce(RecordsMade("inquiry", list(ids), NOW))
    work(NOW)


def test_it_leaves_as_every_reply_does_with_its_citation(us: Cast) -> None:
    one = article().version.article
    rule(us, one)
    of = inquiry(us)
    made(of.pk)
    reply = Reply.objects.get()
    assert (reply.state, reply.author, reply.to_address) == (ReplyState.LEAVING, us.lead, "ruth.a@example.org")
    assert reply.text.startswith("Your polling place is set by your county, Ruth, not by the campaign.")
    assert Citation.objects.get().version == one.approved_version
    assert Outgoing.objects.get().matter == f"reply:{reply.uid}"
    assert Inquiry.objects.get(pk=of.pk).status == Status.CLOSED
    assert Deed.objects.get().state == "done"
    assert not Draft.objects.exists()


def test_the_same_answer_goes_to_one_conversation_once_whichever_rules_ask(us: Cast) -> None:
    one = article().version.article
    rule(us, one)
    rule(us, one, actor=us.administrator)
    of = inquiry(us)
    made(of.pk)
    made(of.pk)
    assert Reply.objects.count() == 1
    assert Outgoing.objects.count() == 1
    said = list(Deed.objects.values_list("said", flat=True))
    assert sum("was sent to this conversation before" in line for line in said) == 3


def test_it_waits_for_release_where_its_owners_replies_do(us: Cast) -> None:
    us.lead.roles = ["writes-rules"]
    grants = {"verbs": ["see", "add", "change"], "rows": ["all"], "fields": {"**": "edit"}}
    Role.objects.create(slug="writes-rules", name="Writes rules", grants={
        "records": {"inquiry": grants, "message": grants, "article": grants, "person": grants},
        "abilities": ["write_rules"]})  # fmt: skip
    us.lead.needs_release = True
    us.lead.save()
    rule(us, article().version.article)
    of = inquiry(us)
    made(of.pk)
    assert Reply.objects.get().state == ReplyState.WAITING_RELEASE
    assert not Outgoing.objects.exists()
    assert "waits for a lead's release" in Deed.objects.get().said


def test_what_a_colleague_has_answered_is_left_alone(us: Cast) -> None:
    rule(us, article().version.article)
    of = inquiry(us)
    replies.send_reply(actor=us.volunteer, inquiry=of, token=new_uid(), text="By hand", now=NOW, **seen(of))
    made(of.pk)
    assert [reply.text for reply in Reply.objects.all()] == ["By hand"]
    assert "answered while you were writing" in Deed.objects.get().said
    assert not Draft.objects.exists()


@pytest.mark.parametrize("why", ["crisis", "do_not_contact", "writing", "withdrawn", "no_name"])
def test_what_only_a_person_answers(us: Cast, why: str) -> None:
    one = article().version.article
    rule(us, one)
    of = inquiry(us)
    if why == "crisis":
        Inquiry.objects.filter(pk=of.pk).update(is_crisis=True)
    elif why == "do_not_contact":
        us.person.do_not_contact = True
        us.person.save()
    elif why == "writing":
        drafts.save_draft(actor=us.lead, inquiry=of, text="Dear Ruth", revision=0, now=NOW)
    elif why == "withdrawn":
        one.state = "withdrawn"
        one.save()
    else:
        us.person.first_name = ""
        us.person.save()
    made(of.pk)
    assert not Reply.objects.exists()
    assert not Outgoing.objects.exists()
    if why == "writing":
        assert Draft.objects.get().text == "Dear Ruth"
    else:
        assert not Draft.objects.exists()
