"""Words to inquiries: what was typed is taken apart here; rooms above find in their own texts."""

import re
from dataclasses import dataclass

from django.db.models import Q

from hustings.constituents.people.models import Identifier, Person
from hustings.foundation.access.models import User
from hustings.foundation.core.guard import may_read, unveiled
from hustings.foundation.geography.models import Zip
from hustings.foundation.geography.queries import state_code_of

from ..registry import registry
from .inquiries import visible_to

MOST = 1000  # of each source, newest first: a search shows pages of what is found, not millions
MOST_PEOPLE = 300
_TOKEN = re.compile(r'(?:(?P<key>[a-z]+):)?(?:"(?P<quoted>[^"]*)"|(?P<bare>\S+))')
KEYS = ("tag", "in", "lang", "from", "after", "before")


@dataclass(frozen=True)
class Words:
    """A search taken apart: `tag:ballots in:"Columbus, OH" from:ruth after:2026-10-01 polling place`."""

    free: str = ""
    tag: str = ""
    place: str = ""
    lang: str = ""
    person: str = ""
    after: str = ""
    before: str = ""


def words_of(text: str) -> Words:
    """Take a search apart; a key nobody knows is a word like others."""
    keyed, free = {}, []
    for match in _TOKEN.finditer(text):
        value = match["quoted"] if match["quoted"] is not None else match["bare"]
        if match["key"] in KEYS and value:
            keyed[match["key"]] = value
        else:
            free.append(match[0])
    return Words(
        free=" ".join(free).strip(), tag=keyed.get("tag", ""), place=keyed.get("in", ""), lang=keyed.get("lang", ""),
        person=keyed.get("from", ""), after=keyed.get("after", ""), before=keyed.get("before", ""),
    )  # fmt: skip


def found_ids(user: User, words: str) -> list[int]:
    """Ids of inquiries where any source finds the words: the newest thousand of each. One query a source."""
    found: dict[int, None] = {}
    for source in (of_people, of_tags, *registry.search_sources):
        found.update(dict.fromkeys(source(user, words)[:MOST]))
    return list(found)


def of_people(user: User, words: str) -> list[int]:
    """Ids of the inquiries of people of that name, address or number."""
    rows = visible_to(user).filter(person_id__any_of=people_named(words)).order_by("-id")
    return list(rows.values_list("id", flat=True)[:MOST])


def people_named(words: str) -> list[int]:
    """Ids of the people, and of those who are one person with them."""
    words = words.strip()
    if len(words) < 2:
        return []
    # Not icontains, which compares upper cases and so reads every name: this asks the index.
    named = Q(name__iregex=re.escape(words)) if may_read("person", "name") else Q(pk__in=[])
    if "@" in words or any(sign.isdigit() for sign in words):
        value = words.lower() if "@" in words else "".join(sign for sign in words if sign.isdigit())
        kinds = [kind for kind in ("email", "phone") if may_read("person", kind)]
        with unveiled():  # by those kinds alone that the reader may read
            held = Identifier.objects.filter(kind__in=kinds, value__contains=value)
            owners = held.values_list("person_id", flat=True)[:MOST_PEOPLE]
            named = Q(pk__any_of=list(owners)) if value else named
    found = list(Person.objects.filter(named).order_by("-id").values_list("id", "canonical_id")[:MOST_PEOPLE])
    whole = [canonical or pk for pk, canonical in found]
    return list(Person.objects.filter(Q(pk__any_of=whole) | Q(canonical_id__any_of=whole)).values_list("id", flat=True))


def of_tags(user: User, words: str) -> list[int]:
    """Ids of the inquiries that carry the words as a tag, as written or in lower case."""
    forms = list({words, words.lower(), words.capitalize()})
    if not may_read("inquiry", "tags"):
        return []
    rows = visible_to(user).filter(tags__overlap=forms).order_by("-id")
    return list(rows.values_list("id", flat=True)[:MOST])


def at_place(text: str) -> Q:
    """A state by its code or name, or a city, also with its state: "Ohio", "OH", "Columbus", "Columbus, OH"."""
    if code := state_code_of(text):
        return Q(state_code=code)
    city, _comma, state = (part.strip() for part in text.partition(","))
    places = Zip.objects.filter(city__iexact=city)
    if state:
        places = places.filter(state_id=state_code_of(state))
    zips = list(places.values_list("state_id", "code")[:MOST])
    if not zips:
        return Q(pk__in=[])
    if not may_read("person", "state", "zip"):
        return Q(pk__in=[])
    people = Person.objects.filter(state_code__in={code for code, _zip in zips}, zip__in=[each for _code, each in zips])
    return Q(person_id__in=people.values("id"))
