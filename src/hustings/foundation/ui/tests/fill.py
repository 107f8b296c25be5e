"""The drawn rail: what rooms would register."""

from datetime import UTC, datetime
from typing import Any

from hustings.foundation.ui import actions, navigation, palette
from hustings.foundation.ui.navigation import ELSEWHERE, Entry, Group, Item

COUNTS = {"mine": 12, "unassigned": 48, "mentions": 3, "approval": 4, "snoozed": 9}


def campaign_and_rail() -> None:
    actions.set_campaign(
        actor=None,
        now=datetime(2028, 10, 19, 9, 0, tzinfo=UTC),
        name="Adair for America",
        paid_for_by="Adair for America",
        help_phone="(555) 555-0100",
        is_sample=True,
    )
    for order, (key, label, icon, url, tab) in enumerate(
        (
            ("mine", "My conversations", "inbox", "home", "Inbox"),
            ("unassigned", "Unassigned", "users-round", "page", "Calls"),
            ("mentions", "Mentions", "at-sign", "plain", ""),
            ("approval", "Waiting for approval", "badge-check", "ui:style", ""),
            ("snoozed", "Snoozed", "alarm-clock", "public", ""),
        )
    ):
        navigation.register(Item(key, label, icon, url, order=order, tab=tab))
    navigation.register_counts(tuple(COUNTS), lambda user: COUNTS)
    navigation.register_group(Group("teams", "Teams", 20, teams))
    navigation.register_group(Group("views", "Saved views", 30, views))
    for order, (key, label, icon, tab) in enumerate(
        (
            ("calls", "Call desk", "headset", ""),
            ("answers", "Answer Center", "book-open", "Answers"),
            ("people", "People", "users-round", "People"),
        )
    ):
        navigation.register(Item(key, label, icon, "page", order=100 + order, group=ELSEWHERE, tab=tab))
    navigation.register_me_line(lambda user: "Taking new mail, 6 of 8")
    for url, label in (("home", "Answers"), ("public", "Ask us"), ("plain", "Volunteer")):
        navigation.register_public(url, label)
    palette.register(
        palette.Action("snooze", "Snooze the ballot letter", "alarm-clock", key="h", event="snooze", group=palette.THIS)
    )
    palette.register(
        palette.Action("seal", "Seal the ballot letter", "siren", key="q", event="seal", group=palette.THIS)
    )
    palette.register_search("people", "People and answers", people)


def teams(user: Any) -> list[Entry]:
    return [
        Entry(label, f"/?team={n}", count=count, colour=colour)
        for n, (label, count, colour) in enumerate(
            (
                ("Voter help", 132, "vote"),
                ("Volunteers", 41, "vol"),
                ("Donations", 18, "gift"),
                ("Language help", 22, "acc"),
                ("Press desk", 6, "press"),
            )
        )
    ]


def views(user: Any) -> list[Entry]:
    return [
        Entry("Ohio, mail ballots", "/?view=1", icon="pin", count=17),
        Entry("Over target, any team", "/?view=2", icon="pin", count=5),
    ]


def people(user: Any, query: str) -> list[palette.Hit]:
    hits = [palette.Hit("Tessa Ballotine", "/page/?tessa", "user", note="Scranton, PA")]
    return [hit for hit in hits if query.lower() in hit.label.lower()]
