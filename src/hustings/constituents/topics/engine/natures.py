"""What a letter wants, how soon, and on which side it stands, by phrases of English and Spanish.

They are for a campaign without labels, and for what must not wait for a model: an incident at the polls. Each says
little by itself; a letter is given a nature when its phrases come to enough and no other nature comes near.
"""

import re
from dataclasses import dataclass

from .phrases import Phrases, Said

ENOUGH = 2.0  # the score from which a nature is given
AHEAD = 1.3  # how many times the next one's

NATURES: dict[str, tuple[str, ...]] = {
    "election_incident": (
        "turned away at the polls", "turned me away", "turned us away", "turned away from my polling place",
        "machine is broken", "machines are broken", "machine is down", "machines are down", "machines not working",
        "ran out of ballots", "out of ballots", "no ballots left", "line is three hours", "hours in line",
        "hour line to vote", "line at my polling place", "would not let me vote", "refused to let me vote",
        "wouldn't let me vote", "not on the list at", "not on the rolls", "intimidating voters", "voter intimidation",
        "blocking the entrance", "poll watcher is", "poll workers are", "poll worker told me",
        "polling place is closed",
        "polling place was closed", "polls closed early", "provisional ballot", "men with guns outside",
        "no me dejaron votar", "no me dejan votar", "máquina no funciona", "máquinas no funcionan",
        "se acabaron las boletas", "no hay boletas", "intimidando a los votantes", "intimidación de votantes",
        "horas en la fila", "horas de fila", "boleta provisional", "el lugar de votación está cerrado",
        "no estoy en la lista",
    ),
    "press": (
        "on deadline", "my deadline is", "for comment", "request for comment", "comment for a story", "for a story we",
        "i am a reporter", "i'm a reporter", "reporter with", "reporter for", "reporter at", "producer for",
        "producer at", "journalist", "press credentials", "media credentials", "press inquiry", "media inquiry",
        "interview request", "we are publishing", "our newsroom", "editorial board", "press pass", "on the record",
        "soy reportera", "soy reportero", "soy periodista", "periodista de", "solicitud de entrevista",
        "para un reportaje", "credenciales de prensa", "hora de cierre", "consulta de prensa",
    ),
    "invitation": (
        "would like to invite", "we would like to invite", "like to invite you", "invite you to speak", "invite you to",
        "cordially invite*", "honor of your presence", "be our guest", "keynote speaker", "speak at our",
        "attend our annual", "commencement speaker", "request the candidate", "join us for our", "rsvp by",
        "queremos invitar*", "quisiéramos invitar*", "invitarle a", "invitarla a", "invitarlo a", "le invitamos",
        "los invitamos", "nos honre con su presencia", "sea nuestra invitada", "sea nuestro invitado",
    ),
    "volunteering": (
        "want to volunteer", "like to volunteer", "would love to volunteer", "happy to volunteer", "how do i volunteer",
        "can i volunteer", "sign me up", "put me to work", "i can make calls", "can knock on doors", "want to help",
        "like to help", "how can i help", "available to volunteer", "i have saturdays free", "want to canvass",
        "want to phone bank", "happy to host", "internship", "quiero ser voluntari*", "quiero ayudar",
        "me gustaría ayudar", "cómo puedo ayudar", "quiero hacer llamadas", "quiero tocar puertas", "ofrecerme como",
        "tengo tiempo para ayudar",
    ),
    "donation": (
        "want to donate", "like to donate", "how do i donate", "make a donation", "my donation", "my contribution",
        "i donated", "i gave", "refund", "charged twice", "monthly donation", "recurring donation",
        "cancel my donation",
        "receipt for my", "mail a check", "send a check", "contribution limit", "quiero donar", "mi donación",
        "mi contribución", "hice una donación", "reembolso", "me cobraron dos veces", "cancelar mi donación",
        "recibo de mi donación", "enviar un cheque",
    ),
    "story": (
        "my story", "share my story", "i want to tell you about", "let me tell you about", "tell you my story",
        "this is what happened to", "i was diagnosed", "was diagnosed with", "my husband died", "my wife died",
        "my son died", "my daughter died", "my mother died", "my father died", "we lost our home", "we lost everything",
        "i grew up", "when i was a child", "years ago my", "mi historia", "quiero contarle", "quiero compartir",
        "déjeme contarle", "me diagnosticaron", "murió mi", "perdimos nuestra casa", "perdimos todo", "cuando era niña",
        "cuando era niño",
    ),
    "complaint": (
        "i am writing to complain", "complaint", "complain", "unacceptable", "disgusted", "disappointed in",
        "very disappointed", "fed up", "stop calling", "stop texting", "stop emailing", "take me off", "remove me from",
        "was rude", "shame on you", "never received", "no one has answered", "nobody has answered", "no reply to my",
        "still waiting for a reply", "quejarme", "una queja", "inaceptable", "estoy harto", "estoy harta",
        "muy decepcionad*", "dejen de llamar*", "dejen de mandar*", "quítenme de", "nadie me ha contestado",
        "nadie contesta", "qué vergüenza",
    ),
    "thanks": (
        "thank you for", "thank you so much", "thanks for", "many thanks", "just wanted to thank", "grateful for",
        "i appreciate your", "thank you again", "gracias por", "muchas gracias", "mil gracias", "le agradezco",
        "les agradezco", "agradecid*",
    ),
    "question": (
        "what is your position", "what is your plan", "where do you stand", "what will you do", "what do you think",
        "what are you going to do", "can you tell me", "could you tell me", "please tell me", "i would like to know",
        "i want to know", "how do i", "how can i", "where do i", "where can i", "when does", "when is", "when do",
        "do you support", "will you", "would you", "am i", "is it true", "cuál es su posición", "qué piensa hacer",
        "qué va a hacer", "qué hará", "me puede decir", "me pueden decir", "quisiera saber", "quiero saber", "dónde",
        "cómo puedo", "cuándo", "apoya usted", "es verdad que",
    ),
    "opinion": (
        "i believe", "in my opinion", "i think", "i strongly", "i support", "i oppose", "i urge you", "we need to",
        "you should", "you must", "please vote", "i want you to", "i am against", "i am for", "it is time to", "i feel",
        "i disagree", "i agree", "creo que", "en mi opinión", "pienso que", "apoyo", "me opongo", "le pido que",
        "le urjo", "debemos", "usted debe", "necesitamos", "estoy en contra", "estoy a favor", "no estoy de acuerdo",
        "estoy de acuerdo",
    ),
}  # fmt: skip
# What anyone may write in passing decides only where nothing else is said.
WEAK = {"thanks": 0.75, "question": 0.75, "opinion": 0.6, "story": 1.0, "complaint": 1.0}

URGENT: dict[str, tuple[str, ...]] = {
    "today": (
        "today", "right now", "immediately", "this minute", "tonight", "this afternoon", "this morning", "polls close",
        "in line now", "standing in line", "emergency", "as we speak", "within the hour", "hoy", "ahora mismo",
        "inmediatamente", "esta noche", "esta tarde", "en este momento", "emergencia", "de inmediato",
    ),
    "soon": (
        "urgent", "asap", "as soon as possible", "tomorrow", "deadline", "this week", "by friday", "by monday",
        "before election day", "time sensitive", "time-sensitive", "by the end of the day", "running out of time",
        "urgente", "cuanto antes", "lo antes posible", "mañana", "plazo", "esta semana", "antes de las elecciones",
        "fecha límite",
    ),
}  # fmt: skip
STANCES: dict[str, tuple[str, ...]] = {
    "for": (
        "i support", "we support", "i am for", "i'm for", "in favor of", "please support", "please protect",
        "please pass", "vote yes", "vote for the bill", "i believe in", "keep fighting for", "we need more",
        "don't cut", "do not cut", "strengthen", "expand", "yo apoyo", "apoyo", "apoyamos", "estoy a favor",
        "a favor de", "por favor proteja", "por favor apoye", "vote a favor", "necesitamos más", "no recorte*",
    ),
    "against": (
        "i oppose", "we oppose", "i am against", "i'm against", "opposed to", "please stop", "please oppose", "vote no",
        "vote against", "get rid of", "repeal", "no more", "we do not need", "we don't need", "abolish",
        "do not support", "don't support", "cannot support", "can't support", "me opongo", "nos oponemos",
        "estoy en contra", "en contra de", "vote en contra", "no apoyo", "deroguen", "prohíban", "no más", "basta de",
    ),
}  # fmt: skip
WAITING = ("thanks", "opinion")  # what gives way first when too many write
MARK = 0.8  # what a question mark says
# Who writes of these now is standing there.
AT_ONCE = {"election_incident": 2, "threat": 2, "crisis": 2, "press": 1}

_DOTTED = re.compile(r"\w\.\w")
_manners = Phrases({**NATURES, **URGENT, **STANCES})


@dataclass(frozen=True, slots=True)
class Manner:
    """What phrases say of a letter besides its topic; empty where they do not say enough."""

    nature: str
    maybe: str  # the likeliest nature, also where it is not given
    when: str  # "today", "soon" or ""
    stance: str


_SILENT = Manner("", "", "", "")
_ENDS = "?!.,;:)]}>\"'”’»*_"


def asks(text: str) -> bool:
    """Whether there is a question mark; those inside a link ask nothing."""
    return "?" in text and any(_word_asks(word) for word in text.split() if "?" in word)


def _word_asks(word: str) -> bool:
    stem = word.rstrip(_ENDS)
    if "?" in word[len(stem) :]:
        return True
    before = stem.partition("?")[0]
    return not ("://" in before or "@" in before or _DOTTED.search(before))


def manner_of(said: Said, *, asks: bool) -> Manner:
    """``asks``: there is a question mark."""
    scores = _manners.scores(said)
    if not scores:
        return Manner("", "question", "", "") if asks else _SILENT
    # Here a short letter's words count as any: what it wants is seldom one word.
    found = {name: score / said.weight for name, score in scores.items()}
    ranked = sorted(
        ((found[name] * WEAK.get(name, 1.2), name) for name in NATURES if name in found),
        key=lambda pair: (-pair[0], pair[1]),
    )
    if asks:
        ranked = _asking(ranked)
    nature = maybe = ""
    if ranked:
        best, maybe = ranked[0]
        following = ranked[1][0] if len(ranked) > 1 else 0.0
        nature = maybe if best >= ENOUGH and best >= AHEAD * following else ""
    return Manner(nature, maybe, next((when for when in URGENT if when in found), ""), _stance(found))


def never_waiting(nature: str, maybe: str, *, asks: bool) -> tuple[str, str]:
    """The nature given and the likeliest one, whoever said them: who asks may thank for the trouble, but a question
    must not wait with thanks."""
    return ("", "question") if asks and nature in WAITING else (nature, maybe)


def _asking(ranked: list[tuple[float, str]]) -> list[tuple[float, str]]:
    """The same, with what a question mark says."""
    others = [pair for pair in ranked if pair[1] != "question"]
    own = next((score for score, name in ranked if name == "question"), 0.0)
    return sorted([*others, (own + MARK, "question")], key=lambda pair: (-pair[0], pair[1]))


def urgency_of(when: str, nature: str) -> int:
    """0 normal, 1 soon, 2 today: of what a letter says of its time, and of its nature."""
    by_nature = AT_ONCE.get(nature, 0)
    if when == "today":
        return max(by_nature, 2 if nature in ("election_incident", "question", "press") else 1)
    return max(by_nature, 1 if when == "soon" else 0)


def _stance(found: dict[str, float]) -> str:
    yes, no = found.get("for", 0.0), found.get("against", 0.0)
    if yes >= 2 and no == 0:
        return "for"
    return "against" if no >= 2 and no > yes else ""
