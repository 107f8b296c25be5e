"""Someone removed while they write cannot finish the next request, in any tab: no draft, no reply, nothing leaves."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from hustings.foundation.access.actions import change_user, end_access
from hustings.foundation.access.models import Session
from hustings.foundation.channels.models import Outgoing
from hustings.foundation.core.clock import now as read_clock
from hustings.foundation.core.ids import new_uid
from hustings.service.correspondence.models import Draft, Message, Reply
from hustings.service.correspondence.tests.replying import cast, inquiry
from hustings.service.desk.models import Inquiry

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("how", ["click", "date"])
def test_someone_removed_in_between_finishes_nothing(how: str) -> None:
    us = cast()
    of = inquiry(us)
    tabs = [Client(headers={"HX-Request": "true"}), Client()]
    for tab in tabs:
        tab.force_login(us.volunteer)
    draft, compose = (reverse(f"correspondence:{name}", args=[of.uid]) for name in ("draft", "compose"))
    assert tabs[0].post(draft, {"text": "Dear Ruth"}).status_code == 204
    if how == "click":
        end_access(actor=us.lead, user=us.volunteer, now=read_clock())
    else:
        ends = read_clock() - timedelta(seconds=1)
        change_user(actor=us.administrator, user=us.volunteer, access_ends_at=ends, now=read_clock())
    newest = Message.objects.filter(inquiry=of, direction=0).order_by("-id")[0]
    reply = {"text": "Dear Ruth, vote twice.", "token": str(new_uid()), "seen_letter": str(newest.uid), "to": ""}
    state = Inquiry.objects.filter(pk=of.pk).values().get()
    for tab in tabs:
        for path, given in ((draft, {"text": "Dear Ruth, vote twice.", "version": "1"}), (compose, reply)):
            answer = tab.post(path, given)
            assert answer.status_code in (302, 204)
            assert "/sign-in/" in (answer.get("Location") or answer.get("HX-Redirect"))
        answer = tab.get(compose)
        assert "/sign-in/" in (answer.get("Location") or answer.get("HX-Redirect"))
    kept = Draft.objects.get()
    assert kept.text == "Dear Ruth"
    assert (Reply.objects.count(), Outgoing.objects.count()) == (0, 0)
    assert Inquiry.objects.filter(pk=of.pk).values().get() == state
    assert not Session.objects.filter(user=us.volunteer).exists()
    see, take = (reverse(f"correspondence:{name}", args=[kept.uid]) for name in ("see_draft", "take_over"))
    assert "/sign-in/" in tabs[1].get(see)["Location"]
    lead = Client()
    lead.force_login(us.lead)
    assert "June Oduya" in lead.get(compose).content.decode()
    assert "Dear Ruth" in lead.get(see).content.decode()
    lead.post(take)
    assert Draft.objects.filter(author=us.lead).values_list("text", flat=True).get() == "Dear Ruth"
