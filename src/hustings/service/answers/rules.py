"""Who may do what with approved language, and the merge fields: one list of what a text may leave open.

A merge field is `{{ person.first_name }}`, or with words for when it is empty, `{{ person.first_name | default:
"friend" }}`. A field nobody knows is refused when the text is saved; one that stays empty is refused before a letter
leaves: nothing is ever sent with a blank.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hustings.foundation.access.models import User
from hustings.foundation.access.rules import administers, can, leads_team
from hustings.foundation.core.guard import may_read, unveiled
from hustings.foundation.ui.words import Words

from .models import Article, ArticleKind, ArticleState, ArticleVersion

# ---- what the house decides by, whatever of it its reader may read: no page shows it -----------------------------


def is_voting(article: Article) -> bool:
    """Whether it is on voting, in truth."""
    with unveiled():
        return article.kind == ArticleKind.VOTING


def approved_words(article: Article) -> ArticleVersion | None:
    """The version that is approved and in use, in truth; None for a draft, and while it is withdrawn."""
    with unveiled():
        return article.approved_version if article.state == ArticleState.APPROVED else None


def is_in_use(article: Article, version_id: int | None) -> bool:
    """Whether exactly this version is approved, in truth; a withdrawal is asked elsewhere."""
    with unveiled():
        return version_id is not None and article.approved_version_id == version_id


# ---- who may ----------------------------------------------------------------------------------------------------


READ_APART = ("owner", "check_by", "is_public", "kind", "state", "expires_at")


def may_make(user: User) -> bool:
    """May write new articles: leads (for their teams), administrators, and voter protection."""
    return bool(user.is_authenticated and user.is_active and (user.leads or can(user, "approve_voting_answers")))


def may_change(user: User, article: Article) -> bool:
    """May revise it and look after it: administrators, whoever leads the article's team, and voter protection what is
    on voting."""
    if administers(user):
        return True
    if can(user, "approve_voting_answers") and is_voting(article):
        return True
    return article.team_id is not None and leads_team(user, article.team_id)


def may_approve(user: User, article: Article) -> bool:
    """May approve a version and put it before the public: who may change it and has the role to approve."""
    return may_change(user, article) and (can(user, "approve_answers") or can(user, "approve_voting_answers"))


def may_judge(user: User, article: Article) -> bool:
    """May approve a version on its page: who may approve it and may read which one is."""
    return may_approve(user, article) and may_read("article", "state")


def may_publish(user: User, article: Article) -> bool:
    """May say whether the public reads it, and for how long: who may approve it and may read whether it does."""
    return may_approve(user, article) and may_read("article", "is_public")


def may_withdraw(user: User, article: Article) -> bool:
    """May withdraw and restore it: who may change it, and whoever may withdraw anything (counsel)."""
    return may_change(user, article) or can(user, "withdraw_answers")


def may_correct(user: User, article: Article) -> bool:
    """May see who was answered from it, and send them a correction."""
    return may_approve(user, article) or can(user, "withdraw_answers")


def may_protect(user: User, state_code: str) -> bool:
    """May approve words on voting for this state; for all states (empty) those of voter protection who are not set to
    some."""
    return can(user, "approve_voting_answers") and (not user.states or state_code in user.states)


def may_set_polls(user: User, state_code: str) -> bool:
    """May say when polls close in a state (empty: everywhere), and bring in election offices."""
    return administers(user) or may_protect(user, state_code)


def may_see_polls(user: User) -> bool:
    """May look at the hours: whoever writes answers."""
    return may_make(user)


def may_set_synonyms(user: User) -> bool:
    """May say which words mean the same to who searches: administrators, and whoever approves answers."""
    return administers(user) or can(user, "approve_answers")


def readable() -> set[str]:
    """What the pages of answers leave out unless the reader may read it."""
    return {name for name in READ_APART if may_read("article", name)}


def needs_note(user: User, version: ArticleVersion) -> bool:
    """Approving one's own words is allowed with a note that says why nobody else did: a small campaign must not stand
    still, and the page shows it."""
    return version.made_by_id == user.pk


@dataclass(frozen=True)
class MergeField:
    name: str
    label: Words
    sample: str


MERGE_FIELDS = {
    field.name: field
    for field in (
        MergeField("person.first_name", gettext_lazy("The person's first name"), "Ruth"),
        MergeField("person.last_name", gettext_lazy("The person's last name"), "Abernathy"),
        MergeField("person.name", gettext_lazy("The person's full name"), "Ruth Abernathy"),
        MergeField("person.city", gettext_lazy("The person's city"), "Columbus"),
        MergeField("person.state_name", gettext_lazy("The person's state"), "Ohio"),
        MergeField("person.state_code", gettext_lazy("The person's state, two letters"), "OH"),
        MergeField("person.zip", gettext_lazy("The person's ZIP"), "43211"),
        MergeField("person.county", gettext_lazy("The person's county"), "Franklin"),
        MergeField("agent.first_name", gettext_lazy("First name of whoever answers"), "June"),
        MergeField("agent.name", gettext_lazy("Full name of whoever answers"), "June Oduya"),
        MergeField("campaign.name", gettext_lazy("The campaign's name"), "Adair for America"),
        MergeField("campaign.phone", gettext_lazy("The campaign's telephone"), "(614) 555-0100"),
        MergeField("campaign.address", gettext_lazy("The campaign's postal address"), "PO Box 1, Columbus, OH 43215"),
    )
}
SAMPLE = {name: field.sample for name, field in MERGE_FIELDS.items()}

# What stands between two pairs of braces, whatever it is; FIELD then says whether it reads as a field.
BRACES = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
FIELD = re.compile(r"""\s*([A-Za-z_][\w.]*)\s*(?:\|\s*default\s*:\s*(?:"([^"]*)"|“([^”]*)”|'([^']*)')\s*)?""")


class MergeFieldError(ValueError):
    """`field` cannot be used; `reason`: unknown, empty, malformed or private; `line` and `column` from 1 say where."""

    def __init__(self, field: str, reason: str, line: int = 0, column: int = 0) -> None:
        self.field, self.reason, self.line, self.column = field, reason, line, column
        super().__init__(self.sentence)

    @property
    def sentence(self) -> str:
        """The error as a person reads it."""
        where = ""
        if self.line:
            where = _(" (line %(line)d, character %(column)d)") % {"line": self.line, "column": self.column}
        if self.reason == "unknown":
            text = _("There is no merge field “%(field)s”%(where)s.")
        elif self.reason == "private":
            text = _(
                "“%(field)s” is different for each reader%(where)s, and on a public page there is nobody to fill it "
                "in for. Give it a default, or words that need none."
            )
        elif self.reason == "empty":
            text = _("“%(field)s” is empty for this person%(where)s. Write it in by hand, or give it a default.")
        else:
            text = _("“%(field)s” does not read as a merge field%(where)s. Write {{ person.first_name }}.")
        return text % {"field": self.field, "where": where}


@dataclass(frozen=True)
class Found:
    """One merge field where it stands; `default` is None when none is given."""

    field: str
    default: str | None
    start: int
    end: int


def _place(text: str, at: int) -> tuple[int, int]:
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def _error(text: str, at: int, field: str, reason: str) -> MergeFieldError:
    line, column = _place(text, at)
    return MergeFieldError(field, reason, line, column)


def _scan(text: str) -> tuple[list[Found], list[MergeFieldError]]:
    """Every field of the text, and everything that looks like one and is none."""
    found, errors = [], []
    for braces in BRACES.finditer(text):
        inside = FIELD.fullmatch(braces[1])
        if inside is None:
            errors.append(_error(text, braces.start(), " ".join(braces[0].split())[:60], "malformed"))
            continue
        default = next((group for group in inside.groups()[1:] if group is not None), None)
        if default is not None and not default.strip():
            # A blank default would send the blank that the whole rule is against.
            errors.append(_error(text, braces.start(), " ".join(braces[0].split())[:60], "malformed"))
            continue
        found.append(Found(inside[1], default, braces.start(), braces.end()))
    # Braces without their other half: what is left once every pair is blanked out at the same length.
    rest = BRACES.sub(lambda pair: " " * len(pair[0]), text)
    errors += [_error(text, half.start(), half[0], "malformed") for half in re.finditer(r"\{\{|\}\}", rest)]
    return found, sorted(errors, key=lambda error: (error.line, error.column))


def merge_fields_in(text: str) -> list[str]:
    """The names of the fields in the text, each once, in order. Malformed ones are not among them."""
    return list(dict.fromkeys(field.field for field in _scan(text)[0]))


def check_merge_fields(text: str) -> list[MergeFieldError]:
    """Everything wrong with the fields of a text: unknown ones and what does not read as one, with the place."""
    found, errors = _scan(text)
    errors += [_error(text, field.start, field.field, "unknown") for field in found if field.field not in MERGE_FIELDS]
    return sorted(errors, key=lambda error: (error.line, error.column))


def fill_merge_fields(text: str, values: Mapping[str, str]) -> str:
    """The text with its fields filled, or their defaults where the value is empty. Raises MergeFieldError at the
    first field that is unknown, empty or malformed. What a value holds is never read as a field."""
    if errors := check_merge_fields(text):
        raise errors[0]

    def fill(field: Found) -> str:
        value = " ".join(str(values.get(field.field) or "").split()) or (field.default or "").strip()
        if not value:
            raise _error(text, field.start, field.field, "empty")
        return value

    return replace_fields(text, fill)


def replace_fields(text: str, replace: Callable[[Found], str]) -> str:
    """The text with each well-formed field replaced, the rest untouched."""
    parts, last = [], 0
    for field in _scan(text)[0]:
        parts += [text[last : field.start], replace(field)]
        last = field.end
    return "".join([*parts, text[last:]])


# ---- the public -------------------------------------------------------------------------------------------------


def private_fields(text: str) -> list[MergeFieldError]:
    """Where the words need somebody to be filled in for: fields of the person or the agent without a default."""
    needs = [one for one in _scan(text)[0] if not one.field.startswith("campaign.") and one.default is None]
    return [_error(text, one.start, one.field, "private") for one in needs]


def public_words(text: str, campaign: Mapping[str, str]) -> str | None:
    """The words as anyone may read them: the campaign's own fields filled, the others by their defaults. None when a
    field would stay open: raw fields are never shown."""
    try:
        return fill_merge_fields(text, campaign)
    except MergeFieldError:
        return None
