"""What a version is made of, checked and written: texts, what they stand on, files."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from hustings.foundation.access.models import User
from hustings.foundation.core import storage
from hustings.foundation.core.guard import unveiled
from hustings.foundation.core.texts import safe_name

from ..files import MOST_FILES, content_type_of
from ..models import Article, ArticleText, ArticleVersion, Attachment, Source, VotingApproval
from ..rules import check_merge_fields, private_fields

LONGEST, LONGEST_STEP, MOST_STEPS = 20_000, 1_000, 30


@dataclass(frozen=True)
class Words:
    """One text of a version: `state_code` empty for all states that have none of their own. `still_holds`: of a
    translation, that somebody read it beside the English of today and it says the same."""

    language: str
    body: str
    state_code: str = ""
    title: str = ""
    steps: tuple[str, ...] = ()
    expires_at: datetime | None = None
    made_by_machine: bool = False
    still_holds: bool = False


@dataclass(frozen=True)
class Cited:
    """A source of the words, for one state or (empty) for all."""

    title: str
    url: str
    checked_at: datetime
    official: bool = False
    state_code: str = ""


@dataclass(frozen=True)
class Enclosed:
    """A file of the version: its bytes, or the key of those that are stored already."""

    name: str
    content: bytes = b""
    sha256: str = ""
    content_type: str = ""
    size: int = 0


def words_of(version: ArticleVersion) -> list[Words]:
    """Its texts in true words, as they could be given to a new version: not to be shown."""
    with unveiled():
        texts = list(ArticleText.objects.filter(version=version).defer("search").order_by("id"))
        return [
            Words(
                one.language, one.body, one.state_code, one.title, tuple(one.steps), one.expires_at, one.made_by_machine
            )
            for one in texts
        ]


def with_deadlines_of(version: ArticleVersion, texts: Sequence[Words]) -> list[Words]:
    """The texts with the deadline that each has in this version; what is new there ends with the words of its state in
    another language, the earliest of them."""
    rows = ArticleText.objects.filter(version=version).values_list("language", "state_code", "expires_at")
    own = {(language, code): ends for language, code, ends in rows}
    of_state: dict[str, datetime] = {}
    for (_language, code), ends in own.items():
        if ends is not None:
            of_state[code] = min(ends, of_state.get(code, ends))
    return [
        replace(one, expires_at=own.get((one.language, one.state_code), of_state.get(one.state_code))) for one in texts
    ]


def sources_of(version: ArticleVersion) -> list[Cited]:
    """What it stands on, as it could be given to a new version."""
    rows = Source.objects.filter(version=version).order_by("id")
    return [Cited(one.title, one.url, one.checked_at, one.official, one.state_code) for one in rows]


def files_of(version: ArticleVersion) -> list[Enclosed]:
    """Its files, as they could be given to a new version."""
    rows = Attachment.objects.filter(version=version).order_by("id")
    return [Enclosed(one.name, b"", one.sha256, one.content_type, one.size) for one in rows]


def clean_title(title: str) -> str:
    """In one line. Raises ValidationError (field "title")."""
    title = " ".join(title.split())
    if not title:
        raise ValidationError({"title": _("Give it a title: the question it answers.")})
    return title[:200]


def check_texts(texts: Sequence[Words]) -> None:
    """Raises ValidationError (field "texts") with everything that is wrong, each naming its text and place."""
    if not texts:
        raise ValidationError({"texts": _("Write at least one text.")})
    problems, seen = [], set()
    for text in texts:
        key = (text.language, text.state_code)
        named = " ".join(filter(None, [text.language, text.state_code]))
        if key in seen:
            problems.append(_("Two texts are for %(which)s. Keep one.") % {"which": named})
        seen.add(key)
        if not text.body.strip():
            problems.append(_("The text for %(which)s is empty.") % {"which": named})
        if len(text.body) > LONGEST:
            too_long = _("The text for %(which)s is longer than %(n)d characters.")
            problems.append(too_long % {"which": named, "n": LONGEST})
        if len(text.steps) > MOST_STEPS or any(len(step) > LONGEST_STEP for step in text.steps):
            many = _("The text for %(which)s may have %(most)d steps of %(long)d characters.")
            problems.append(many % {"which": named, "most": MOST_STEPS, "long": LONGEST_STEP})
        for part in (text.body, text.title, *text.steps):
            problems += [f"{named}: {error.sentence}" for error in check_merge_fields(part)]
    if problems:
        raise ValidationError({"texts": problems})


def check_sources(sources: Sequence[Cited], now: datetime) -> None:
    """Raises ValidationError (field "sources")."""
    problems = []
    for one in sources:
        if not one.title.strip() or urlsplit(one.url).scheme not in ("http", "https"):
            problems.append(_("A source needs a name and a web address that begins with https://."))
        if one.checked_at > now:
            problems.append(_("“%(source)s” cannot have been checked in the future.") % {"source": one.title})
    if problems:
        raise ValidationError({"sources": list(dict.fromkeys(problems))})


def check_public(texts: Iterable[ArticleText], title: str) -> None:
    """Raises ValidationError where the words need somebody to be filled in for: they cannot stand on a public page."""
    problems = []
    for text in texts:
        named = " ".join(filter(None, [text.language, text.state_code]))
        for part in (text.title or title, text.body, *text.steps):
            problems += [f"{named}: {error.sentence}" for error in private_fields(part)]
    if problems:
        raise ValidationError(problems, code="private")


def write_version(
    article: Article,
    number: int,
    title: str,
    texts: Sequence[Words],
    sources: Sequence[Cited],
    files: Sequence[Enclosed],
    actor: User | None,
    reason: str,
    before: ArticleVersion | None = None,
) -> ArticleVersion:
    """The rows of a version, in as many statements for fifty states as for one. What is word for word as in the version
    before keeps its sign-off, its approval by voter protection, and what its translations were made from."""
    kinds = _kinds(files)
    version = ArticleVersion.objects.create(
        article=article, number=number, title=title, made_by=actor, reason=reason.strip()
    )
    old = {(one.language, one.state_code): one for one in ArticleText.objects.filter(version=before)} if before else {}
    english = {text.state_code: text for text in texts if text.language == "en"}
    ArticleText.objects.bulk_create(_text(version, text, old, english, before) for text in texts)
    Source.objects.bulk_create(
        Source(
            version=version,
            state_code=source.state_code,
            title=" ".join(source.title.split())[:300],
            url=source.url.strip(),
            official=source.official,
            checked_at=source.checked_at,
            checked_by=actor,
        )
        for source in sources
    )
    Attachment.objects.bulk_create(_file(version, file, kind) for file, kind in zip(files, kinds, strict=True))
    if before is not None:
        _carry_approvals(version, before)
    return version


def _text(
    version: ArticleVersion,
    text: Words,
    old: dict[tuple[str, str], ArticleText],
    english: dict[str, Words],
    before: ArticleVersion | None,
) -> ArticleText:
    was = old.get((text.language, text.state_code))
    row = ArticleText(
        version=version,
        language=text.language,
        state_code=text.state_code,
        title=" ".join(text.title.split()),
        body=text.body.strip().replace("\r\n", "\n"),
        steps=[" ".join(step.split()) for step in text.steps if step.strip()],
        expires_at=text.expires_at,
        made_by_machine=text.made_by_machine,
    )
    same = was is not None and _says(was) == _says(row)
    if same and was is not None and row.made_by_machine:
        row.signed_off_by_id, row.signed_off_at = was.signed_off_by_id, was.signed_off_at
    if text.language != "en":
        row.base_number = version.number
        if same and was is not None and not text.still_holds and before is not None:
            row.base_number = _base_of(was, version.number, before, _unchanged(english, old, text.state_code))
    return row


def _says(text: ArticleText) -> tuple[str, str, list[str]]:
    return text.title, text.body, text.steps


def _unchanged(english: dict[str, Words], old: dict[tuple[str, str], ArticleText], state_code: str) -> bool:
    """Whether the English that a translation for this state stands on is as it was."""
    code = state_code if state_code in english else ""
    now, was = english.get(code), old.get(("en", code))
    if now is None or was is None:
        return now is None and was is None
    words = " ".join(now.title.split()), now.body.strip().replace("\r\n", "\n")
    return words == (was.title, was.body) and [" ".join(one.split()) for one in now.steps if one.strip()] == was.steps


def _base_of(was: ArticleText, number: int, before: ArticleVersion, unchanged: bool) -> int | None:
    """A translation that was not touched goes with the new version only while the English did not move either."""
    current = was.base_number is None or was.base_number >= before.number
    if unchanged and current:
        return number
    return was.base_number if was.base_number is not None else before.number


def _kinds(files: Sequence[Enclosed]) -> list[str]:
    """What each file is. Raises ValidationError (field "files") before anything is stored."""
    if len(files) > MOST_FILES:
        raise ValidationError({"files": _("An answer has at most %(n)d files.") % {"n": MOST_FILES}})
    return [file.content_type if file.sha256 else content_type_of(file.name, file.content) for file in files]


def _file(version: ArticleVersion, file: Enclosed, kind: str) -> Attachment:
    sha256, size = (file.sha256, file.size) if file.sha256 else (storage.put(file.content), len(file.content))
    return Attachment(version=version, name=safe_name(file.name), content_type=kind, size=size, sha256=sha256)


def _carry_approvals(version: ArticleVersion, before: ArticleVersion) -> None:
    """Voter protection need not read again what nobody touched: the words of a state in every language, their sources
    and deadline, and the title."""
    if version.title != before.title:
        return
    told, was = _by_state(version), _by_state(before)
    VotingApproval.objects.bulk_create(
        VotingApproval(
            version=version, state_code=one.state_code, by_id=one.by_id, at=one.at, note=one.note, carried=True
        )
        for one in VotingApproval.objects.filter(version=before)
        if one.state_code in told and told[one.state_code] == was.get(one.state_code)
    )


def _by_state(version: ArticleVersion) -> dict[str, object]:
    texts: dict[str, list[object]] = {}
    for one in ArticleText.objects.filter(version=version).defer("search").order_by("language"):
        texts.setdefault(one.state_code, []).append((one.language, *_says(one), one.expires_at, one.made_by_machine))
    sources: dict[str, list[object]] = {}
    for source in Source.objects.filter(version=version).order_by("url", "title"):
        sources.setdefault(source.state_code, []).append((source.url, source.title, source.official))
    files = sorted(Attachment.objects.filter(version=version).values_list("sha256", flat=True))
    general = sources.get("", [])
    return {code: (said, general, sources.get(code, []), files) for code, said in texts.items()}
