"""What a field of few codes holds makes no difference to who may not read it: by no page, row, filter, count, order,
file, search, thread, sheet, live topic, saved view or act over many."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from hustings.foundation.access.grants import Reading, grants_of
from hustings.foundation.access.models import Role, User
from hustings.foundation.core import live
from hustings.foundation.core.clock import now
from hustings.foundation.core.guard import reading_as
from hustings.service.answers.models import Article, ArticleText, ArticleVersion, CorrectionRecipient
from hustings.service.answers.queries import citable, text_for
from hustings.service.answers.queries.sayable import may_not_leave, sayable_texts
from hustings.service.calls.models import Call
from hustings.service.desk.models import BulkRun, Queue, SavedView
from hustings.service.incidents.queries import states_with_open

from .codes import INQUIRY, OTHERS, others_standing, row_of, sides, standing
from .visiting import NOT_VISITED, addresses, body_of, plain, routes, without_pages_of_nothing
from .world import EVERYTHING, NOW, World, reader

pytestmark = pytest.mark.xdist_group("canary")
FIELDS = sorted(INQUIRY)
CLOCK = re.compile(r"\d+:\d\d [ap]m")
TOLD_BEFORE = re.compile(r'<div class="toasts".*')  # what the address before this one said
# Pages that tell of the looking itself, and one that is drawn by the minute.
TOLD_OF_LOOKING = ("/settings/audit/", "/settings/sign-in/", "/letters/sealed/", "/election-day/")
# Lists asked by a field, which is refused whatever they hold. Of the queue and the assignee: `by_whom`.
ASKED = {
    "language": ["view=all&lang=es", "view=all&lang=vi", "view=all&q=lang:es"],
    "place": ["view=all&state=MT", "view=all&state=OH"],
    "opened_at": ["view=all&after=2026-10-14", "view=all&before=2026-10-14", "view=all&q=after:2026-10-14"],
    "due_at": ["view=all&late=1"],
    "status": ["view=open", "view=closed", "view=snoozed", "view=all&stage=new", "view=all&stage=none"],
    "tags": ["view=all&tag=ballots", "view=all&q=tag:ballots"],
    "topic": ["view=all&topic=early-voting", "view=all&topic=voter-id"],
    "nature": ["view=all&nature=question", "view=all&nature=press"],
    "urgency": ["view=all&urgency=1", "view=all&urgency=2"],
    "queue": ["view=queue:voter-help", "view=queue:more-help", "view=unassigned", "view=all&team=1"],
    "assignee": ["view=unassigned", "view=all&who=none", "view=all&who=1"],
}

# Where words are offered to be said: never those that may not be, whoever asks. Nothing else of them is told there.
OFFERS = re.compile(
    r"^/(i/[^/]+/$|letters/reply/|letters/release/|calls/[^/]+/|bulk/[^/]+/words/|campaigns/[^/]+/reply/|settings/rules/)"
)

# What decides there: whether an answer may be said, and whether its writer may be told anything.
OFFERED = {("article", "state"), ("person", "do_not_contact")}
# Who may correct an answer is told who heard it, and when: the list that a withdrawal goes by.
LISTED = re.compile(r"^/answers/[^/]+/answered(/|\.csv)")

OTHER_FIELDS = [(record, name) for record, (_model, fields) in OTHERS.items() for name in fields]
OTHER_ASKED = [
    ("incident", "status", "/incidents/?view=open"),
    ("incident", "status", "/incidents/?view=closed"),
    ("incident", "place", "/incidents/?view=all&state=MT"),
    ("incident", "place", "/incidents/incidents.csv?view=all&state=MT"),
    ("incident", "kind", "/incidents/?view=all&kind=line"),
    ("campaign", "status", "/campaigns/?status=over"),
    ("campaign", "status", "/campaigns/?status=open&format=csv"),
    ("article", "check_by", "/answers/?state=overdue"),
    ("article", "check_by", "/answers/?sort=-check"),
    ("article", "check_by", "/answers/answers.csv?state=overdue"),
    ("article", "owner", "/answers/?owner=0199c1a5-0000-7000-8000-000000000001"),
    *(("article", "state", f"/answers/?state={one}") for one in ("approved", "draft", "waiting", "withdrawn")),
    ("article", "state", "/answers/?state=overdue"),
    ("article", "state", "/answers/answers.csv?state=approved"),
    ("article", "state", "/answers/answers.json?state=waiting"),
    ("task", "status", "/tasks/?view=over"),
    ("task", "assignee", "/tasks/?view=all&for=0199c1a5-0000-7000-8000-000000000001"),
    *((record, name, f"/api/v1/records/{record}/?sort={name}") for record, name in OTHER_FIELDS
      if (record, name) not in {("incident", "status"), ("incident", "reported_by"), ("article", "owner"),
                                ("call", "by"), ("call", "answered_from"),
                                *(("task", name) for name in ("about", "assignee", "made_by")),
                                *(("person", name) for name in ("is_child", "household", "consent"))}),
]  # fmt: skip


def shown_on(world: World) -> list[str]:
    """Where a conversation's fields are shown to who may read them."""
    uid, person = world.inquiry.uid, world.person.uid
    return [
        *("/?view=all", "/?view=mine", "/desk/rows/?view=all", "/desk/filters/?view=all", "/desk/rail/"),
        *("/?view=all&format=csv", "/?view=all&format=json", "/?view=all&q=Zqsubjectline", "/ui/palette/?q=zqletter"),
        *(f"/i/{uid}/", f"/i/{uid}/head/", f"/i/{uid}/log/", f"/i/{uid}/mentions/"),
        *(f"/i/{uid}/ask/{what}/" for what in ("assign", "move", "tag", "about", "note", "merge")),
        *(f"/people/{person}/", f"/records/inquiry/{uid}/fields/", "/letters/release/"),
        *("/api/v1/records/inquiry/", f"/api/v1/records/inquiry/{uid}/", "/api/v1/records/inquiry/export.csv"),
    ]


def looked(client: Client, address: str) -> tuple[int, str]:
    answer = client.get(address)
    assert answer.status_code < 500, address
    return answer.status_code, TOLD_BEFORE.sub("", CLOCK.sub("", plain(body_of(answer), "qzxnowhere")))


def all_but(world: World, *names: str, record: str = "inquiry", others: Any = ()) -> User:
    """Whoever may see everything but these fields of conversations (of that type), and these `others`, by type."""
    grants: Any = Role.objects.get(slug=EVERYTHING).grants
    records = {**grants["records"]}
    for one, name in [*((record, name) for name in names), *others]:
        fields = records[one]["fields"] | {name: "never"}
        records[one] = {**records[one], "fields": fields}
    Role.objects.create(slug="all-but", name="All but", grants={**grants, "records": records})
    user = reader(world, ["all-but"])
    user.is_security_lead = user.is_crisis_trained = True
    user.save()
    return user


@pytest.mark.parametrize("name", FIELDS)
def test_a_hidden_code_makes_no_difference(world: World, name: str) -> None:
    with transaction.atomic():
        client, known = world.client(all_but(world, name)), world.client(world.users[EVERYTHING])
        sides(world, name)
        places = shown_on(world)
        plainly = ["/?view=all&format=csv", "/api/v1/records/inquiry/", f"/api/v1/records/inquiry/{world.inquiry.uid}/"]
        seen: list[list[tuple[int, str]]] = []
        told: list[list[tuple[int, str]]] = []
        for side in (0, 1):
            with standing(world, [name], side):
                seen.append([looked(client, address) for address in places])
                told.append([looked(known, address) for address in plainly])
        assert [place for place, one, other in zip(places, *seen, strict=True) if one != other] == []
        # The same pages say it to who may read it.
        assert [place for place, one, other in zip(plainly, *told, strict=True) if one == other] == []
        assert [place for place, (status, _text) in zip(places, seen[0], strict=True) if status == 200][:5]
        transaction.set_rollback(True)


def test_hidden_codes_make_no_difference_anywhere(world: World) -> None:
    """All of them at once, by every address of the house."""
    with transaction.atomic():
        client = world.client(all_but(world, *FIELDS, others=OTHER_FIELDS))
        CorrectionRecipient.objects.all().delete()
        for name in FIELDS:
            sides(world, name)
        first: dict[str, tuple[int, str]] = {}
        with standing(world, FIELDS, 0), others_standing(OTHER_FIELDS, 0), without_pages_of_nothing():
            for route in sorted(set(routes()) - NOT_VISITED):
                for address in addresses(route, world):
                    first[address] = looked(client, address)
                    if first[address][0] == 405:
                        break  # nobody reads anything there
        every = [one for one, (status, _text) in first.items() if status == 200 and not one.startswith(TOLD_OF_LOOKING)]
        assert len(every) > 100
        with standing(world, FIELDS, 1), others_standing(OTHER_FIELDS, 1):
            differ = [address for address in every if looked(client, address) != first[address]]
        differ = [address for address in differ if not LISTED.search(address)]
        assert [address for address in differ if not OFFERS.search(address)] == []
        said = [one for one in OTHER_FIELDS if one not in OFFERED]
        with standing(world, FIELDS, 1), others_standing(said, 1):
            for address in (one for one in every if one.startswith("/feed/")):
                client.get(address)  # looked at before as well: what is new there is told on other pages
            assert [address for address in differ if looked(client, address) != first[address]] == []
        transaction.set_rollback(True)


@pytest.mark.parametrize("name", sorted(ASKED))
def test_nobody_asks_by_a_hidden_code(world: World, name: str) -> None:
    with transaction.atomic():
        client = world.client(all_but(world, name))
        sides(world, name)
        for query in ASKED[name]:
            for address in ("/?", "/desk/rows/?", "/desk/filters/?", "/?format=csv&", "/?format=json&"):
                assert client.get(f"{address}{query}").status_code == 403, (address, query)
            given = {"verb": "close", "all": "1", "list": query}
            assert client.post("/desk/bulk/", given).status_code == 403, query
        assert BulkRun.objects.count() == 0
        transaction.set_rollback(True)


ARTICLE = (
    *(
        "?do=care",
        "?do=approve",
        "?do=withdraw",
        "?do=restore",
        "?version=1",
        "compare/",
        "states/",
        "states/?withdraw=OH",
    ),
    *("revise/", "publish/", "answered/", "correct/"),
)
CALLS = ("/calls/", "/calls/?list=noted", "/calls/?list=later", "/calls/?list=mine")
TASKS = ("/tasks/", "/tasks/?view=given", "/tasks/?view=all", "/tasks/?view=all&format=csv", "/tasks/?format=json")
ANSWERS = ("/answers/", "/answers/?sort=check", "/answers/answers.csv", "/answers/answers.json", "/answers/new/")


def shown_of(record: str, world: World) -> list[str]:
    """Where a campaign, an incident, a bulk reply are shown to who may read them."""
    row = row_of(record)
    own = row.get_absolute_url()
    return [
        *(own, f"/api/v1/records/{record}/", f"/api/v1/records/{record}/{row.uid}/"),
        *(f"/api/v1/records/{record}/export.csv", f"/records/{record}/{row.uid}/fields/", f"/i/{world.inquiry.uid}/"),
        *("/?view=all", "/desk/rail/", "/ui/palette/?q=zq", "/campaigns/", "/campaigns/?format=json"),
        *("/campaigns/?format=csv", "/campaigns/?small=1", "/incidents/", "/incidents/incidents.csv", "/bulk/"),
        *((f"{own}history/", f"{own}days.csv") if record == "campaign" else ()),
        *((f"{own}report.csv",) if record == "bulk_reply" else ()),
        *(CALLS if record == "call" else ()),
        *(
            (*TASKS, world.person.get_absolute_url(), f"/tasks/on/person/{world.person.uid}/")
            if record == "task"
            else ()
        ),
        *((world.person.get_absolute_url(), row_of("article").get_absolute_url()) if record == "call" else ()),
        *(ANSWERS if record == "article" else ()),
        *((f"{own}{page}" for page in ARTICLE) if record == "article" else ()),
    ]


@pytest.mark.parametrize(("record", "name"), OTHER_FIELDS)
def test_a_hidden_code_of_what_else_is_worked_on_makes_no_difference(
    world: World, record: str, name: str
) -> None:  # fmt: skip
    with transaction.atomic():
        client = world.client(all_but(world, name, record=record))
        known = world.client(world.users[EVERYTHING])
        places = [one for one in shown_of(record, world) if (record, name) not in OFFERED or not OFFERS.search(one)]
        if (record, name) == ("person", "do_not_contact"):  # they are on no list of calls to make: that is told
            CorrectionRecipient.objects.all().delete()
        if record == "call":  # one that stands on the lists
            lately = now() - timedelta(days=1)
            told_of = CorrectionRecipient.objects.get()
            Call.objects.filter(pk=row_of(record).pk).update(recipient=told_of, begun_at=lately, ended_at=lately)
            for address in CALLS[:2]:
                assert told_of.correction.subject in looked(client, address)[1], address
        plainly = [f"/api/v1/records/{record}/{row_of(record).uid}/", *(TASKS[3:4] if record == "task" else ())]
        seen, told = [], []
        for side in (0, 1):
            with others_standing([(record, name)], side):
                seen.append([looked(client, address) for address in places])
                told.append([looked(known, address) for address in plainly])
        assert [place for place, one, other in zip(places, *seen, strict=True) if one != other] == []
        assert told[0] != told[1]
        assert (places[0], seen[0][0][0]) == (row_of(record).get_absolute_url(), 200)
        assert [place for place, (status, _text) in zip(places, seen[0], strict=True) if status == 200][:6]
        transaction.set_rollback(True)


@pytest.mark.parametrize(("record", "name", "address"), OTHER_ASKED)
def test_nobody_asks_what_else_is_worked_on_by_a_hidden_code(
    world: World, record: str, name: str, address: str
) -> None:  # fmt: skip
    with transaction.atomic():
        assert world.client(world.users[EVERYTHING]).get(address).status_code == 200
        assert world.client(all_but(world, name, record=record)).get(address).status_code in (400, 403)
        transaction.set_rollback(True)


def test_a_form_of_answers_leaves_what_its_reader_may_not_read(world: World) -> None:
    with transaction.atomic():
        owner, day = User.objects.get(name="Sid Second"), (NOW + timedelta(days=40)).date()
        article = row_of("article")
        Article.objects.filter(pk=article.pk).update(owner=owner, check_by=day, topic="Zqkept")
        client = world.client(all_but(world, "owner", "check_by", "topic", record="article"))
        own = article.get_absolute_url()
        assert re.findall(r'name="(owner|check_by|topic)"', client.get(f"{own}?do=care").content.decode()) == []
        given = {"team": article.team_id or "", "owner": "", "check_by": "", "topic": "Zqother"}
        assert client.post(f"{own}care/", given).status_code == 302
        now_is = Article.objects.values_list("owner", "check_by", "topic").get(pk=article.pk)
        assert now_is == (owner.pk, day, "Zqkept")
        transaction.set_rollback(True)


STANDS: list[tuple[list[str], dict[str, Any]]] = [
    (["state"], {"state": "draft", "approved_version": None, "approved_at": None, "approved_by": None}),
    (["expires_at"], {"expires_at": NOW - timedelta(days=400)}),
    (["kind", "expires_at"], {"kind": "voting", "election": (NOW - timedelta(days=40)).date()}),
]


@pytest.mark.parametrize(("names", "stands"), STANDS)
def test_what_may_not_be_said_is_told_nowhere_else(world: World, names: list[str], stands: dict[str, Any]) -> None:
    with transaction.atomic():
        client = world.client(all_but(world, *names, record="article"))
        places = [one for one in shown_of("article", world) if not OFFERS.search(one)]
        seen = []
        for values in ({}, stands):
            Article.objects.filter(pk=row_of("article").pk).update(title="Zvheadingline", **values)
            seen.append([looked(client, address) for address in places])
        assert [place for place, one, other in zip(places, *seen, strict=True) if one != other] == []
        assert len([place for place, (status, _text) in zip(places, seen[0], strict=True) if status == 200]) > 12
        transaction.set_rollback(True)


@pytest.mark.parametrize(("_names", "stands"), STANDS)
def test_what_may_not_be_said_is_offered_to_nobody(
    world: World, _names: list[str], stands: dict[str, Any]
) -> None:  # fmt: skip
    """Neither to who may read why, nor to who may not."""
    with transaction.atomic():
        article, uid = row_of("article"), world.inquiry.uid
        users = [world.users[EVERYTHING], all_but(world, "state", "kind", "expires_at", record="article")]
        text = ArticleText.objects.get(version=article.approved_version_id)
        asked = f"/letters/reply/{uid}/answers/?q=Zvheadingline"
        given = {"article_text": str(text.uid), "text": "", "caret": "0", "version": "0"}
        for user in users:
            with reading_as(Reading(grants_of(user))):
                assert set(sayable_texts(NOW).values_list("pk", flat=True)) == {text.pk}
                assert [one.text.pk for one in citable(words="Zvheadingline")] == [text.pk]
            assert str(text.uid) in world.client(user).get(asked).content.decode()
        Article.objects.filter(pk=article.pk).update(**stands)
        article.refresh_from_db()
        for user in users:
            with reading_as(Reading(grants_of(user))):
                assert list(sayable_texts(now())) == []
                assert citable(words="Zvheadingline") == []
                assert text_for(article, language="en") is None
                assert may_not_leave([(text.version, "")], "MT", now()) is not None or stands.get("state") == "draft"
            assert str(text.uid) not in world.client(user).get(asked).content.decode()
        if "state" in stands:
            for user in users:
                assert world.client(user).post(f"/letters/reply/{uid}/cite/", given).status_code == 404
        transaction.set_rollback(True)


def test_a_form_leaves_the_deadline_that_its_writer_may_not_see(world: World) -> None:
    with transaction.atomic():
        article, ends = row_of("article"), NOW + timedelta(days=300)
        ArticleText.objects.filter(version__article=article).update(expires_at=ends)
        Article.objects.filter(pk=article.pk).update(kind="voting", expires_at=ends, election=ends.date())
        client = world.client(all_but(world, "kind", "expires_at", record="article"))
        own = article.get_absolute_url()
        for page in ("revise/", "publish/"):
            shown = client.get(f"{own}{page}").content.decode()
            assert re.findall(r'name="(?:t-0-)?(kind|expires_at|election)"', shown) == []
        given = {
            "title": "Zvheadingline", "reason": "", "base_number": "1", "t-TOTAL_FORMS": "2", "t-INITIAL_FORMS": "0",
            "t-0-language": "en", "t-0-body": "Other words", "t-0-expires_at": "", "t-1-language": "es",
            "t-1-body": "Otras palabras", "t-1-expires_at": "2031-01-01T00:00",
        }  # fmt: skip
        assert client.post(f"{own}revise/", given).status_code == 302
        written = ArticleText.objects.filter(version__article=article, version__number=2).order_by("language")
        assert list(written.values_list("language", "expires_at")) == [("en", ends), ("es", ends)]
        placed = {"kind": "general", "expires_at": "", "election": "", "pinned_until": "2026-12-01T00:00"}
        assert client.post(f"{own}publish/", placed).status_code == 302
        stands = Article.objects.values_list("kind", "expires_at", "election").get(pk=article.pk)
        assert stands == ("voting", ends, ends.date())
        assert Article.objects.filter(pk=article.pk, pinned_until__isnull=False).exists()
        transaction.set_rollback(True)


def test_who_may_not_read_the_state_approves_and_restores_nothing(world: World) -> None:
    with transaction.atomic():
        article = row_of("article")
        client, own = world.client(all_but(world, "state", record="article")), article.get_absolute_url()
        version = ArticleVersion.objects.get(article=article)
        given = {"version": str(version.uid), "note": "Mine", "check_by": "2027-01-01"}
        assert client.post(f"{own}approve/", given).status_code == 403
        assert client.post(f"{own}withdraw/", {"reason": "It is wrong."}).status_code == 302
        assert client.post(f"{own}restore/", {"reason": "It is right."}).status_code == 403
        assert Article.objects.values_list("state", flat=True).get(pk=article.pk) == "withdrawn"
        transaction.set_rollback(True)


@pytest.mark.parametrize("name", ["place", "status"])
def test_boards_count_what_is_open_for_who_may_know_it(world: World, name: str) -> None:
    """The board of election day is drawn by the minute: asked by what it is made of."""
    with transaction.atomic():
        with reading_as(Reading(grants_of(world.users[EVERYTHING]))):
            assert states_with_open() == {"MT": 1}
        with reading_as(Reading(grants_of(all_but(world, name, record="incident")))):
            assert states_with_open() == {}
        transaction.set_rollback(True)


def test_what_happens_in_a_state_is_heard_by_who_may_know_where(world: World) -> None:
    with transaction.atomic():
        user = all_but(world, "place", record="incident")
        assert live.may_hear(world.users[EVERYTHING], "incidents:MT")
        assert not live.may_hear(user, "incidents:MT")
        assert live.may_hear(user, "incidents:all")
        transaction.set_rollback(True)


def test_the_rail_counts_by_nothing_hidden(world: World) -> None:
    with transaction.atomic():
        user = all_but(world, "status", "nature")
        SavedView.objects.create(owner=user, name="From the press", query="view=open&nature=press")
        rail = world.client(user).get("/desk/rail/").content.decode()
        assert "<span>From the press</span></a>" in rail
        assert "<span>Voter help</span></a>" in rail
        transaction.set_rollback(True)


def test_a_queue_is_heard_by_who_may_know_it(world: World) -> None:
    queue = Queue.objects.get(slug="voter-help")
    with transaction.atomic():
        assert live.may_hear(world.users[EVERYTHING], f"queue:{queue.pk}")
        assert not live.may_hear(all_but(world, "queue"), f"queue:{queue.pk}")
        transaction.set_rollback(True)
