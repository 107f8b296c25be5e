"""Who works in the sample campaign: people, teams, queues, addresses and the rules that route mail to queues."""

from __future__ import annotations

from dataclasses import dataclass, field

CAMPAIGN = "Adair for America"
HOST = "adair.example.org"


@dataclass(frozen=True, slots=True)
class SampleUser:
    """``role`` is administrator, lead or volunteer; ``needs_release`` says a lead releases this volunteer's replies."""

    name: str
    email: str
    role: str
    teams: tuple[str, ...]
    languages: tuple[str, ...] = ("en",)
    needs_release: bool = False
    timezone: str = "America/New_York"

    @property
    def first_name(self) -> str:
        return self.name.split(" ")[0]


@dataclass(frozen=True, slots=True)
class SampleTeam:
    key: str
    name: str
    purpose: str
    trained: bool = False


@dataclass(frozen=True, slots=True)
class SampleQueue:
    """``minutes`` is the time to a first answer."""

    key: str
    name: str
    team: str
    minutes: int
    order: int


@dataclass(frozen=True, slots=True)
class SampleMailbox:
    address: str
    name: str
    queue: str


@dataclass(frozen=True, slots=True)
class QueueRule:
    """The first rule whose conditions all hold routes the letter; an empty condition always holds.

    ``priority`` is 1 (first) to 5. ``words`` match whole words of subject or text, in any case.
    """

    queue: str
    priority: int
    minutes: int
    mailbox: str = ""
    words: tuple[str, ...] = ()
    states: tuple[str, ...] = field(default=())
    language: str = ""


TEAMS: tuple[SampleTeam, ...] = (
    SampleTeam("voter_help", "Voter help", "Where, when and how to vote"),
    SampleTeam("volunteers", "Volunteers", "People who offer their time"),
    SampleTeam("donations", "Donations", "Gifts, receipts, refunds"),
    SampleTeam("language_help", "Language help", "Letters in Spanish and interpreters"),
    SampleTeam("press_desk", "Press desk", "Reporters and requests for interviews"),
    SampleTeam("issues", "Issues", "Where Adair stands"),
    SampleTeam("stories", "Invitations & stories", "Invitations, stories, thanks"),
    SampleTeam("safety", "Safety", "Threats and people in crisis", trained=True),
)

QUEUES: tuple[SampleQueue, ...] = (
    SampleQueue("safety", "Safety", "safety", 15, 1),
    SampleQueue("voter_help", "Voter help", "voter_help", 300, 2),
    SampleQueue("language_help", "Language help", "language_help", 360, 3),
    SampleQueue("press_desk", "Press desk", "press_desk", 240, 4),
    SampleQueue("donations", "Donations", "donations", 1440, 5),
    SampleQueue("volunteers", "Volunteers", "volunteers", 1440, 6),
    SampleQueue("stories", "Invitations & stories", "stories", 2880, 7),
    SampleQueue("issues", "Issues", "issues", 2880, 8),
)

MAILBOXES: tuple[SampleMailbox, ...] = (
    SampleMailbox(f"help@{HOST}", "Help", "voter_help"),
    SampleMailbox(f"info@{HOST}", "Information", "issues"),
    SampleMailbox(f"volunteer@{HOST}", "Volunteer", "volunteers"),
    SampleMailbox(f"donate@{HOST}", "Donations", "donations"),
    SampleMailbox(f"press@{HOST}", "Press", "press_desk"),
    SampleMailbox(f"ayuda@{HOST}", "Ayuda", "language_help"),
)

# Battleground states of the sample, where a question about voting is answered first. Sample text, like all of it.
_CLOSE = ("OH", "PA", "GA", "WI", "MI", "AZ", "NV", "NC")

RULES: tuple[QueueRule, ...] = (
    QueueRule("safety", 1, 15, words=("kill myself", "end my life", "no reason to live", "suicide")),
    # Letters that many send wait behind all others: the campaign answers them together.
    QueueRule("issues", 5, 14 * 1440, words=("clinics within reach", "school lunch table", "sombra y agua")),
    QueueRule("press_desk", 2, 240, mailbox=f"press@{HOST}"),
    QueueRule("language_help", 2, 360, mailbox=f"ayuda@{HOST}"),
    QueueRule("language_help", 2, 360, language="es"),
    QueueRule("donations", 3, 1440, mailbox=f"donate@{HOST}"),
    QueueRule("donations", 3, 1440, words=("refund", "donation", "donated", "receipt", "card was charged", "invoice")),
    QueueRule(
        "voter_help",
        1,
        120,
        states=_CLOSE,
        words=("ballot", "polling place", "where do i vote", "absentee", "registered", "voter id", "polls"),
    ),
    QueueRule(
        "voter_help",
        2,
        300,
        words=("ballot", "polling place", "where do i vote", "absentee", "registered", "voter id", "polls", "precinct"),
    ),
    QueueRule("volunteers", 3, 1440, mailbox=f"volunteer@{HOST}"),
    QueueRule("volunteers", 3, 1440, words=("volunteer", "knock doors", "phone bank", "canvass")),
    QueueRule("press_desk", 2, 240, words=("interview", "deadline", "for publication", "newsroom")),
    QueueRule("stories", 4, 2880, words=("invite", "invitation", "come to our", "visit us", "thank you for")),
    QueueRule("issues", 4, 2880, mailbox=f"info@{HOST}"),
    QueueRule("voter_help", 3, 300, mailbox=f"help@{HOST}"),
)


def _user(name: str, role: str, teams: str, **more: object) -> SampleUser:
    email = f"{name.lower().replace(' ', '.')}@{HOST}"
    return SampleUser(name, email, role, tuple(teams.split()), **more)  # type: ignore[arg-type]


USERS: tuple[SampleUser, ...] = (
    _user("Marguerite Sole", "administrator", " ".join(team.key for team in TEAMS)),
    _user("Theo Marsh", "lead", "voter_help volunteers safety issues"),
    _user("June Oduya", "volunteer", "voter_help stories"),
    _user("Dana Kessler", "volunteer", "voter_help donations"),
    _user("Ines Navarro", "volunteer", "voter_help language_help issues", languages=("en", "es")),
    _user("Nour Hadley", "volunteer", "voter_help", needs_release=True),
    _user("Wes Pruitt", "volunteer", "voter_help volunteers", needs_release=True),
    _user("Lila Tran", "volunteer", "stories", needs_release=True, timezone="America/Chicago"),
    _user("Bea Okafor", "volunteer", "voter_help", needs_release=True),
    _user(
        "Gil Sandoval",
        "volunteer",
        "language_help",
        languages=("en", "es"),
        needs_release=True,
        timezone="America/Phoenix",
    ),
    _user("Rosalind Achterberg", "lead", "press_desk stories"),
    _user("Cormac Delahunt", "lead", "donations issues", timezone="America/Chicago"),
    _user("Ximena Barrientos", "lead", "language_help safety", languages=("en", "es"), timezone="America/Los_Angeles"),
    _user("Hettie Vandermolen", "volunteer", "donations", timezone="America/Denver"),
    _user("Amos Birdwell", "volunteer", "volunteers"),
    _user("Saoirse Lindahl", "volunteer", "issues"),
    _user("Tobias Enright", "volunteer", "press_desk"),
    _user("Yesenia Lerma", "volunteer", "language_help voter_help", languages=("en", "es"), timezone="America/Chicago"),
    _user("Farrukh Aziziyan", "volunteer", "issues", needs_release=True),
    _user("Pearl Stockbridge", "volunteer", "voter_help safety"),
    _user("Dewitt Claymore", "volunteer", "voter_help", timezone="America/Chicago"),
    _user("Anneliese Brandvold", "volunteer", "stories issues", timezone="America/Chicago"),
    _user("Kekoa Palakiko", "volunteer", "volunteers", timezone="Pacific/Honolulu"),
    _user("Mirabel Fontenot", "volunteer", "donations voter_help", timezone="America/Chicago"),
    _user("Ravi Sankaranath", "volunteer", "issues press_desk"),
)

SAMPLE_SIGN_INS: list[tuple[str, str]] = [
    ("Administrator, Marguerite Sole", f"marguerite.sole@{HOST}"),
    ("Team lead, Theo Marsh", f"theo.marsh@{HOST}"),
    ("Volunteer, June Oduya", f"june.oduya@{HOST}"),
]
