"""Signed-in browsers: noted, seen, ended. What ends is told to every open page of its owner at once."""

import re
from datetime import datetime

from hustings.foundation.core import live
from hustings.foundation.core.guard import action
from hustings.foundation.core.networks import network_of

from ..models import Session, User
from .audit import record_audit

BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)


def device_of(agent: str) -> str:
    """`Firefox, Linux` of a User-Agent; empty for one that says nothing we know."""
    found = [next((name for mark, name in marks if mark in agent), "") for marks in (BROWSERS, SYSTEMS)]
    return ", ".join(word for word in found if word) or re.sub(r"[^\w ./-]", "", agent)[:40]


@action
def begin_session(*, user: User, session_key: str, way: str, address: str, agent: str, now: datetime) -> None:
    """A browser signed in: keep how and where from, and write it into the audit."""
    network = network_of(address)
    Session.objects.filter(pk=session_key).update(
        way=way, network=network, device=device_of(agent), began_at=now, seen_at=now
    )
    detail = {"way": way, "network": network, "device": device_of(agent)}
    record_audit(actor=user, action="sign-in", record_type="user", record_uid=user.uid, detail=detail, now=now)


def see_session(*, session_key: str, address: str, agent: str, now: datetime) -> None:
    """The browser is here now."""
    Session.objects.filter(pk=session_key).update(seen_at=now, network=network_of(address), device=device_of(agent))


@action
def end_session(*, actor: User, session: Session, now: datetime) -> None:
    """This browser is signed out at once; its unsaved drafts stay in it, saved ones stay with us."""
    session.delete()
    record_audit(
        actor=actor, action="session.ended", record_type="user", record_uid=actor.uid, detail={"count": 1}, now=now
    )
    live.publish(f"session:{actor.pk}")


@action
def end_other_sessions(*, actor: User, keep: str | None, now: datetime) -> int:
    """Every browser of this person but one is signed out; how many there were."""
    count = end_all_sessions(user=actor, keep=keep)
    record_audit(
        actor=actor, action="session.ended", record_type="user", record_uid=actor.uid, detail={"count": count}, now=now
    )
    return count


def end_all_sessions(*, user: User, keep: str | None = None) -> int:
    """Inside an action: all browsers of this person are signed out and their streams end when it commits."""
    count, _rows = Session.objects.filter(user=user).exclude(pk=keep or "").delete()
    live.publish(f"session:{user.pk}")
    return count


def forget_sessions(*, now: datetime) -> int:
    """Delete what ended by itself; how many. No legal hold is asked, as none is when somebody signs out: a session is
    the browser's key, not the record of it. That they signed in, when, how, from which network and with what browser
    stands in the audit, and no schedule takes lines of that kind."""
    return Session.objects.filter(expire_date__lt=now).delete()[0]
