"""What a caller says: the correction's own words, or approved language that fits the conversation."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q

from hustings.foundation.access.models import User
from hustings.foundation.core.guard import unveiled
from hustings.service.answers.models import ArticleEvent, ArticleText, Correction, EventKind
from hustings.service.answers.queries import citable
from hustings.service.answers.queries.sayable import sayable_texts
from hustings.service.answers.queries.wording import merge_values
from hustings.service.answers.rules import Found, replace_fields

from ..models import Call

MOST = 6


@dataclass(frozen=True)
class Offered:
    """Approved words to answer from. `is_gone`: chosen, and withdrawn since."""

    text: ArticleText
    title: str
    words: str
    is_chosen: bool = False
    is_gone: bool = False


def language_of(call: Call) -> str:
    """The conversation's, else the person's. For choosing words; the house's own question."""
    with unveiled():
        return (call.inquiry.language if call.inquiry else "") or call.person.language or "en"


def place_of(call: Call) -> str:
    """The state whose words they are told."""
    with unveiled():
        return (call.inquiry.state_code if call.inquiry else "") or call.person.state_code


def correction_words(user: User, call: Call, correction: Correction) -> tuple[str, str]:
    """(language, words) to say to this person; a field that is not known stays open in square brackets."""
    language = language_of(call)
    language = language if language in correction.texts else "en"
    return language, filled(user, call, correction.texts[language])


def filled(user: User, call: Call, text: str) -> str:
    """The words with their fields filled in as the reader sees them."""
    values = merge_values(user, call.person, place_of(call))

    def value_of(field: Found) -> str:
        return values.get(field.field) or field.default or f"[{field.field.partition('.')[2].replace('_', ' ')}]"

    return replace_fields(text, value_of)


def offered(user: User, call: Call, *, words: str, chosen: UUID | None, now: datetime) -> list[Offered]:
    """Approved words that fit what was typed, else the conversation; what was chosen stays on the list, and says when
    it was withdrawn since."""
    fitting = words or (f"{call.inquiry.subject} {call.inquiry.snippet}" if call.inquiry else "")
    found = citable(words=fitting, language=language_of(call), state_code=place_of(call), limit=MOST)
    texts = [one.text for one in found]
    kept = find_text(chosen)
    if kept is not None and kept.pk not in {text.pk for text in texts}:
        texts.insert(0, kept)
    may = set(sayable_texts(now).filter(pk__in=[text.pk for text in texts]).values_list("pk", flat=True))
    titles = {one.text.pk: one.article.title for one in found}
    return [
        Offered(
            text=text,
            title=titles.get(text.pk) or text.title or text.version.title,
            words=filled(user, call, text.body),
            is_chosen=text.uid == chosen,
            is_gone=text.pk not in may,
        )
        for text in texts
    ]


def find_text(uid: UUID | None) -> ArticleText | None:
    """Words that were approved at one time, also where they are withdrawn now: what was said was said."""
    if uid is None:
        return None
    approved = ArticleEvent.objects.filter(kind=EventKind.APPROVED, version__isnull=False).values("version_id")
    said = Q(version_id__in=approved) | Q(version_id=F("version__article__approved_version_id"))
    with unveiled():
        rows = ArticleText.objects.filter(said)
    return rows.select_related("version__article").filter(uid=uid).first()
