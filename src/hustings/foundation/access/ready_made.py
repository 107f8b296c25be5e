"""The roles that come with the house. Each stands here until an administrator changes it; then what they wrote holds
(`models.Role`), and this is what "back to how it came" brings back."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from .roles import Definition, definition_from

ALL = ["see", "add", "change", "delete", "export"]
SEE, NOTE, WORK = ["see"], ["see", "add"], ["see", "add", "change"]
REACH_ANSWERING = {"email": "read", "phone": "masked", "street": "hidden"}
REACH_MASKED = {"email": "masked", "phone": "masked", "street": "masked"}
REACH_READ = {"email": "read", "phone": "read", "street": "read"}
REACH_EDIT = {"email": "edit", "phone": "edit", "street": "edit"}


def _on(verbs: list[str], rows: str | list[str] = "all", level: str = "read", **fields: str) -> dict[str, Any]:
    return {"verbs": verbs, "rows": [rows] if isinstance(rows, str) else rows, "fields": {"*": level, **fields}}


TASKS = _on(WORK, "team", "edit")  # theirs, and their teams'


def _answering(rows: str, level: str, reach: dict[str, str], **more: Any) -> dict[str, Any]:
    """Those who answer letters: people through the conversations in hand, the conversations of their rows."""
    person = _on(["see", "change"], "assigned", level, **reach)
    sender = "masked" if reach is REACH_MASKED else "read"
    return {
        "person": person,
        "inquiry": _on(WORK, rows, level),
        "message": _on(WORK, rows, level, sender=sender),
        "call": _on(NOTE, rows, level),
        "article": _on(SEE),
        "campaign": _on(SEE),
        "user": _on(SEE, "team", email="hidden"),
        "incident": _on(["see", "add"], "assigned", "edit"),
        "task": TASKS,
        **more,
    }


_ROLES: dict[str, tuple[Any, Any, dict[str, Any]]] = {
    "administrator": (
        _("Administrator"),
        _("Sets up the house: people, roles, queues, mail, records of your own. Sees all but what is private."),
        {
            "records": {"*": {"verbs": ALL, "rows": ["all"], "fields": {"**": "edit"}}},
            "abilities": [
                *("administer", "lead", "audit", "see_as", "build_records", "write_rules", "approve_answers", "erase"),
                *("tokens", "retention", "withdraw_answers"),
            ],
            "second_factor": False,
        },
    ),
    "director": (
        _("Campaign director"),
        _("Sees the whole campaign and its figures, changes nothing in the set-up."),
        {
            "records": {
                "*": {"verbs": ["see", "export"], "rows": ["all"], "fields": {"*": "read"}},
                "person": _on(["see", "export"], **REACH_MASKED),
                "message": _on(SEE, sender="masked"),
                "task": _on([*WORK, "export"], "all", "edit"),
            },
            "abilities": ["lead", "audit"],
        },
    ),
    "state-director": (
        _("State director"),
        _("The people and conversations of the states that are set for them."),
        {
            "records": {
                "person": _on(["see", "change", "export"], "state", "edit", **REACH_READ),
                "inquiry": _on(WORK, "state", "edit"),
                "call": _on(NOTE, "state"),
                "campaign": _on(SEE),
                "message": _on(WORK, "state", sender="read"),
                "incident": _on(["see", "add", "export"], "state", "edit"),
                "task": _on([*WORK, "export"], "team", "edit"),
                "article": _on(SEE),
                "user": _on(SEE, "team", email="read"),
                "bulk_reply": _on(["see", "add"], "team", "edit"),
            },
            "abilities": ["lead"],
        },
    ),
    "lead": (
        _("Correspondence lead"),
        _("Leads teams of volunteers: assigns, releases, approves answers, ends a volunteer's access."),
        {
            "records": {
                "person": _on(ALL, "all", "edit", **REACH_EDIT),
                "inquiry": _on(["see", "add", "change", "export"], "team", "edit"),
                "call": _on(["see", "add", "export"], "all"),
                "campaign": _on(["see", "change", "export"], "all", "edit"),
                "message": _on(WORK, "team", "edit", sender="read"),
                "article": _on(WORK, "all", "edit"),
                "user": _on(SEE, "team", email="read"),
                "bulk_reply": _on(["see", "add", "change", "export"], "all", "edit"),
                "incident": _on(["see", "add"], "all", "edit"),
                "task": _on([*WORK, "export"], "team", "edit"),
            },
            "abilities": ["lead", "write_rules", "approve_answers"],
        },
    ),
    "volunteer": (
        _("Correspondence volunteer"),
        _("Answers letters of their teams' queues. Calls people without seeing their number."),
        {"records": _answering("team", "edit", REACH_ANSWERING), "people_a_shift": 150},
    ),
    "contact-supervisor": (
        _("Contact-centre supervisor"),
        _("Leads those who call and chat."),
        {
            "records": {
                "person": _on(["see", "change"], "all", "edit", **REACH_READ),
                "inquiry": _on(WORK, "team", "edit"),
                "call": _on(NOTE, "all"),
                "campaign": _on(SEE),
                "message": _on(SEE, "team", sender="read"),
                "article": _on(SEE),
                "user": _on(SEE, "team", email="read"),
                "task": TASKS,
            },
            "abilities": ["lead"],
        },
    ),
    "caller": (
        _("Call volunteer"),
        _("Calls from home. Sees the person in hand; the number is dialled for them."),
        {
            "records": {
                "person": _on(SEE, "assigned", **REACH_MASKED),
                "inquiry": _on(SEE, "assigned"),
                "call": _on(NOTE, ["team", "state"]),
                "article": _on(SEE),
                "task": TASKS,
            },
            "people_a_shift": 200,
        },
    ),
    "voter-protection": (
        _("Voter protection"),
        _("Answers on voting, everywhere, and looks after what happens at the polls."),
        {
            "records": {
                **_answering("all", "edit", REACH_READ),
                "person": _on(["see", "change"], "all", "edit", **REACH_READ),
                "article": _on(WORK, "all", "edit"),
                "bulk_reply": _on(WORK, "all", "edit"),
                "incident": _on(["see", "add", "change", "export"], ["all"], "edit"),
            },
            "abilities": ["approve_voting_answers", "withdraw_answers", "protect_voters"],
        },
    ),
    "counsel": (
        _("Counsel"),
        _("Privileged notes and legal holds; may read what a case needs."),
        {
            "records": {
                "*": {"verbs": ["see", "export"], "rows": ["all"], "fields": {"*": "read"}},
                "person": _on(["see", "export"], **REACH_READ),
                "message": _on(["see", "export"], sender="read"),
                "privileged_note": {"verbs": ALL, "rows": ["all"], "fields": {"**": "edit"}},
                "task": TASKS,
            },
            "abilities": ["legal_hold", "audit", "withdraw_answers"],
            "second_factor": True,
        },
    ),
    "compliance": (
        _("Compliance and treasurer"),
        _("What the law asks of money: records and exports, without the letters."),
        {
            "records": {
                "person": _on(
                    ["see", "export"], "all", email="hidden", phone="hidden", street="read", care_note="hidden"
                ),
                "article": _on(SEE),
                "task": TASKS,
            },
            "abilities": ["compliance"],
            "second_factor": True,
        },
    ),
    "budget": (
        _("Budget"),
        _("Plans and follows what is spent. Sees no voter."),
        {
            "records": {"article": _on(SEE), "user": _on(SEE, "team", email="hidden"), "task": TASKS},
            "abilities": ["budget"],
        },
    ),
    "fundraising": (
        _("Fundraising"),
        _("Those who give, and how to reach them. Sees no budget."),
        {
            "records": {
                "person": _on(["see", "change"], "all", **REACH_READ, care_note="hidden"),
                "article": _on(SEE),
                "task": TASKS,
            },
            "abilities": ["fundraising"],
        },
    ),
    "scheduling": (
        _("Scheduling and advance"),
        _("Invitations, places and the road."),
        {
            "records": {
                "person": _on(SEE, "assigned", **REACH_READ),
                "inquiry": _on(WORK, "team", "edit"),
                "message": _on(WORK, "team", "edit", sender="read"),
                "article": _on(SEE),
                "user": _on(SEE, "team", email="hidden"),
                "task": TASKS,
            },
        },
    ),
    "vetting": (
        _("Vetting officer"),
        _("Files that nobody else may read."),
        {
            "records": {
                "person": _on(SEE, "all", **REACH_READ),
                "vetting_file": {"verbs": ALL, "rows": ["all"], "fields": {"**": "edit"}},
                "task": TASKS,
            },
            "second_factor": True,
        },
    ),
    "press": (
        _("Press"),
        _("Letters of the press queues and what has been approved to be said."),
        {"records": _answering("team", "edit", REACH_READ)},
    ),
    "security": (
        _("Security"),
        _("Sealed threats, alerts and the trail of what was read."),
        {
            "records": {
                "person": _on(SEE, "all", **REACH_READ),
                "inquiry": _on(SEE, "all"),
                "campaign": _on(SEE),
                "message": _on(SEE, "all", sender="read"),
                "user": _on(SEE, "all", email="read"),
                "task": TASKS,
            },
            "abilities": ["sealed", "audit", "alerts"],
            "second_factor": True,
        },
    ),
    "data": (
        _("Data"),
        _("Imports, exports and counts over the people. Reads no letters."),
        {
            "records": {
                "person": _on(["see", "change", "export"], "all", **REACH_READ, care_note="hidden"),
                "task": TASKS,
            },
            "abilities": ["build_records", "tokens"],
            "second_factor": True,
        },
    ),
    "observer": (
        _("Read-only observer"),
        _("Looks on; people are masked."),
        {
            "records": {
                "inquiry": _on(SEE, "all", subject="read", snippet="hidden", notes="hidden"),
                "person": _on(SEE, "all", name="masked", **REACH_MASKED, care_note="hidden", notes="hidden"),
                "article": _on(SEE),
            },
        },
    ),
}

NAMES: dict[str, Any] = {slug: name for slug, (name, _about, _told) in _ROLES.items()}
DESCRIPTIONS: dict[str, Any] = {slug: about for slug, (_name, about, _told) in _ROLES.items()}
DEFINITIONS: dict[str, Definition] = {slug: definition_from(slug, told) for slug, (_n, _a, told) in _ROLES.items()}

ABILITIES: dict[str, Any] = {
    "administer": _("Set up the house: people, roles, queues, mail, the campaign"),
    "lead": _("Lead the teams they belong to: assign, release, end a volunteer's access"),
    "audit": _("Search the trail of what was read and changed"),
    "see_as": _("Look through another role's eyes, changing nothing"),
    "build_records": _("Add fields and whole record types"),
    "write_rules": _("Write rules and approvals"),
    "approve_answers": _("Approve language"),
    "approve_voting_answers": _("Approve answers about voting"),
    "withdraw_answers": _("Withdraw any answer, and send its correction"),
    "protect_voters": _("Close election incidents, and be told of them"),
    "erase": _("Erase a person on request"),
    "retention": _("Set how long things are kept"),
    "legal_hold": _("Hold records for a legal case"),
    "tokens": _("Make tokens for the API"),
    "sealed": _("Open sealed threats"),
    "alerts": _("Be told of unusual reading, everywhere"),
    "compliance": _("File what the law asks"),
    "budget": _("Work on the budget"),
    "fundraising": _("Work on fundraising"),
}
"""What a role can allow that is no record."""
