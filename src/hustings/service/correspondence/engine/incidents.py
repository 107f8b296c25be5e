"""Election incidents in a letter: lines, machines, people turned away over ID, intimidation; in English and Spanish.

Rules over phrases, for a letter that tells of something happening at a polling place. A question ("what ID do I need?",
"how long are the lines?") is none. A reader decides; these rules only see to it that voter protection looks at once.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from .stems import Stems

LONGEST = 20_000
_NEAR = r"[^.!?\n]{0,80}?"
_POLLS = re.compile(
    r"\b(?:polls?|polling|precinct|voting|voters?|vote|voted|ballots?|election|poll ?workers?"
    r"|votar|votantes?|votaci[oó]n|casilla|urnas?|boletas?|recinto)\b",
    re.IGNORECASE,
)
# In this order: what is graver is said first.
_KINDS = {
    "intimidation": re.compile(
        rf"\b(?:intimidat(?:ing|ed|e|ion)|harass(?:ing|ed|ment)|menac(?:ing|ed)|armed|rifles?|with guns?"
        rf"|blocking the (?:door|entrance|line|lot)|(?:yelling|shouting|screaming) at)\b{_NEAR}"
        rf"\b(?:voters?|polls?|polling|precinct|people in line|us|line)\b"
        rf"|\b(?:voters?|polls?|polling place|precinct|line)\b{_NEAR}\b(?:being |were |was |are )"
        rf"(?:intimidated|harassed|threatened|followed|filmed)\b"
        rf"|\b(?:intimida(?:ndo|n|ron)|acosa(?:ndo|n|ron)|amenaza(?:ndo|n|ron)|armados?)\b{_NEAR}"
        rf"\b(?:votantes?|casilla|fila|votar|la gente)\b",
        re.IGNORECASE,
    ),
    "id": re.compile(
        rf"\b(?:turned (?:me|us|him|her|them|people|voters|folks|my \w+) away|(?:was|were|got|being) turned away"
        rf"|(?:refused|denied) (?:me|us|him|her|them|my \w+|a ballot|to let)|(?:would not|wouldn['’]t|won['’]t|did not"
        rf"|didn['’]t) (?:let|allow|give) (?:me|us|him|her|them|my \w+)|not allowed to vote)\b{_NEAR}"
        rf"\b(?:ids?|i\.d\.|identification|licen[sc]e|passport|student card)\b"
        rf"|\b(?:ids?|i\.d\.|identification|licen[sc]e|passport)\b{_NEAR}\b(?:turned (?:me|us|him|her|them|away)"
        rf"|(?:was|were) (?:refused|rejected)|not accept(?:ed)?|would not take|wouldn['’]t take)\b"
        rf"|\b(?:no me dejaron votar|me negaron|no me permitieron votar|me rechazaron)\b{_NEAR}"
        rf"\b(?:identificaci[oó]n|licencia|credencial|pasaporte|id)\b",
        re.IGNORECASE,
    ),
    "machine": re.compile(
        rf"\b(?:machines?|scanners?|tabulators?|printers?|check-?in (?:tablets?|computers?)|poll ?books?)\b{_NEAR}"
        rf"(?:\b(?:broken|broke|down|jam(?:med|ming)?|malfunction(?:ing|ed)?|out of order|ate|eating|rejected|rejecting"
        rf"|stopped)\b|\b(?:is|are|was|were)(?:n['’]t| not) working\b|\b(?:doesn['’]t|does not|don['’]t) work\b)"
        rf"|\b(?:ran|run|running|are|were) out of (?:ballots?|ballot paper|paper)\b"
        rf"|\bm[aá]quinas?\b{_NEAR}\b(?:no funcionan?|descompuest[ao]s?|rotas?|da[nñ]adas?|atascad[ao]s?)\b"
        rf"|\bse acabaron las boletas\b",
        re.IGNORECASE,
    ),
    "line": re.compile(
        rf"\b(?:lines?|wait(?:ing|ed)?|queue|stood)\b{_NEAR}\b(?:\d+|two|three|four|five|six|several|many)(?:\.5)?"
        rf"(?: ?-?to-? ?\w+| and a half)? ?\+?(?:hours?|hrs?)\b"
        rf"|\b(?:\d+|two|three|four|five|six|several)[ -](?:hours?|hrs?)[ -](?:\w+[ -])?(?:line|lines|wait|queue)\b"
        rf"|\bline (?:is|was|goes|went|wraps|wrapped|stretches|stretched) (?:around|out|down)\b"
        rf"|\b(?:fila|cola|espera(?:ndo|mos)?)\b{_NEAR}\b(?:\d+|dos|tres|cuatro|cinco|varias) horas\b",
        re.IGNORECASE,
    ),
}
# Of each kind what its phrases cannot do without: a piece of a word of every group. Most letters hold too little of it
# to be read further, and those that do are read around the first group's pieces alone.
_NEEDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "intimidation": (
        (
            *("intimid", "harass", "menac", "armed", "rifle", "gun", "blocking", "yelling", "shouting", "screaming"),
            *("threaten", "followed", "filmed", "acosa", "amenaza", "armado"),
        ),
    ),
    "id": (
        ("turned", "refused", "denied", " let ", "allow", " give ", "reject", "accept", " take", "dejaron", "negaron",
         "permitieron", "rechazaron"),
        (" id", "i.d.", "identif", "licen", "passport", "student card", "credencial", "pasaporte"),
    ),
    "machine": (
        ("machine", "scanner", "tabulator", "printer", "check", "poll", "out of", "quina", "boletas"),
        ("brok", "down", "jam", "malfunc", "out of", "ate", "eating", "reject", "stopped", "not work", "t work",
         "no funciona", "descomp", "rota", "dañad", "danad", "atasc", "acabaron"),
    ),
    "line": (
        ("line", "wait", "queue", "stood", "fila", "cola", "esper"),
        ("hour", "hrs", "hr ", "horas", " around", " out", " down"),
    ),
}  # fmt: skip
_POLLED = ("poll", "vot", "ballot", "precinct", "election", "casilla", "urna", "boleta", "recinto")
_STEMS = Stems(
    polled=_POLLED,
    **{f"{kind}.{place}": some for kind, needs in _NEEDS.items() for place, some in enumerate(needs)},
)
_AROUND = 180
_STOP = re.compile(r"[.!?\n]")
_IF = re.compile(r"\s*(?:if|what if|what happens|in case|si )\b", re.IGNORECASE)
_PRECINCT = re.compile(
    r"\b(?:[Pp]recinct|[Rr]ecinto)\s+(?:no\.?\s*|number\s+|#\s*)?([0-9][\w-]{0,11}|[A-Z][\w-]{0,4}\d[\w-]*)"
)
_PLACE = re.compile(
    r"\b(?:[Aa]t|[Ii]n|[Oo]utside|[Ee]n)\s+(?:the\s+|la\s+|el\s+)?((?:[A-Z0-9][\w.'’-]*\s+){1,5}"
    r"(?:Library|School|Church|Center|Centre|Hall|Gym|Firehouse|Fire Station|Annex|Courthouse|Escuela|Biblioteca))\b"
)
_PAST = re.compile(
    r"\b(?:last (?:time|year|election)|years? ago|back in|in (?:19|20)\d\d"
    r"|la [uú]ltima vez|el a[nñ]o pasado|hace \w+ años)\b",
    re.IGNORECASE,
)


class Incident(NamedTuple):
    """What kind (line, machine, id, intimidation), and where as far as the words say."""

    kind: str
    precinct: str = ""
    place: str = ""


def incident_in(subject: str, text: str) -> Incident | None:
    """The gravest incident that the letter tells of; None for a letter that tells of none."""
    words = f"{subject}\n{text[:LONGEST]}"
    found = _STEMS.found(words.lower())
    if "polled" not in found:
        return None
    kinds = [kind for kind, needs in _NEEDS.items() if all(f"{kind}.{place}" in found for place in range(len(needs)))]
    if not kinds or _POLLS.search(words) is None:
        return None
    kind = next((kind for kind in kinds if _told(_KINDS[kind], words, found[f"{kind}.0"])), None)
    if kind is None:
        return None
    precinct, place = _PRECINCT.search(words), _PLACE.search(words)
    return Incident(kind, precinct[1] if precinct else "", " ".join(place[1].split()) if place else "")


def _told(told: re.Pattern[str], words: str, places: Sequence[int]) -> bool:
    """Said of something that happens now, and not asked about: its sentence does not end in a question mark, nor
    does it begin with "if" or tell of another year."""
    windows: list[list[int]] = []
    for place in places:
        if windows and place - _AROUND <= windows[-1][1]:
            windows[-1][1] = place + _AROUND
        else:
            windows.append([max(place - _AROUND, 0), place + _AROUND])
    return any(
        _is_so(words, found.start(), found.end())
        for begin, end in windows
        for found in told.finditer(words, begin, end)
    )


def _is_so(words: str, begin: int, end: int) -> bool:
    stop = _STOP.search(words, end)
    if stop and stop[0] == "?":
        return False
    start = max(words.rfind(sign, 0, begin) for sign in ".!?\n") + 1
    return _IF.match(words, start, end) is None and _PAST.search(words, start, end) is None
