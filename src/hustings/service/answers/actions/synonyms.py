"""Words that mean the same to who searches, as the campaign says."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _

from hustings.foundation.access.actions import record_audit
from hustings.foundation.access.models import User
from hustings.foundation.core.guard import action

from ..models import Synonym
from ..rules import may_set_synonyms
from .noting import bump

MOST_SETS, MOST_SAYINGS, LONGEST_SAYING = 500, 20, 80


@action
def set_synonyms(
    *, actor: User, language: str, sets: Sequence[Sequence[str]], seen: int | None = None, now: datetime
) -> int:
    """All the sets of a language, in place of those there were; each two sayings or more that count as one another.
    How many. `seen`: the newest set the writer had before them (`queries.synonyms`); ValidationError (code "stale")
    when somebody wrote others since. Raises ValidationError (field "sets") naming every wrong line, and keeps nothing
    then."""
    if not may_set_synonyms(actor):
        raise PermissionDenied
    bump([])  # first: whoever writes meanwhile waits here, where there may be no row yet to wait for
    newest = Synonym.objects.filter(language=language).aggregate(newest=Max("pk"))["newest"] or 0
    if seen is not None and seen != newest:
        raise ValidationError(_("Somebody wrote others while you did. Look at theirs, then save again."), code="stale")
    kept = [[" ".join(one.split()).lower() for one in sayings] for sayings in sets]
    kept = [list(dict.fromkeys(filter(None, sayings))) for sayings in kept]
    _check(kept)
    Synonym.objects.filter(language=language).delete()
    Synonym.objects.bulk_create(Synonym(language=language, words=sayings) for sayings in kept)
    record_audit(actor=actor, action="synonyms.set", detail={"language": language, "sets": len(kept)}, now=now)
    return len(kept)


def _check(sets: list[list[str]]) -> None:
    problems = []
    if len(sets) > MOST_SETS:
        problems.append(_("At most %(n)d lines.") % {"n": MOST_SETS})
    for number, sayings in enumerate(sets[:MOST_SETS], 1):
        if not 2 <= len(sayings) <= MOST_SAYINGS:
            line = _("Line %(n)d: write two sayings or more, with commas between them, at most %(most)d.")
            problems.append(line % {"n": number, "most": MOST_SAYINGS})
        if any(len(one) > LONGEST_SAYING or not any(map(str.isalnum, one)) for one in sayings):
            line = _("Line %(n)d: a saying is of letters, and at most %(most)d long.")
            problems.append(line % {"n": number, "most": LONGEST_SAYING})
    if problems:
        raise ValidationError({"sets": problems[:20]})
