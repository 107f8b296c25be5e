"""What the zygote's forks do, and what the product has in hand while they do it."""

import asyncio
import contextlib
import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bulking import begin_bulk, end_bulk, keep_handing_over, keep_leaving, tell_bulk
from django.conf import settings
from django.db import close_old_connections, connection, connections
from django.db.utils import DatabaseError, InterfaceError
from django.test import Client
from erasures import begin_erasures, erasing_worker, tell_erasures
from telling import tell
from watching import MARKS

from hustings.foundation.access import actions as access
from hustings.foundation.access.models import User
from hustings.foundation.channels import imap
from hustings.foundation.channels.actions import deliveries, outbox
from hustings.foundation.channels.actions.accounts import make_mailbox, save_imap_account
from hustings.foundation.channels.models import ImapAccount
from hustings.foundation.core import jobs, loops
from hustings.foundation.core.clock import now
from hustings.foundation.geography.models import State
from hustings.project import front
from hustings.project.cli import processes
from hustings.service.correspondence.actions import intake_files, intake_sources, intake_taking
from hustings.service.desk.actions.bulk import start_run
from hustings.service.desk.actions.intake import ensure_default_queue
from hustings.service.desk.models import Inquiry, Queue

ADMINISTRATOR, MAILBOX = "ada@c.example", "help@c.example"
VOLUNTEERS = ("vera@c.example", "vito@c.example")
SAMPLE = b"From: A <a@b.example>\r\nTo: help@c.example\r\nMessage-ID: <first@b.example>\r\n\r\nWhere do I vote?\r\n"


def prepare() -> None:
    """Who works here and where mail goes; and everything is loaded that is loaded at first use."""
    moment = now()
    ensure_default_queue(now=moment)
    make_mailbox(address=MAILBOX, name="Campaign", is_default=True, acknowledges=False)
    State.objects.create(code="OH", name="Ohio", fips="39")
    team = Queue.objects.get().team
    for email, role in ((ADMINISTRATOR, "administrator"), *((email, "volunteer") for email in VOLUNTEERS)):
        access.make_user(
            actor=None, email=email, name=email[:4], role=role, teams=[team], needs_release=False, now=moment
        )
    deliveries.store(source="lmtp", raw=SAMPLE, envelope_from="a@b.example", envelope_to=[MAILBOX], now=moment)
    intake_taking.take_in(now=moment)
    inquiry = Inquiry.objects.get()
    browser = Client()
    browser.get("/ask/")
    browser.force_login(User.objects.get(email=VOLUNTEERS[0]))
    browser.get(f"/letters/reply/{inquiry.uid}/")
    connections.close_all()


def store(path: str) -> None:
    """Each line of the file, a letter, as a delivery."""
    for raw in json.loads(Path(path).read_text()):
        deliveries.store(source="lmtp", raw=raw.encode(), envelope_from="a@b.example", envelope_to=[MAILBOX], now=now())


def worker() -> None:
    """`hustings worker`."""
    processes.worker()


def worker_without_jobs() -> None:
    """Its loops alone: at work in half the time."""
    loops.run("worker", threading.Event())


def work_off() -> None:
    """`hustings worker` until nothing waits any more. Jobs of those that were killed are taken up at once: what tells
    a dead worker from a slow one is half a minute of silence, which nobody waits for here."""
    # Where nothing waits at all it is told to end before it listens, which would end it as if it had been killed.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    jobs.take_up_fallen(now=now(), silent_for=0)
    threading.Thread(target=_end_when_done, daemon=True).start()
    processes.worker()


def _end_when_done() -> None:
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "select (select count(*) from channels_delivery where outcome = '')"
                " + (select count(*) from procrastinate_jobs where status in ('todo', 'doing')"
                " and task_name in ('desk.go_on_with_run', 'retention.erase'))"
            )
            if cursor.fetchone()[0] == 0:
                os.kill(os.getpid(), signal.SIGTERM)
                time.sleep(0.5)  # then again: a worker that is still starting may not have heard it
        time.sleep(0.02)


def take_file(path: str, piece: int, workers: bool) -> None:
    """`hustings intake`, of small pieces."""
    intake_sources.PIECE_BYTES = piece
    intake_files.WORTH_WORKERS = 0 if workers else 1 << 60
    intake_files.intake_files([Path(path)], progress=lambda *_: MARKS.done(), now=now())


def mail(address: str, smtp: str = "") -> None:
    """`hustings mail`."""
    settings.HUSTINGS_LMTP, settings.HUSTINGS_SMTP_URL = address, smtp
    processes.mail()


def read_from(port: int) -> None:
    """Have `hustings mail` read this IMAP server."""
    box = make_mailbox(address=MAILBOX, name="Campaign", is_default=True, acknowledges=False)
    account = ImapAccount(name="Elsewhere", host="127.0.0.1", port=port, tls=False, username="u", mailbox=box)
    save_imap_account(account=account, password="a long password")


def fetch_all() -> None:
    while imap.poll():
        pass


def queue(prefix: str, count: int) -> None:
    for number in range(count):
        name = f"<{prefix}{number}@c.example>"
        content = f"Message-ID: {name}\r\nSubject: n\r\n\r\nWords\r\n".encode()
        outbox.queue_mail(
            matter=f"fault:{prefix}{number}",
            message_id=name,
            envelope_from=MAILBOX,
            envelope_to="a@b.example",
            content=content,
            not_before=now(),
        )


def send_all(smtp: str) -> None:
    """What is left in the outbox."""
    settings.HUSTINGS_SMTP_URL = smtp
    while outbox.send_due():
        pass


def start_job(word: str) -> None:
    """An act over all inquiries, more than are done at once."""
    ids = list(Inquiry.objects.exclude(status="merged").order_by("id").values_list("pk", flat=True)[:300])
    actor = User.objects.get(email=ADMINISTRATOR)
    start_run(actor=actor, verb="tag", values={"add": [word]}, ids=ids, now=now())


def web(port: int) -> None:
    """The server and the application of `hustings web`, in one process."""
    from granian.constants import HTTPModes, Interfaces  # noqa: PLC0415  (its threads begin where it is imported)
    from granian.server.embed import Server  # noqa: PLC0415

    async def serve() -> None:
        await Server(
            front.application,
            address="127.0.0.1",
            port=port,
            interface=Interfaces.ASGINL,
            http=HTTPModes.http1,
            websockets=False,
            log_enabled=False,
        ).serve()

    asyncio.run(serve())


def sign_in(path: str) -> None:
    """A session for each volunteer."""
    keys = {}
    for email in VOLUNTEERS:
        browser = Client()
        browser.force_login(User.objects.get(email=email))
        keys[email] = browser.cookies[settings.SESSION_COOKIE_NAME].value
    Path(path).write_text(json.dumps(keys))


@contextlib.contextmanager
def whatever_happens_to_the_database() -> Iterator[None]:
    with contextlib.suppress(DatabaseError, InterfaceError):
        yield
        return
    connection.close()
    time.sleep(0.01)


def keep_taking_in() -> None:
    """What the worker's loop does, coming back to a database that went away at once."""
    while True:
        with whatever_happens_to_the_database():
            close_old_connections()
            if intake_taking.take_in(now=now()) is None:
                time.sleep(0.005)


def take_file_whatever_happens(path: str, piece: int) -> None:
    """`hustings intake`, called again at once when the database went away."""
    done = False
    while not done:
        with whatever_happens_to_the_database():
            take_file(path, piece, workers=False)
            done = True


def keep_sending(smtp: str) -> None:
    settings.HUSTINGS_SMTP_URL = smtp
    while True:
        with whatever_happens_to_the_database():
            close_old_connections()
            if not outbox.send_due():
                time.sleep(0.005)


WORK: dict[str, Callable[..., None]] = {
    each.__name__: each
    for each in (
        store,
        worker,
        worker_without_jobs,
        work_off,
        take_file,
        mail,
        read_from,
        fetch_all,
        queue,
        send_all,
        start_job,
        web,
        sign_in,
        keep_taking_in,
        take_file_whatever_happens,
        keep_sending,
        begin_bulk,
        keep_leaving,
        keep_handing_over,
        end_bulk,
        tell_bulk,
        tell,
        begin_erasures,
        erasing_worker,
        tell_erasures,
    )
}
