"""The sample campaign's people, teams, queues, mailboxes and approved language."""

from datetime import datetime, timedelta

from hustings.foundation.access import actions as access
from hustings.foundation.access.models import Team, User
from hustings.foundation.channels.actions.accounts import make_mailbox
from hustings.foundation.ui.actions import set_campaign
from hustings.service.answers import actions as answers
from hustings.service.answers.actions import Words
from hustings.service.answers.models import Article
from hustings.service.desk.actions import queues as desk
from hustings.service.desk.models import Queue, QueueRule

from .approved_language import ARTICLES
from .generator import roster

# The generator's 1 (first) to 5, in the desk's own words.
PRIORITY = {1: 1, 2: 1, 3: 2, 4: 3, 5: 3}


def furnish(*, now: datetime) -> None:
    """What a campaign sets up before the first letter comes."""
    set_campaign(
        actor=None,
        now=now,
        name=roster.CAMPAIGN,
        candidate="Governor Adair",
        domain=roster.HOST,
        paid_for_by=roster.CAMPAIGN,
        help_phone="(555) 555-0100",
        is_sample=True,
    )
    for box in roster.MAILBOXES:
        make_mailbox(
            address=box.address,
            name=roster.CAMPAIGN,
            language="es" if box.address.startswith("ayuda@") else "en",
            is_default=box.address.startswith("help@"),
        )
    teams = _teams(now)
    _users(teams, now)
    administrator = User.objects.get(email=roster.SAMPLE_SIGN_INS[0][1])
    _queues(teams, administrator, now)
    _approved_language(teams, administrator, now)


def _teams(now: datetime) -> dict[str, Team]:
    found = {}
    for number, team in enumerate(roster.TEAMS, start=1):
        known = Team.objects.filter(name=team.name).first()
        found[team.key] = known or access.make_team(actor=None, name=team.name, colour=number, now=now)
    return found


def _users(teams: dict[str, Team], now: datetime) -> None:
    trained = {team.key for team in roster.TEAMS if team.trained}
    administrator = None
    for person in roster.USERS:
        if User.objects.filter(email=person.email).exists():
            continue
        user = access.make_user(
            actor=None,
            email=person.email,
            name=person.name,
            role=person.role,
            teams=[teams[key] for key in person.teams],
            needs_release=person.needs_release,
            now=now,
        )
        access.change_preferences(user=user, time_zone=person.timezone)
        administrator = administrator or user
        if administrator and trained & set(person.teams):
            access.change_user(
                actor=administrator,
                user=user,
                is_crisis_trained=True,
                is_security_lead=person.role != "volunteer",
                now=now,
            )


def _queues(teams: dict[str, Team], administrator: User, now: datetime) -> None:
    trained = {team.key for team in roster.TEAMS if team.trained}
    queues: dict[str, Queue] = {}
    for number, queue in enumerate(sorted(roster.QUEUES, key=lambda queue: queue.order), start=1):
        queues[queue.key] = Queue.objects.filter(name=queue.name).first() or desk.save_queue(
            actor=administrator,
            queue=None,
            now=now,
            name=queue.name,
            team=teams[queue.team],
            colour=number,
            minutes_to_answer=queue.minutes,
            is_crisis=queue.team in trained,
        )
    if not queues["voter_help"].is_default and not Queue.objects.filter(is_default=True, slug="voter-help").exists():
        desk.make_default(actor=administrator, queue=queues["voter_help"], now=now)
    if QueueRule.objects.exists():
        return
    for rule in roster.RULES:
        desk.save_rule(
            actor=administrator,
            rule=None,
            now=now,
            queue=queues[rule.queue],
            mailbox=rule.mailbox,
            words=list(rule.words),
            states=list(rule.states),
            language=rule.language,
            priority=PRIORITY[rule.priority],
            minutes_to_answer=rule.minutes,
        )


def _approved_language(teams: dict[str, Team], administrator: User, now: datetime) -> None:
    """Made by the command that loads, approved by the administrator: nobody approves their own words."""
    by_name = {team.name: team for team in teams.values()}
    for number, piece in enumerate(ARTICLES):
        if Article.objects.filter(title=piece.title).exists():
            continue
        texts = [Words(language, text) for language, text in piece.texts.items()]
        texts += [Words(lang, text, state) for state, by in piece.state_texts.items() for lang, text in by.items()]
        article = answers.make_article(
            actor=None,
            title=piece.title,
            topic=piece.topic.replace("_", " "),
            team=by_name.get(piece.team),
            owner=administrator,
            texts=texts,
            now=now - timedelta(days=60),
        )
        answers.approve(
            actor=administrator,
            article=article,
            version=article.versions.get(),
            check_by=(now + timedelta(days=piece.check_by_days - number % 9)).date(),
            now=now - timedelta(days=45 - number % 30),
        )
