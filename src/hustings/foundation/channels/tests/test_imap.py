"""IMAP: each message once, whatever dies in between; nothing at the server is changed."""

from datetime import UTC, datetime

import pytest

from hustings.foundation.channels import imap
from hustings.foundation.channels.actions.accounts import make_mailbox, save_imap_account
from hustings.foundation.channels.models import Delivery, ImapAccount
from hustings.foundation.channels.tests.imap_server import ImapServer
from hustings.foundation.core.secrets import unseal

NOW = datetime(2028, 10, 20, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def server():
    with ImapServer("desk", "a long password") as running:
        yield running


@pytest.fixture
def account(server):
    box = make_mailbox(address="help@adair.example.org", name="Adair")
    new = ImapAccount(name="Provider", host="127.0.0.1", port=server.port, tls=False, username="desk", mailbox=box)
    return save_imap_account(account=new, password="a long password")


def bodies():
    return sorted(Delivery.objects.values_list("origin", flat=True))


def test_takes_each_message_once(server, account):
    server.add(b"Subject: one\r\n\r\n1\r\n")
    server.add(b"Subject: two\r\n\r\n2\r\n")
    assert imap.fetch(account, now=NOW) is False
    assert imap.fetch(account, now=NOW) is False
    assert bodies() == [f"imap:{account.pk}:1700:1", f"imap:{account.pk}:1700:2"]
    server.add(b"Subject: three\r\n\r\n3\r\n")
    imap.fetch(account, now=NOW)
    assert len(bodies()) == 3
    assert Delivery.objects.order_by("id").last().envelope_to == ["help@adair.example.org"]


def test_a_crash_between_storing_and_remembering_makes_no_second_one(server, account):
    server.add(b"Subject: one\r\n\r\n1\r\n")
    imap.fetch(account, now=NOW)
    ImapAccount.objects.update(last_uid=0)
    account.refresh_from_db()
    imap.fetch(account, now=NOW)
    assert len(bodies()) == 1


def test_a_new_uidvalidity_reads_all_again_under_new_names(server, account):
    server.add(b"Subject: one\r\n\r\n1\r\n")
    imap.fetch(account, now=NOW)
    server.uid_validity = 1701
    imap.fetch(account, now=NOW)
    assert bodies() == [f"imap:{account.pk}:1700:1", f"imap:{account.pk}:1701:1"]


def test_nothing_is_changed_at_the_server(server, account):
    server.add(b"Subject: one\r\n\r\n1\r\n")
    imap.fetch(account, now=NOW)
    assert {word for word in server.commands if word in ("STORE", "EXPUNGE", "DELETE", "MOVE", "SELECT")} == set()


def test_a_wrong_password_is_said_and_stores_nothing(server, account):
    save_imap_account(account=account, password="wrong")
    assert imap.poll(lambda: NOW) is False
    account.refresh_from_db()
    assert "AUTHENTICATIONFAILED" in account.last_error
    assert Delivery.objects.count() == 0


def test_the_password_is_kept_encrypted(account):
    assert b"a long password" not in bytes(account.secret)
    assert unseal(account.secret) == "a long password"
