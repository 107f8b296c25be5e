"""The campaign's addresses and the mailboxes elsewhere: an administrator's, tried before they are kept."""

import pytest

from hustings.foundation.access.actions import make_user
from hustings.foundation.channels.actions.accounts import make_mailbox
from hustings.foundation.channels.models import ImapAccount, Mailbox
from hustings.foundation.channels.tests.imap_server import ImapServer
from hustings.foundation.core.clock import now
from hustings.foundation.core.secrets import unseal

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client):
    user = make_user(actor=None, email="a@example.org", name="Ada", role="administrator", now=now())
    client.force_login(user)
    return user


def imap(server, box, **more):
    given = {"name": "Provider", "host": "127.0.0.1", "port": server.port, "username": "desk", "folder": "INBOX"}
    return given | {"password": "right", "mailbox": box.pk, "active": "on"} | more


def test_an_address_is_added_and_changed(client, administrator):
    given = {"address": "Help@Adair.example.org", "name": "Adair", "language": "en", "is_default": "on"}
    assert client.post("/settings/mail/address/", given)["Location"] == "/settings/mail/"
    box = Mailbox.objects.get()
    assert (box.address, box.is_default, box.acknowledges) == ("help@adair.example.org", True, False)
    changed = {"address": "other@example.org", "name": "Adair for America", "language": "es", "acknowledges": "on"}
    client.post(f"/settings/mail/address/{box.uid}/", changed)
    box.refresh_from_db()
    assert (box.address, box.name, box.language) == ("help@adair.example.org", "Adair for America", "es")
    assert "help@adair.example.org" in client.get("/settings/mail/").content.decode()


def test_an_address_that_cannot_be_is_refused(client, administrator):
    for address in ("help", "help+x@example.org"):
        given = {"address": address, "name": "Adair", "language": "en"}
        assert client.post("/settings/mail/address/", given).status_code == 422
    assert Mailbox.objects.count() == 0


def test_a_mailbox_elsewhere_is_tried_before_it_is_kept(client, administrator):
    box = make_mailbox(address="help@adair.example.org", name="Adair")
    with ImapServer("desk", "right") as server:
        refused = client.post("/settings/mail/imap/", imap(server, box, password="wrong"))
        assert refused.status_code == 422
        assert "AUTHENTICATIONFAILED" in refused.content.decode()
        assert ImapAccount.objects.count() == 0
        assert client.post("/settings/mail/imap/", imap(server, box)).status_code == 302
        account = ImapAccount.objects.get()
        assert unseal(account.secret) == "right"
        kept = client.post(f"/settings/mail/imap/{account.uid}/", imap(server, box, password="", name="Ours"))
        assert kept.status_code == 302
    account.refresh_from_db()
    assert (account.name, unseal(account.secret)) == ("Ours", "right")
    assert 'value="right"' not in client.get(f"/settings/mail/imap/{account.uid}/").content.decode()


@pytest.mark.parametrize("role", ["lead", "volunteer"])
@pytest.mark.parametrize("path", ["", "address/", "imap/"])
def test_nobody_else_sees_or_changes_them(client, role, path):
    client.force_login(make_user(actor=None, email="v@example.org", name="Vi", role=role, now=now()))
    assert client.get(f"/settings/mail/{path}").status_code == 403
    given = {"address": "x@example.org", "name": "X", "language": "en"}
    assert client.post(f"/settings/mail/{path}", given).status_code in (403, 405)
    assert Mailbox.objects.count() == 0
