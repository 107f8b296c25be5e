"""The public pages as anyone may read them: nobody signed in. Markers stand in every field of every record type and in
everything about answers; what was published is shown, and nothing else is, on no page, in no search, feed or file."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from hustings.constituents.insight.models import Phrase, Reason
from hustings.constituents.insight.queries.standings import forget as forget_standings
from hustings.constituents.people.models import Identifier
from hustings.foundation.access.models import User
from hustings.foundation.geography.models import County, State, Zip
from hustings.foundation.geography.queries import forget as forget_places
from hustings.foundation.objects.queries.shape import forget as forget_shape
from hustings.foundation.ui.models import Campaign
from hustings.service.answers.actions import Cited, Enclosed, Words, approve, make_article, revise, withdraw
from hustings.service.answers.actions.corrections import write_correction
from hustings.service.answers.actions.publishing import Publication, archive, rename, set_publication
from hustings.service.answers.actions.states import withdraw_state
from hustings.service.answers.actions.synonyms import set_synonyms
from hustings.service.answers.actions.voting import approve_voting_words
from hustings.service.answers.models import (
    Article,
    ArticleSlug,
    Category,
    ElectionOffice,
    PollingFeed,
    PollingPlace,
    StreetSegment,
)
from hustings.service.answers.public import catalogue, lexicon, machines, polling, views, votes
from hustings.service.answers.public.words import write_words

from .visiting import PLACES, body_of
from .world import EVERYTHING, NOW, World, build

pytestmark = pytest.mark.xdist_group("anyone")
LATER = NOW + timedelta(days=1)
PUBLISHED = (
    *("Zptitle", "Zpbody", "Zpstep", "Zpsource", "zpaddress.example", "zpfile.txt", "Zpcontent", "Zpcategory"),
    *("Zpespanol", "Zptitulo", "Zpcategoria", "Zpohio", "Zpvoting", "Zpofficial", "Zpsigned"),
    *("Zpcampaign", "Zppaid", "zpsynonym", "Zpoffice", "Zplookup", "Zpplace", "Zpboard"),
)
HIDDEN = (
    *("Zhdrafttitle", "Zhdraftbody", "Zhdraftstep", "Zhdraftsource", "zhdraftfile.txt", "Zhdraftcontent", "Zhreason"),
    *("Zhmontana", "Zhunapproved", "Zhmachine", "Zhsourceofmontana"),
    *("Zhinside", "Zhlater", "Zhended", "Zharchived", "Zhwithdrawn", "Zhbecause", "Zhexpired", "Zhneverapproved"),
    *("Zhtopic", "Zhowner", "Zhnote", "Zhcorrection", "Zhphrase", "Zhwhy", "Zhsegment"),
)


def publish(
    actor: User, title: str, *texts: Words, slug: str, category: Category | None = None, **more: Any
) -> Article:
    """An article that anyone may read, unless `more` says otherwise."""
    made = {key: more.pop(key) for key in ("sources", "files", "kind", "topic", "owner") if key in more}
    article = make_article(actor=actor, title=title, texts=texts, now=NOW, reason="Zhreason", **made)
    version = article.versions.get()
    codes = more.pop("voting_for", ())
    if codes:
        approve_voting_words(actor=actor, article=article, version=version, state_codes=codes, note="Zhnote", now=NOW)
    approve(actor=actor, article=article, version=version, note="Zhnote of its writer", now=NOW)
    shown = Publication(is_public=True, category=category, kind=article.kind, **more)
    set_publication(actor=actor, article=article, publication=shown, now=NOW)
    rename(actor=actor, article=article, slug=slug, now=NOW)
    return article


def plant(actor: User) -> None:
    """Of each way in which words may be public or not one article, by the house's own actions."""
    Campaign.objects.update(name="Zpcampaign for America", paid_for_by="Zppaid committee")
    category = Category.objects.create(slug="zp", names={"en": "Zpcategory", "es": "Zpcategoria"})
    owner = User.objects.create(email="zhowner@adair.example.org", name="Zhowner Person")
    source = Cited("Zpsource", "https://zpaddress.example/", NOW)
    article = publish(
        actor, "Zptitle: how do I mail it", Words("en", "Zpbody of it", steps=("Zpstep one",)),
        Words("es", "Zpespanol", title="Zptitulo"), Words("en", "Zpohio", "OH"), Words("en", "Zhmontana", "MT"),
        slug="zp-mail", category=category, topic="Zhtopic", owner=owner,
        sources=[source, Cited("Zhsourceofmontana", "https://zpaddress.example/mt", NOW, state_code="MT")],
        files=[Enclosed("zpfile.txt", b"Zpcontent")],
    )  # fmt: skip
    withdraw_state(actor=actor, article=article, state_code="MT", reason="Zhbecause: a court", now=NOW)
    draft = [Words("en", "Zhdraftbody", steps=("Zhdraftstep",)), Words("en", "Zhmontana", "MT")]
    revise(
        actor=actor, article=article, title="Zhdrafttitle", texts=draft, reason="Zhreason", now=NOW,
        sources=[Cited("Zhdraftsource", "https://zhdraft.example/", NOW)],
        files=[Enclosed("zhdraftfile.txt", b"Zhdraftcontent")],
    )  # fmt: skip
    write_correction(actor=actor, article=article, subject="Zhcorrection", texts={"en": "Zhcorrection"}, now=NOW)
    official = Cited("Zpofficial", "https://zpaddress.example/law", NOW, official=True)
    signed = Words("es", "Zpsigned")
    publish(
        actor, "May I vote", Words("en", "Zpvoting"), signed, Words("en", "Zhunapproved", "OH"), slug="zp-vote",
        category=category, kind="voting", sources=[official], voting_for=[""], expires_at=NOW + timedelta(days=40),
    )  # fmt: skip
    publish(
        actor, "May they vote", Words("en", "Nothing to mark here"), Words("es", "Zhmachine", made_by_machine=True),
        slug="zp-they", kind="voting", sources=[official], voting_for=[""], expires_at=NOW + timedelta(days=40),
    )  # fmt: skip
    publish(actor, "Zhlater", Words("en", "Zhlater"), slug="zh-later", publish_at=LATER + timedelta(days=1))
    publish(actor, "Zhended", Words("en", "Zhended"), slug="zh-ended", unpublish_at=NOW + timedelta(hours=1))
    publish(
        actor, "Zhexpired", Words("en", "Zhexpired"), slug="zh-expired", kind="voting", sources=[official],
        voting_for=[""], expires_at=NOW + timedelta(hours=1),
    )  # fmt: skip
    gone = publish(actor, "Zhwithdrawn", Words("en", "Zhwithdrawn"), slug="zh-withdrawn", category=category)
    withdraw(actor=actor, article=gone, reason="Zhbecause it was wrong", now=NOW)
    old = publish(actor, "Zharchived", Words("en", "Zharchived"), slug="zh-archived", category=category)
    archive(actor=actor, article=old, now=NOW)
    inside = publish(actor, "Zhinside", Words("en", "Zhinside"), slug="zh-inside", category=category)
    set_publication(actor=actor, article=inside, publication=Publication(category=category), now=NOW)
    never = make_article(actor=actor, title="Zhneverapproved", texts=[Words("en", "Zhneverapproved")], now=NOW)
    set_publication(actor=actor, article=never, publication=Publication(is_public=True), now=NOW)
    set_synonyms(actor=actor, language="en", sets=[["mail", "zpsynonym"]], now=NOW)
    Reason.objects.create(at=NOW, subject=str(article.uid), language="en", why="hard", words="Zhwhy")
    Phrase.objects.create(day=NOW.date(), words="zhphrase", language="en", count=30, empty=30)
    plant_polls(actor)


def plant_polls(actor: User) -> None:
    ohio = State.objects.get(code="OH")
    county = County.objects.create(fips="39049", name="Franklin", state=ohio)
    Zip.objects.create(code="43206", city="Columbus", state=ohio, county=county)
    ElectionOffice.objects.create(
        state=ohio, county=county, name="Zpoffice", lookup_url="https://zplookup.example/Zplookup", checked_at=NOW
    )
    feed = PollingFeed.objects.create(
        state=ohio, election=date(2026, 11, 3), source="Zpboard", checked_at=NOW, taken_by=actor
    )
    places = [PollingPlace.objects.create(feed=feed, name=name, address="1 Main") for name in ("Zpplace", "Zhsegment")]
    for place, street in zip(places, ("MAIN ST", "OTHER ST"), strict=True):
        StreetSegment.objects.create(
            feed=feed, place=place, street=street, city="COLUMBUS", zip="43206", low=1, high=99, side="both"
        )


@pytest.fixture(scope="module")
def world(django_db_setup: Any, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patched:
        for module in (views, machines, polling, votes):
            patched.setattr(module, "read_clock", lambda: LATER)
        for code, name, fips in (("OH", "Ohio", "39"), ("MT", "Montana", "30")):
            State.objects.create(code=code, name=name, fips=fips)
        _forget()
        made = build()
        plant(
            User.objects.create(
                email="publisher@adair.example.org", name="Pat Publisher", roles=[EVERYTHING, "voter-protection"],
                needs_release=False, second_factor_at=NOW,
            )
        )  # fmt: skip
        write_words(LATER)
        _forget()
        yield made
        transaction.set_rollback(True)
    _forget()


def _forget() -> None:
    for forget in (catalogue.forget, lexicon.forget, forget_standings, forget_places, forget_shape):
        forget()


def public_routes(resolver: Any = None, prefix: str = "") -> Iterator[str]:
    """Every route that asks nobody to sign in."""
    for entry in (resolver or get_resolver()).url_patterns:
        here = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from public_routes(entry, here)
        elif isinstance(entry, URLPattern) and not getattr(entry.callback, "login_required", True):
            yield here


def addresses(world: World) -> Iterator[str]:
    """Each public route with every slug and every record of the world in it."""
    slugs = [*Article.objects.values_list("slug", flat=True), *ArticleSlug.objects.values_list("slug", flat=True)]
    slugs += Category.objects.values_list("slug", flat=True)
    answers = [str(uid) for label, uids in world.uids.items() if label.startswith("answers.") for uid in uids]
    values = {"slug": slugs, "uuid": answers, "str": ["x"], "int": ["1"], "path": ["x"]}
    for route in public_routes():
        if route.startswith(("api/", "osdi/", "live/")):
            continue  # they ask for a token, and have tests of their own
        kinds = re.findall(r"<(?:(\w+):)?\w+>", route)
        for given in product(*(values[kind or "str"] for kind in kinds)):
            out = route
            for value in given:
                out = re.sub(r"<[^>]+>", value, out, count=1)
            yield "/" + out


def asked(world: World) -> Iterator[tuple[str, str]]:
    """(address, body) of everything that anyone can ask for."""
    client = Client()
    _name_files(world)
    for address in addresses(world):
        response = client.get(address)
        assert response.status_code < 500, address
        yield address, all_of(response)
        if response.status_code == 200 and address.startswith(("/help/", "/es/ayuda/")):
            for code in ("OH", "MT"):
                yield f"{address}?state={code}", all_of(client.get(address, {"state": code}))
    yield from voted(client)
    yield from question_asked(client)
    for typed in ("zptitle", "mail", "zpsynonym", "vote", "zpbody", "zpohio"):
        for base in ("/help/", "/es/ayuda/"):
            yield f"{base} search {typed}", body_of(client.get(f"{base}search/", {"q": typed}))
    for street in ("5 Main Street", "500 Other Street"):
        where = {"street": street, "city": "Columbus", "state": "OH", "zip": "43206"}
        yield f"polling {street}", body_of(client.post("/help/polling-place/", where))


def all_of(response: Any) -> str:
    """What anyone is told: the page, and where it leads."""
    leads = f"\n{response['Location']}" if response.has_header("Location") else ""
    return body_of(response) + leads


def voted(client: Client) -> Iterator[tuple[str, str]]:
    """The small form under each answer, sent for every address there is or was."""
    slugs = [*Article.objects.values_list("slug", flat=True), *ArticleSlug.objects.values_list("slug", flat=True)]
    for slug in slugs:
        for base, given in (("/help/", {"helped": "no", "why": ["hard"]}), ("/es/ayuda/", {"helped": "yes"})):
            for state in ("", "MT"):
                response = client.post(f"{base}{slug}/helped/", {**given, "state": state})
                assert response.status_code == 302, slug
                yield f"{base}{slug}/helped/ {state}", all_of(response)
                yield f"{base}{slug}/helped/ {state} then", all_of(client.get(response["Location"]))


def question_asked(client: Client) -> Iterator[tuple[str, str]]:
    """The form: with nothing in it, and with a question and the address of somebody the house knows."""
    known = Identifier.objects.filter(kind="email").values_list("value", flat=True).first() or ""
    for address in ("/ask/", "/es/ask/"):
        page = client.get(address, {"question": "zptitle"})
        yield f"{address} begun", all_of(page)
        empty = client.post(address, {"question": ""})
        assert empty.status_code == 422
        yield f"{address} empty", all_of(empty)
        token = re.search(r'name="token" value="([^"]+)"', body_of(page))
        assert token is not None
        told = {"question": f"Where do I vote, from {address}?", "name": "Ana", "state": "OH"}
        for who in ("ana@example.com", known):
            sent = client.post(address, {**told, "email": who, "token": token[1], "answer_by": "email"})
            assert sent.status_code == 302, (address, who)  # a refusal would show again what was written
            yield f"{address} sent by {who}", all_of(sent)
        yield f"{address} thanks", all_of(client.get(f"{address}thanks/"))


def _name_files(world: World) -> None:
    from hustings.service.answers.models import Attachment  # noqa: PLC0415

    world.uids["answers.attachment"] = list(Attachment.objects.values_list("uid", flat=True))


@pytest.fixture(scope="module")
def told(world: World) -> dict[str, str]:
    return dict(asked(world))


def test_what_was_published_is_shown(told: dict[str, str]) -> None:
    everything = "\n".join(told.values())
    assert [marker for marker in PUBLISHED if marker not in everything] == []


def test_nothing_else_is(told: dict[str, str]) -> None:
    hidden = [*HIDDEN, *(marker for markers in PLACES.values() for marker in markers)]
    leaks = [(address, marker) for address, body in told.items() for marker in hidden if marker in body]
    assert leaks == []


def test_no_address_leads_to_what_is_hidden(told: dict[str, str]) -> None:
    """Nor names it: the address of an answer that is not public stands nowhere but where it was asked for."""
    slugs = [slug for slug in Article.objects.values_list("slug", flat=True) if slug.startswith("zh-")]
    assert len(slugs) >= 6
    leaks = [(at, slug) for at, body in told.items() for slug in slugs if slug in body and slug not in at]
    assert leaks == []


def test_a_vote_on_what_is_hidden_counts_for_nothing(told: dict[str, str]) -> None:
    votes = [at for at in told if "/helped/" in at]
    assert len(votes) > 40
    public = {str(uid) for uid in Article.objects.filter(slug__startswith="zp-").values_list("uid", flat=True)}
    assert set(Reason.objects.exclude(words="Zhwhy").values_list("subject", flat=True)) <= public


def test_nothing_hidden_is_found_nor_spelt(world: World) -> None:
    """Searching for a hidden word answers as for a word that is nowhere, and a slip in one is not put right."""
    client = Client()
    hidden = {marker.rstrip("@").split(".")[0].lower() for marker in HIDDEN}
    others = {marker.rstrip("@").lower() for markers in PLACES.values() for marker in markers}
    for word in sorted(hidden | others):
        assert client.get("/help/suggest/", {"q": word}).json() == {"hits": []}, word
    for word in sorted(hidden):
        assert client.get("/es/ayuda/suggest/", {"q": word}).json() == {"hits": []}, word
        slip = word[:3] + word[4:]
        assert word not in body_of(client.get("/help/search/", {"q": slip})).lower(), word


def test_a_state_that_was_withdrawn_is_told_nothing(world: World) -> None:
    page = body_of(Client().get("/help/zp-mail/", {"state": "MT"}))
    assert "no answer for Montana that we stand by" in page
    assert "Zpbody" not in page
