"""What the sample campaign shows of an election day: a few incidents, marked as sample, and a plan for a surge."""

from datetime import datetime, timedelta

from hustings.constituents.insight.actions.folding import fold
from hustings.foundation.access.models import Team, User
from hustings.service.answers.queries.public import public_articles
from hustings.service.desk.actions.queues import save_queue, save_rule
from hustings.service.desk.models import Queue
from hustings.service.incidents.actions.reporting import report
from hustings.service.incidents.models import Incident, Source
from hustings.service.surge.actions.planning import save_plan
from hustings.service.surge.actions.watching import refresh_rising, watch
from hustings.service.surge.queries.standing import plan

from .generator.roster import SAMPLE_SIGN_INS

# kind, state, precinct, place, what, minutes ago
REPORTED = (
    ("line", "OH", "COL-14C", "Lincoln Heights School", "A wait of about two hours; three of eight booths in use.", 95),
    ("machine", "PA", "Erie 6-2", "Frontier Library", "The scanner stopped; ballots go into the emergency bin.", 70),
    ("id", "GA", "07B", "Westside Recreation Center", "A student was turned away with a campus ID.", 42),
    ("intimidation", "AZ", "", "Parking lot of the Desert View annex", "Two men film people who walk in.", 25),
    ("line", "NV", "4410", "Sunrise Hall", "The line reaches the street; no water, many older voters.", 11),
)
EXTRA = "Election day help"
SAID = {
    "en": "Thank you for writing to {{campaign.name}}.\n\nMany people write to us today. Questions about how to "
    "vote are answered first. If you are at the polls and were turned away, call us before you leave.",
    "es": "Gracias por escribir a {{campaign.name}}.\n\nHoy nos escribe mucha gente. Primero respondemos las preguntas "
    "sobre dónde y cómo votar. Si está en su casilla y no le dejan votar, llámenos antes de irse.",
}


def open_the_polls(*, now: datetime) -> None:
    """Each of it once."""
    administrator = User.objects.get(email=SAMPLE_SIGN_INS[0][1])
    if not Incident.objects.filter(source=Source.PERSON).exists():
        for kind, state, precinct, place, what, ago in REPORTED:
            report(
                actor=administrator, kind=kind, state_code=state, precinct=precinct, place=place, what=what,
                at=now - timedelta(minutes=ago), now=now - timedelta(minutes=ago - 3),
            )  # fmt: skip
    Incident.objects.update(is_sample=True)
    if not plan().acknowledgements:
        _plan(administrator, now)
    while fold():
        pass
    watch(now=now)
    refresh_rising(now=now)


def _plan(administrator: User, now: datetime) -> None:
    team = Team.objects.filter(name="Voter help").first() or Team.objects.order_by("pk").first()
    queue = Queue.objects.filter(name=EXTRA).first() or save_queue(
        actor=administrator, queue=None, now=now, name=EXTRA, team=team, colour=1, minutes_to_answer=60, is_open=False
    )
    save_rule(actor=administrator, rule=None, now=now, queue=queue, words=["polls close", "in line", "turned away"])
    articles = public_articles(now).order_by("pk").values_list("uid", flat=True)[:3]
    save_plan(
        actor=administrator,
        now=now,
        queues=[queue.pk],
        articles=[str(uid) for uid in articles],
        acknowledgements=SAID,
        teams=list(Team.objects.filter(name__in=("Volunteers", "Issues")).order_by("pk").values_list("pk", flat=True)),
    )
