"""Whatever an address or a form is given, no page of this room or of what people ask falls over.

Which parameters a page reads is not listed here: the first visit watches which it asks for, so that a new one is tried
on the day it is written.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.http import QueryDict
from django.test import Client
from django.urls import URLPattern, get_resolver

from hustings.constituents.insight import urls as insight_urls
from hustings.constituents.people.models import Person
from hustings.service.answers import urls as inside_urls
from hustings.service.answers.actions import Cited, Enclosed, Words, approve, make_article
from hustings.service.answers.actions.corrections import write_correction
from hustings.service.answers.models import Article, ArticleSlug, Category, Correction, CorrectionRecipient
from hustings.service.answers.public import catalogue, lexicon
from hustings.service.answers.public import urls as public_urls
from hustings.service.answers.queries import Wish

NASTY = ("²", "a\x00b", "9" * 5000, "-1", "😀", "9999-12-31", "0001-01-01", "\u202e<script>")
KINDS = {"UUIDConverter": "uuid", "SlugConverter": "slug", "StringConverter": "str"}
WORST = NASTY[:3]
OF_THE_FRAME = {"view"}  # read by every page inside
# Read by way of a whole dictionary, where no name is seen to be asked for.
BESIDE = {"/answers/": set(Wish.__dataclass_fields__)}


@pytest.fixture
def there(cast: Any, teams: Any, now: Any) -> dict[str, Any]:
    """One of everything, so that no page turns back before it reads its parameters."""
    catalogue.forget()
    lexicon.forget()
    Category.objects.create(slug="rally", names={"en": "Rallies"})
    chief = cast["administrator"]
    words = [Words("en", "At the school."), Words("es", "Allí.", made_by_machine=True), Words("en", "In Ohio", "OH")]
    article = make_article(
        actor=chief, title="Where do I vote?", kind="voting", now=now, team=teams["Voter help"], texts=words,
        sources=[Cited("State", "https://example.org/", now, official=True)],
        files=[Enclosed("list.txt", b"one")],
    )  # fmt: skip
    version = article.versions.get()
    approve(actor=chief, article=article, version=version, note="Read twice.", now=now)
    public = make_article(actor=chief, title="Where is the rally?", texts=[Words("en", "Here.")], now=now)
    approve(actor=chief, article=public, version=public.versions.get(), note="Read twice.", now=now)
    Article.objects.filter(pk=public.pk).update(slug="rally", is_public=True)
    ArticleSlug.objects.create(slug="old-rally", article=public)
    correction = write_correction(actor=chief, article=article, subject="Wrong", texts={"en": "Right"}, now=now)
    Correction.objects.filter(pk=correction.pk).update(state="approved", approved_by=chief, approved_at=now)
    recipient = CorrectionRecipient.objects.create(
        correction=correction, person=Person.objects.create(name="Ruth"), version_number=1, answered_at=now,
        answered_by="mail", answered_in=article.uid, state="to_call",
    )  # fmt: skip
    return {
        "uid": article.uid,
        "file": version.attachments.get().uid,
        "text": version.texts.get(language="es").uid,
        "code": "OH",
        "correction": correction.uid,
        "recipient": recipient.uid,
        "slug": "rally",
        "version": version.uid,
    }


def addresses(there: dict[str, Any]) -> Iterator[str]:
    """Every address of the room and of insight, about what is there."""
    for module, prefix in ((inside_urls, "answers/"), (public_urls, ""), (insight_urls, "insight/")):
        for pattern in module.urlpatterns:
            assert isinstance(pattern, URLPattern)
            out = "/" + prefix + str(pattern.pattern)
            for name, converter in pattern.pattern.converters.items():
                kind = {"UUIDConverter": "uuid", "SlugConverter": "slug", "StringConverter": "str"}[
                    type(converter).__name__
                ]
                value = there["file"] if "help/files" in out else there[name]
                out = out.replace(f"<{kind}:{name}>", str(value))
            yield out


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The names that were asked of an address or a form since it was last cleared."""
    names: set[str] = set()
    real = QueryDict.__getitem__

    def watched(self: QueryDict, key: str) -> Any:
        names.add(key)
        return real(self, key)

    monkeypatch.setattr(QueryDict, "__getitem__", watched)
    return names


def visit(client: Client, method: str, address: str, given: dict[str, str]) -> int:
    """The status; whatever it did is undone. An exception in the view fails the test."""
    with transaction.atomic():
        status = getattr(client, method)(address, given).status_code
        transaction.set_rollback(True)
    return int(status)


def test_no_parameter_makes_a_page_fall_over(cast, there, asked):
    client = Client()
    client.force_login(cast["administrator"])
    read: dict[str, set[str]] = {}
    for address in addresses(there):
        asked.clear()
        if visit(client, "get", address, {}) == 405:
            continue
        names = read[address] = (set(asked) - OF_THE_FRAME) | BESIDE.get(address, set())
        for value in NASTY if names else ():
            assert visit(client, "get", address, dict.fromkeys(names, value)) < 500, (address, value)
        for name in names if len(names) > 1 else ():
            for value in WORST:
                assert visit(client, "get", address, {name: value}) < 500, (address, name, value)
    # The watching works: what is known to be read was seen.
    assert {"version", "text", "beside", "as", "do"} <= read[f"/answers/{there['uid']}/"]
    assert {"in", "page"} <= read[f"/answers/{there['uid']}/corrections/{there['correction']}/"]
    assert {"state", "page"} <= read["/help/about/rally/"]
    assert {"q", "about", "page"} <= read["/help/search/"]


def test_no_form_does(cast, there, asked):
    client = Client()
    client.force_login(cast["administrator"])
    tried = 0
    for address in addresses(there):
        asked.clear()
        if visit(client, "post", address, {}) == 405:
            continue
        for value in WORST:
            assert visit(client, "post", address, dict.fromkeys(asked, value)) < 500, (address, value)
            tried += 1
    assert tried > 40


@pytest.mark.parametrize("code", ["%00", "a%00b", "%C2%B2", "ohio", "9" * 300, "%F0%9F%98%80"])
def test_no_code_in_an_address_does(code, cast, there):
    client = Client()
    client.force_login(cast["administrator"])
    for deed, told in (("withdraw", 422), ("restore", 404)):
        address = f"/answers/{there['uid']}/states/{code}/{deed}/"
        assert client.post(address, {"reason": "Court order"}).status_code == told
    assert client.get(f"/help/{code}/").status_code in (404, 302)


def test_the_addresses_are_all_of_the_room(there):
    known = {str(one.pattern) for one in get_resolver().url_patterns}
    assert {"answers/", "insight/"} <= known
    assert len(list(addresses(there))) == sum(
        len(module.urlpatterns) for module in (inside_urls, public_urls, insight_urls)
    )
