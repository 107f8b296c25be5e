"""What the sample campaign has set up for itself, without code: rides to the polls as records of its own with a public
form and a board, rules that act on letters and rides, and colleagues who talk under a record."""

from datetime import datetime, timedelta
from random import Random

from hustings.foundation.access.actions.roles import change_role
from hustings.foundation.access.grants import definitions
from hustings.foundation.access.models import Role, Team, User
from hustings.foundation.access.queries.roles import version_of
from hustings.foundation.access.roles import told_of
from hustings.foundation.automation.actions.writing import save_rule, switch_rule
from hustings.foundation.automation.models import Rule
from hustings.foundation.core.clock import now as read_clock
from hustings.foundation.core.records import CHOICE, DATE, LONG_TEXT, NUMBER, PHONE, PLACE, TEXT
from hustings.foundation.feed.actions.posts import write_post
from hustings.foundation.feed.models import Post
from hustings.foundation.objects.actions.making import make_record
from hustings.foundation.objects.actions.shaping import add_field, change_object, make_object
from hustings.foundation.objects.models import CustomRecord, ObjectType
from hustings.service.answers.models import Article
from hustings.service.desk.models import Inquiry, Status

from .generator.roster import SAMPLE_SIGN_INS

RIDE = "Ride to the polls"
STAGES = ("Asked", "Driver found", "Driven")
FIELDS = (
    ("Rider", TEXT, {"is_required": True, "on_form": True, "is_indexed": True}),
    ("Telephone", PHONE, {"on_form": True, "is_sensitive": True}),
    ("Picked up at", PLACE, {"is_required": True, "on_form": True, "is_indexed": True}),
    ("Day", DATE, {"is_required": True, "on_form": True, "is_indexed": True}),
    ("Seats", NUMBER, {"on_form": True}),
    ("Way in", CHOICE, {"on_form": True, "choices": ("Any car", "Low seat", "Wheelchair lift")}),
    ("What the driver should know", LONG_TEXT, {"on_form": True}),
)
RIDERS = (
    ("Odalys Ferrante", "1418 Maple Street", "Toledo", "OH", "43604"),
    ("Wendell Pickard", "77 Canal Road", "Akron", "OH", "44308"),
    ("Imogene Tasker", "305 Laurel Avenue", "Erie", "PA", "16501"),
    ("Brannigan Howe", "9 Chapel Hill", "Scranton", "PA", "18503"),
    ("Lupe Arredondo", "2210 Palo Verde", "Tucson", "AZ", "85705"),
    ("Cornelius Batt", "48 Mill Lane", "Flint", "MI", "48502"),
    ("Yolanda Friesen", "610 Prairie View", "Racine", "WI", "53403"),
    ("Thurman Ogle", "3301 Peach Orchard", "Macon", "GA", "31201"),
    ("Hester Vandiver", "19 Harbor Steps", "Savannah", "GA", "31401"),
    ("Delphine Roque", "840 Saguaro Court", "Mesa", "AZ", "85201"),
    ("Ansel Mudge", "12 Quarry Street", "Lansing", "MI", "48933"),
    ("Perpetua Lind", "526 Lakeshore", "Kenosha", "WI", "53140"),
)
# Drivers read a telephone as all sensitive fields, by its last digits, and call by the button.
DRIVERS_MAY = {"verbs": ["see", "change"], "rows": ["all"], "fields": {"*": "edit", "telephone": "masked"}}
WAYS = ("Any car", "Any car", "Low seat", "Wheelchair lift")
KNOW = ("", "", "She hears badly: ring twice.", "Brings a walker that folds.", "Two small dogs bark; they stay home.")


def set_up(*, now: datetime, seed: int) -> None:
    """All of it, once: what is there already is left as it is."""
    administrator = User.objects.get(email=SAMPLE_SIGN_INS[0][1])
    lead = User.objects.get(email=SAMPLE_SIGN_INS[1][1])
    if not ObjectType.objects.filter(label=RIDE).exists():
        _rides(administrator, now, Random(seed))
    administrator, lead = (User.objects.get(pk=user.pk) for user in (administrator, lead))
    if not Rule.objects.exists():
        _rules(administrator, now)
    if not Post.objects.exclude(text="").exists():  # changes that are told have no words
        _talk(administrator, lead, now)


def _rides(administrator: User, now: datetime, chance: Random) -> None:
    kind = make_object(
        actor=administrator,
        label=RIDE,
        plural="Rides to the polls",
        about="Who needs a ride, from where, and who drives.",
        icon="map-pin",
        stages=STAGES,
        team=Team.objects.filter(name="Volunteers").first(),
        now=now - timedelta(days=20),
    )
    names = [
        add_field(actor=administrator, record=kind.record, label=label, kind=field, now=now, **facts).slug
        for label, field, facts in FIELDS
    ]
    kind = change_object(
        actor=administrator,
        kind=kind,
        is_public=True,
        form_lead="Tell us where you are and when you vote; a volunteer with a car calls you back.",
        form_thanks="We have it. A driver calls you before the day.",
        now=now,
    )
    drivers = list(User.objects.filter(memberships__team=kind.team, is_active=True).order_by("id"))
    stages = [slug for slug, _label in kind.stages]
    for slug in (Role.LEAD, Role.VOLUNTEER):
        told = told_of(definitions()[slug])
        told["records"][kind.record] = DRIVERS_MAY
        change_role(actor=administrator, slug=slug, told=told, version=version_of(slug), now=now)
    administrator = User.objects.get(pk=administrator.pk)  # what they may is worked out once: now it has rides in it
    for number, (rider, street, city, state, code) in enumerate(RIDERS):
        stage = stages[0] if number % 3 == 0 else chance.choice(stages)
        values = (
            *(rider, f"(555) 555-01{20 + number}", {"street": street, "city": city, "state": state, "zip": code}),
            *((now + timedelta(days=2 + number % 9)).date().isoformat(), chance.choice((1, 1, 2, 3))),
            *(WAYS[number % len(WAYS)], chance.choice(KNOW)),
        )
        given = dict(zip(names, values, strict=True))
        owner = chance.choice(drivers) if drivers and stage != stages[0] else None
        make_record(
            actor=administrator,
            kind=kind,
            values={**given, "stage": stage, "owner": owner},
            now=now - timedelta(hours=5 * (len(RIDERS) - number)),
        )


def _rules(administrator: User, now: datetime) -> None:
    ride = ObjectType.objects.get(label=RIDE)
    conversation = (
        (
            "A ride is asked for: tag it",
            {"all": [{"field": "subject", "is": "contains", "value": "ride"}]},
            [{"verb": "desk.tag", "values": {"add": "ride", "remove": ""}}],
        ),
        (
            "Press waits for nobody",
            {"all": [{"field": "queue", "is": "is", "value": "press-desk"}]},
            [
                {"verb": "desk.priority", "values": {"priority": "1"}},
                {"verb": "notify", "values": {"to": "owner", "text": "The press has written"}},
            ],
        ),
    )
    wanted = [("inquiry", *one) for one in conversation]
    told = [{"verb": "notify", "values": {"to": f"team:{ride.team_id}", "text": "Somebody needs a ride"}}]
    wanted.append((ride.record, "Tell the drivers of a new ride", {}, told))
    for record, name, conditions, actions in wanted:
        rule = save_rule(
            actor=administrator,
            rule=None,
            name=name,
            record=record,
            trigger={"kind": "made"},
            conditions=conditions,
            actions=actions,
            most_an_hour=200,
            now=now,
        )
        switch_rule(actor=administrator, rule=rule, on=True, now=read_clock())


def _talk(administrator: User, lead: User, now: datetime) -> None:
    """A few words under a ride, an answer and a conversation."""
    ride = CustomRecord.objects.order_by("id").first()
    if ride is not None:
        first = write_post(
            actor=administrator,
            record_type=ride.object.record,
            record=ride,
            text="She votes at the library, not at the school: the school is closed for works.",
            now=now - timedelta(hours=6),
        )
        drivers = User.objects.filter(memberships__team=ride.object.team_id, is_active=True)
        if driver := drivers.exclude(roles__contains=[Role.ADMINISTRATOR]).order_by("id").first():
            write_post(
                actor=driver,
                record_type=ride.object.record,
                record=ride,
                text="Good to know. I drive past it anyway, I can take her at ten.",
                parent=first,
                now=now - timedelta(hours=5),
            )
    open_ones = Inquiry.objects.filter(status=Status.OPEN, is_sealed=False, queue__slug="voter-help")
    for row in open_ones.order_by("due_at")[:1]:
        write_post(
            actor=lead,
            record_type="inquiry",
            record=row,
            text=f"@{administrator.name} the county has moved this precinct twice this year. Do we have it in writing?",
            now=now - timedelta(hours=2),
        )
    article = Article.objects.filter(title="My polling place has closed or moved").first()
    if article is not None:
        write_post(
            actor=administrator,
            record_type="article",
            record=article,
            text=f"@{lead.name} before it is checked again: the words for Georgia want the new county number.",
            now=now - timedelta(days=1),
        )
