"""Looking at every letter of a bulk reply before anything leaves. A job: a thousand letters a transaction, gone on with
by whoever takes it up; what an older revision began ends by itself."""

from collections.abc import Sequence
from datetime import datetime

from hustings.foundation.core import live
from hustings.foundation.core.guard import action

from ..engine.choosing import Candidate, choose
from ..models import BulkReply, BulkState, Copy, CopyState, Why
from ..queries.letters import Look, look
from ..queries.wording import Wording

AT_ONCE = 1_000


def check(*, bulk_id: int, revision: int, now: datetime) -> None:
    """Look at what is left of its letters, and choose whose are answered. May run again, and two at a time."""
    while _check_some(bulk_id=bulk_id, revision=revision, now=now):
        pass


@action
def _check_some(*, bulk_id: int, revision: int, now: datetime) -> bool:
    """The next thousand; whether there may be more."""
    bulk = BulkReply.objects.select_for_update(of=("self",)).select_related("made_by", "article", "version").filter(
        pk=bulk_id, revision=revision, state=BulkState.CHECKING
    ).first()  # fmt: skip
    if bulk is None:
        return False
    part = bulk.wanted[bulk.checked : bulk.checked + AT_ONCE]
    if not part:
        _choose(bulk)
        bulk.state, bulk.checked_at = BulkState.CHECKED, now
        bulk.save(update_fields=["state", "checked_at"])
    else:
        Copy.objects.bulk_create(_copy(bulk, one) for one in look(Wording(bulk, now), part))
        bulk.checked += len(part)
        bulk.save(update_fields=["checked"])
    live.publish(["bulk", f"user:{bulk.made_by_id}"], kind="checked")
    return bool(part)


def _copy(bulk: BulkReply, one: Look) -> Copy:
    return Copy(
        bulk=bulk,
        inquiry=one.inquiry,
        person_id=one.person_id,
        letter_id=one.inquiry.last_message_id,
        reply_seen=one.reply_seen,
        address=one.address,
        language=one.language,
        state_code=one.state_code,
        text=one.text,
        state=CopyState.LEFT_OUT if one.why else CopyState.READY,
        why=one.why,
        detail=one.detail,
    )


def _choose(bulk: BulkReply) -> None:
    """One letter of each writer is answered; the others with it, or none where one is in somebody's hand."""
    rows = Copy.objects.filter(bulk=bulk).values_list("pk", "person_id", "address", "letter_id", "state", "why")
    candidates = [
        Candidate(pk, person, address.lower(), letter or 0, holds=why == Why.IN_HAND)
        for pk, person, address, letter, state, why in rows
        if state == CopyState.READY or why == Why.IN_HAND
    ]
    chosen = choose(candidates)
    person = {one.key: one.person for one in candidates}
    ready = Copy.objects.filter(bulk=bulk, state=CopyState.READY)
    for some in _parts(sorted(chosen.held)):
        ready.filter(pk__in=some).update(state=CopyState.LEFT_OUT, why=Why.OTHER_IN_HAND)
    for some in _parts(sorted(chosen.covered)):
        copies = [
            Copy(
                pk=one,
                state=CopyState.COVERED,
                covered_by_id=chosen.covered[one],
                why="" if person[one] == person[chosen.covered[one]] else Why.SAME_ADDRESS,
            )
            for one in some
        ]
        Copy.objects.bulk_update(copies, ["state", "covered_by", "why"])


def _parts(ids: Sequence[int]) -> list[Sequence[int]]:
    return [ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE)]
