"""What the sample campaign has to be done: a few tasks, about conversations and people. Sample text, like all of it."""

from datetime import date, datetime, timedelta

from hustings.foundation.access.models import Team, User
from hustings.foundation.tasks.actions.changing import finish_task
from hustings.foundation.tasks.actions.giving import give_task
from hustings.foundation.tasks.models import Task
from hustings.service.desk.models import Inquiry

from .generator.roster import SAMPLE_SIGN_INS

# title, words, for whom (the team, the lead, the volunteer), days until it is due, about (a conversation, its person)
TASKS = (
    (
        "Ask the county when the drop box is emptied",
        "The clerk is back on Monday; ring before ten.",
        "june",
        1,
        "inquiry",
    ),
    ("Send the printed guide to her building", "She offers to hand it to her neighbours.", "team", 3, "person"),
    ("Call back about the ride to the polls", "", "june", 0, "inquiry"),
    ("Find two people for the Saturday shift", "Evenings are full. Saturday is not.", "theo", 2, ""),
    ("Thank the librarians of Franklin County", "", "team", None, ""),
)
ON_VOTING = ("polling-place", "early-voting", "mail-ballot", "volunteer")
DONE = "Tell the writers about the new hours"


def write_down_what_is_to_do(*, end: datetime) -> None:
    """All of it, once."""
    if Task.objects.exists():
        return
    theo, june = (User.objects.get(email=address) for _label, address in SAMPLE_SIGN_INS[1:])
    team = Team.objects.filter(memberships__user=theo).order_by("pk").first()
    open_ones = Inquiry.objects.filter(queue__team=team, status="open", is_sealed=False, is_crisis=False)
    asked = open_ones.filter(topics__overlap=ON_VOTING)
    talks = list(asked.order_by("due_at", "id")[: len(TASKS)])
    for place, (title, words, whom, days, kind) in enumerate(TASKS):
        talk = talks[place] if kind and place < len(talks) else None
        give_task(
            actor=theo, title=title, words=words, about=_about(talk, kind), due_on=_day(end, days),
            assignee={"theo": theo, "june": june}.get(whom), team=team if whom == "team" else None,
            now=end - timedelta(hours=5 + place),
        )  # fmt: skip
    over = give_task(actor=theo, title=DONE, assignee=june, now=end - timedelta(days=2))
    finish_task(actor=june, task=over, now=end - timedelta(days=1))


def _about(talk: Inquiry | None, kind: str) -> str:
    if talk is None:
        return ""
    return f"inquiry/{talk.uid}" if kind == "inquiry" else f"person/{talk.person.uid}"


def _day(end: datetime, days: int | None) -> date | None:
    return None if days is None else (end + timedelta(days=days)).date()
