"""Webhooks, against a server of our own."""

import hashlib
import hmac
import json
import ssl
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from hustings.foundation.automation import webhooks
from hustings.foundation.automation.actions.hooks import call_due, queue_call, save_hook, switch_hook
from hustings.foundation.automation.models import HookCall
from hustings.foundation.automation.webhooks import BadAddress, NotReached, check_address, post, resolve, signature

from .samples import NOW, make_sample


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.calls.append((self.path, dict(self.headers), body))
        status = self.server.answers.pop(0) if self.server.answers else 200
        if status == "slow":
            self.server.waited_for.wait(60)
            status = 200
        self.send_response(status)
        if status in (301, 302, 307):
            self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/elsewhere")
        self.end_headers()
        self.wfile.write(b"thanks")

    def log_message(self, *_given):
        pass


@pytest.fixture
def server():
    made = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    made.calls, made.answers, made.waited_for = [], [], threading.Event()
    made.handle_error = lambda *_given: None  # one that hangs up is meant
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    made.url = f"http://127.0.0.1:{made.server_port}/in?x=1"
    yield made
    made.waited_for.set()
    made.shutdown()
    made.server_close()
    thread.join()


@pytest.fixture
def hook(cast, server, settings):
    settings.HUSTINGS_WEBHOOKS_PRIVATE = True
    made, secret = save_hook(actor=cast["administrator"], hook=None, name="Press", url=server.url, now=NOW)
    return made, secret


@pytest.mark.django_db
def test_a_call_is_signed_and_says_what_the_owner_may_read(write, run, hook, server, cast):
    made, secret = hook
    write(actions=[{"verb": "call", "values": {"hook": str(made.uid), "fields": ["title", "size", "holder"]}}])
    sample = make_sample(
        actor=None, values={"title": "a", "size": 3, "secret": "red", "holder": cast["other"]}, now=NOW
    )
    run()
    assert server.calls == []  # it leaves when the act is committed, and by itself
    assert call_due(NOW)
    assert not call_due(NOW)
    path, headers, body = server.calls[0]
    told = json.loads(body)
    call = HookCall.objects.get()
    assert path == "/in?x=1"
    assert told["fields"] == {"title": "a", "size": 3, "holder": "Theo Sample"}
    assert told["record"] == {"type": "sample", "id": str(sample.uid), "url": f"/samples/{sample.uid}/"}
    assert b"red" not in body
    assert told["id"] == headers["Hustings-Delivery"] == str(call.uid)
    stamp, _comma, signed = headers["Hustings-Signature"].partition(",")
    assert stamp == f"t={int(NOW.timestamp())}"
    wanted = hmac.new(secret.encode(), stamp[2:].encode() + b"." + body, hashlib.sha256).hexdigest()
    assert signed == f"v1={wanted}"
    assert (call.state, call.said, call.tries) == ("sent", "200 thanks", 1)


@pytest.mark.django_db
def test_it_is_made_again_with_the_same_id_each_time_later(hook, server):
    made, _secret = hook
    server.answers[:] = [500, 429, 200]
    queue_call(hook=made, deed=None, payload={"a": 1}, now=NOW)
    assert call_due(NOW)
    assert not call_due(NOW + timedelta(seconds=29))
    assert call_due(NOW + timedelta(seconds=30))
    assert not call_due(NOW + timedelta(seconds=89))
    assert call_due(NOW + timedelta(seconds=90))
    assert len({headers["Hustings-Delivery"] for _path, headers, _body in server.calls}) == 1
    assert HookCall.objects.get().state == "sent"


@pytest.mark.django_db
@pytest.mark.parametrize("status", [301, 302, 307, 400, 404, 410])
def test_a_redirect_and_a_refusal_are_the_end_and_nothing_is_followed(hook, server, status):
    made, _secret = hook
    server.answers[:] = [status]
    queue_call(hook=made, deed=None, payload={}, now=NOW)
    call_due(NOW)
    assert HookCall.objects.get().state == "failed"
    assert [path for path, _headers, _body in server.calls] == ["/in?x=1"]


@pytest.mark.django_db
def test_it_is_given_up_in_the_end_and_said(cast, settings):
    settings.HUSTINGS_WEBHOOKS_PRIVATE = True
    made, _secret = save_hook(actor=cast["administrator"], hook=None, name="Gone", url="http://127.0.0.1:9/", now=NOW)
    queue_call(hook=made, deed=None, payload={}, now=NOW)
    moment = NOW
    for _try in range(12):
        assert call_due(moment)
        moment += timedelta(hours=5)
    call = HookCall.objects.get()
    assert (call.state, call.tries) == ("failed", 12)
    assert "refused" in call.said.lower()


@pytest.mark.django_db
def test_private_networks_are_not_called_unless_the_house_allows_it(cast, hook, server, settings):
    made, _secret = hook
    queue_call(hook=made, deed=None, payload={}, now=NOW)
    settings.HUSTINGS_WEBHOOKS_PRIVATE = False
    call_due(NOW)
    assert server.calls == []
    assert HookCall.objects.get().state == "failed"


@pytest.mark.django_db
def test_an_address_that_is_off_waits(cast, hook, server):
    made, _secret = hook
    queue_call(hook=made, deed=None, payload={}, now=NOW)
    switch_hook(actor=cast["administrator"], hook=made, on=False, now=NOW)
    assert not call_due(NOW)
    switch_hook(actor=cast["administrator"], hook=made, on=True, now=NOW)
    assert call_due(NOW)
    assert len(server.calls) == 1


@pytest.mark.parametrize("host", [
    "127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1", "::1", "fe80::1",
    "fd00::1", "::ffff:10.0.0.1", "2002:0a00:0001::",
])  # fmt: skip
def test_addresses_inside_are_known(host):
    with pytest.raises(BadAddress):
        resolve(host, 443, private=False)
    assert resolve(host, 443, private=True) == host or ":" in host


def test_a_name_with_one_address_inside_is_not_trusted(monkeypatch):
    found = [(2, 1, 6, "", ("93.184.216.34", 443)), (2, 1, 6, "", ("10.0.0.5", 443))]
    monkeypatch.setattr(webhooks.socket, "getaddrinfo", lambda *_given, **_more: found)
    with pytest.raises(BadAddress):
        resolve("example.org", 443, private=False)


def test_it_connects_to_the_address_that_was_checked(monkeypatch, server):
    """The name gives another address a moment later: it is not asked twice."""
    asked = []

    def once(host, port, **_more):
        asked.append(host)
        assert len(asked) == 1
        return [(2, 1, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(webhooks, "resolve", lambda host, port, private: once(host, port)[0][4][0])
    assert post(f"http://rebinds.example.org:{server.server_port}/x", b"{}", {}, private=True).status == 200
    assert asked == ["rebinds.example.org"]
    assert server.calls[0][1]["Host"] == f"rebinds.example.org:{server.server_port}"


def test_who_is_too_slow_is_not_waited_for(server):
    server.answers[:] = ["slow"]
    with pytest.raises(NotReached):  # the answer comes when the test is over
        post(server.url, b"{}", {}, private=True, seconds=0.4)
    assert not server.waited_for.is_set()


def test_a_certificate_nobody_vouches_for_is_refused(server):
    with pytest.raises(NotReached):
        post(f"https://127.0.0.1:{server.server_port}/", b"{}", {}, private=True)
    assert ssl.create_default_context().verify_mode == ssl.CERT_REQUIRED
    assert server.calls == []


@pytest.mark.parametrize("url", ["http://a.org", "https://", "https://u:p@a.org", "ftp://a.org", "https://a.org:99999"])
def test_what_is_no_address_of_ours_to_call(url):
    with pytest.raises(BadAddress):
        check_address(url, private=False)


def test_the_signature_is_of_the_seconds_and_the_body():
    assert signature("k", 1, b"x") == "t=1,v1=" + hmac.new(b"k", b"1.x", hashlib.sha256).hexdigest()
    assert signature("k", 1, b"x") != signature("k", 2, b"x")
