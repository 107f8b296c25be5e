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
_SOON = r"[^.!?\n]{0,40}?"
_POLLS = re.compile(
    r"\b(?:polls?|polling|precinct|voting|voters?|vote|voted|ballots?|election|poll ?workers?"
    r"|votar|votantes?|votaci[oó]n|casilla|urnas?|boletas?|recinto)\b",
    re.IGNORECASE,
)
# Where one votes, or stands to: not what is said of voters, nor what the polls say.
_AT_POLLS = (
    r"(?:at|to|from|outside|near|by|of|leave|left) (?:the |my |our )?polls|polling|precinct|poll ?(?:workers?"
    r"|watchers?|place|site)"
    r"|voting (?:places?|sites?|locations?|centers?|booths?|lines?)|vote centers?|early voting|drop ?box(?:es)?"
    r"|in line"
    r"|(?:to|without|before|while) vot(?:e|ing)|casillas?|recinto|urnas?|(?:para|sin|de) votar|votaci[oó]n"
    r"|en (?:la )?fila|en (?:la )?cola"
)
_THERE = re.compile(rf"\b(?:{_AT_POLLS})\b", re.IGNORECASE)
_HERE = re.compile(
    rf"\b(?:{_AT_POLLS}|parking lot|entrance|doors?|outside|in front of|sidewalk|here|right now"
    r"|afuera|entrada|estacionamiento|aqu[ií]|ahora mismo)\b",
    re.IGNORECASE,
)
_VOTERS = (
    r"(?:voters?(?!['’])|people (?:who|that) (?:vote|are voting|wait)|people (?:in line|voting|waiting)"
    r"|poll ?workers?|students)"
)
_PEOPLE = r"(?:man|men|woman|women|guys?|people|group|gang|militia|officers?|guards?)"
_GUNS = r"(?:rifles?|guns?|weapons?)"
_HOURS = (
    r"(?:\d\.\d\+? )?(?<!the )(?<!your )(?<!polling )(?<!voting )(?<!office )(?<!opening )(?<!what )\b(?:hours?|hrs?)\b"
)
_HORAS = r"(?:\d+|una|dos|tres|cuatro|cinco|seis|varias|muchas) horas?"
_ID = r"(?:ids?|i\.d\.|identification|licen[sc]e|passport|student card)"
_ID_ES = r"(?:identificaci[oó]n|licencia|credencial|pasaporte|id)"
_BROKEN = (
    r"(?:broken|down|jammed|jamming|malfunctioning|out of order|eating|rejecting|stuck|frozen|offline|dead"
    r"|not working|not accepting|not reading|not taking)"
)
# In this order: what is graver is said first.
_KINDS = {
    "intimidation": re.compile(
        rf"\b(?:intimidating|intimidated|harassing|harassed|menacing|menaced|threatening|threatened|bullying"
        rf"|scaring|filming|photographing|following|blocking|shoving"
        rf"|(?:yelling|shouting|screaming|cursing|spitting) at)\b"
        rf"{_SOON}\b(?:{_VOTERS}|us|me|the (?:line|door|doors|entrance|way in))\b(?! rights)"
        rf"|\bto (?:intimidate|harass|threaten|scare|bully)\b{_SOON}\b(?:{_VOTERS}|us)\b"
        rf"|\b(?:being|were|was|are|been|got|getting) (?:\w+ )?"
        rf"(?:intimidated|harassed|threatened|followed|filmed|(?:yelled|screamed|shouted) at)\b"
        rf"|\b(?:see|seeing|saw|witness(?:ed|ing)?|experienc(?:ed|ing)|report(?:ing)?|there(?:['’]s| is| was)|have"
        rf"|having) (?:(?!no )\w+ ){{0,3}}?(?:intimidation|harassment)\b"
        rf"|\b(?:intimidation|harassment) (?:\w+ )?(?:happening|going on|taking place|right now|at (?:my|our|this))\b"
        rf"|\barmed (?:\w+ )?{_PEOPLE}\b|\b(?:is|are|was|were) (?:\w+ )?armed\b(?! against)"
        rf"|\b(?:with|carrying|holding) (?:\w+ )?{_GUNS}\b"
        rf"|\b(?:intimidan(?:do)?|intimidaron|acosan(?:do)?|acosaron|amenazan(?:do)?|amenazaron|amenaza|amenaz[oó]"
        rf"|grita(?:ndo|n))\b{_SOON}\b(?:votantes?|casilla|fila|votar|la gente)\b"
        rf"|\bnos (?:amenazan?|acosan?|intimidan?|siguen?|est[aá]n? (?:amenazando|acosando|intimidando))\b"
        rf"|\b(?:hombres?|personas?|gente|tipos?)\b{_SOON}\b(?:armad[oa]s?|con (?:armas?|rifles?|pistolas?))\b",
        re.IGNORECASE,
    ),
    "id": re.compile(
        rf"\b(?:(?:turned|turning|sent|sending) (?:me|us|him|her|them|people|voters|folks|students|my \w+) away"
        rf"|(?:was|were|got|are|am|been|being|getting) turned away"
        rf"|(?:refused|denied|refusing|denying) (?:me|us|him|her|them|people|voters|students|my \w+|a ballot|to let)"
        rf"|(?:would not|wouldn['’]t|won['’]t|will not|did not|didn['’]t|not letting) (?:let|allow|give)? ?"
        rf"(?:me|us|him|her|them|people|students|my \w+)"
        rf"|not (?:being )?allowed to vote|(?:i|we|she|he|they) (?:could not|couldn['’]t|can['’]t|cannot) vote"
        rf"|(?:would not|wouldn['’]t|won['’]t|will not|did not|didn['’]t|refused? to) (?:take"
        rf"|accept))\b{_NEAR}\b{_ID}\b"
        rf"|\b{_ID}\b{_NEAR}\b(?:(?:turned|turning|sent) (?:me|us|him|her|them|people|away)"
        rf"|(?:was|were|is|are|being|got) (?:refused|rejected)|(?:is|was|are|were)(?:n['’]t| not) accepted"
        rf"|not accept(?:ed|ing)?|(?:would not|wouldn['’]t|won['’]t|will not|refused? to) (?:take|accept))\b"
        rf"|\b(?:no (?:me|nos|lo|la|le|les) (?:dejaron|dejan|permitieron|permiten) votar|me negaron|nos negaron"
        rf"|me rechazaron)\b{_NEAR}\b{_ID_ES}\b"
        rf"|\b{_ID_ES}\b{_NEAR}\b(?:no (?:me|nos|lo|la|le|les) (?:dejaron|dejan|permitieron|permiten) votar"
        rf"|me rechazaron)\b",
        re.IGNORECASE,
    ),
    "machine": re.compile(
        rf"\b(?:machines?|scanners?|tabulators?|printers?|check-?in (?:tablets?|computers?)|poll ?books?)\b"
        rf"(?: (?:(?!not )\w+ ){{0,2}}?{_BROKEN}\b"
        rf"|{_NEAR}(?:\b(?:is|are|was|were|been|being|keeps?|kept|got|went|all|both)|['’]s|['’]re)"
        rf" (?:(?!not )\w+ ){{0,2}}?{_BROKEN}\b"
        rf"|{_SOON}\b(?:broke|jammed|malfunctioned|stopped|ate|rejected|died|crashed|froze|failed"
        rf"|(?:is|are|was|were)(?:n['’]t| not) working"
        rf"|(?:doesn['’]t|does not|don['’]t|do not|won['’]t|will not) (?:work|take|accept|read|scan))\b)"
        rf"|\b(?<!i )(?:ran|run|running|are|were|is|was) out of (?:ballots?|ballot paper|paper)\b"
        rf"|\bm[aá]quinas?\b{_NEAR}\b(?:no (?:funcionan?|sirven?|leen?)|descompuest[ao]s?|rotas?|da[nñ]adas?"
        rf"|atascad[ao]s?|rechazan?)\b"
        rf"|\bno (?:funcionan?|sirven?) (?:\w+ ){{0,2}}m[aá]quinas?\b"
        rf"|\b(?:se acabaron las|se quedaron sin|no hay|ya no hay) boletas\b",
        re.IGNORECASE,
    ),
    "line": re.compile(
        rf"\b(?:lines?|wait(?:s|ing|ed)?|queue|stood|standing)\b{_NEAR}{_HOURS}"
        rf"|\blines? (?:is|are|was|were|goes|go|went|wraps?|wrapped|stretch(?:es|ed)?|snakes?)(?: all the way)? "
        rf"(?:around (?:the|to)|out (?:the|to|into|onto|past|of the (?:door|building|parking|school|gym|library))"
        rf"|down (?:the|to))\b"
        rf"|\blines? (?:is|are|has|have)(?:n['’]t| not) mov(?:ing|ed)\b"
        rf"|\b(?:leaving|leave|left|giving up) (?:the line )?without voting\b"
        rf"|\b(?:fila|cola|espera(?:ndo|mos)?)\b{_NEAR}\b{_HORAS}\b"
        rf"|\b(?:fila|cola) (?:le )?da (?:la )?vuelta\b|\bfila no (?:avanza|se mueve)\b",
        re.IGNORECASE,
    ),
    "hours": re.compile(
        rf"{_HOURS}[ -](?:\w+[ -])?(?:lines?|waits?|queue)\b"
        rf"|{_HOURS} (?:\w+ ){{0,3}}?(?:in (?:the )?line|to vote)\b"
        rf"|\b{_HORAS} (?:\w+ ){{0,3}}?(?:fila|cola|formad[oa]s|esperando|para votar)\b",
        re.IGNORECASE,
    ),
}
# Of each what its phrases cannot do without: a piece of a word of every group. Most letters hold too little of it to be
# read further, and those that do are read around the first group's pieces alone.
_NEEDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "intimidation": (
        (
            *("intimid", "harass", "menac", "armed", "rifle", "gun", "weapon", "blocking", "yelling", "shouting"),
            *("screaming", "cursing", "spitting", "threaten", "bully", "scaring", " scare ", "filming", "following"),
            *("photographing", "shoving", "followed", "filmed", "yelled", "screamed", "shouted", "acosa", "amenaz"),
            *("armado", "armada", "nos sigue", "grita", "con arma", "pistola"),
        ),
    ),
    "id": (
        (" away", "refus", "denied", "denying", " let ", " letting", "allow", " give ", "reject", "accept", " take",
         "t vote", "not vote", "dejaron", "dejan", "permit", "negaron", "rechazaron"),
        (" id", "i.d.", "identif", "licen", "passport", "student card", "credencial", "pasaporte"),
    ),
    "machine": (
        ("machine", "scanner", "tabulator", "printer", "check", "poll", "out of", "quina", "boletas"),
        ("brok", "down", "jam", "malfunc", "out of", " ate", "eating", "reject", "stopped", "stuck", "froze", "offline",
         " dead", " died", "crash", "failed", "not work", "not acc", "not read", "not tak", "t work", "t take",
         "t accept", "t read", "t scan", "no func", "no sirve", "no lee", "rechaza", "descomp", "rota", "dañad",
         "danad", "atasc", "acabaron", "sin boletas", "hay boletas"),
    ),
    "line": (
        ("line", "wait", "queue", "stood", "standing", "without voting", "fila", "cola", "esper"),
        ("hour", "hrs", "hr ", "horas", " around", " out ", " down ", " moving", " moved", "without voting", "vuelta",
         "avanza", "mueve"),
    ),
    "hours": (
        ("hour", "hrs", "hora"),
        ("line", "wait", "queue", "to vote", "fila", "cola", "formad", "esperando", "votar"),
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
    r"\b(?:last (?:time|year|election|cycle|month|november|fall|spring)|years? ago|months ago|back in|back when"
    r"|used to"
    r"|(?:in|during|since|of) (?:the )?(?P<year>(?:19|20)\d\d)|in the (?:primary|primaries|midterms?|past"
    r"|last election|sixties)"
    r"|the \d\ds|when i was (?:young|a)|for (?:years|decades)|history"
    r"|la [uú]ltima vez|el (?:a[nñ]o|mes) pasado|hace \w+ (?:a[nñ]os|meses)|en (?P<anno>(?:19|20)\d\d)"
    r"|en las primarias)\b",
    re.IGNORECASE,
)
# What is wished, feared or thought possible: of its own clause, and only where nothing says that it is here and now.
_HEDGE = re.compile(
    r"\b(?:should(?:n['’]t)?|must|ought|could|might|may|would(?!n['’]t| not)|needs? to|ha(?:ve|s) to|afraid|fears?"
    r"|worr(?:y|ied)"
    r"|concerned|hope|imagine|promise|law|laws|bill|act|stop|ban|prevent|end|fight(?:ing)?|against|deber[ií]an?"
    r"|podr[ií]an?"
    r"|hay que|espero que|temo|ley|leyes|evitar)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[,;:—]| - |\b(?:but|because|and|that|so|who|which|pero|porque|que|y)\b", re.IGNORECASE)
_NOW = re.compile(
    r"\b(?:(?:my|our|this) (?:\w+ )?(?:precinct|poll|polls|polling|voting|line|site|county)|here|right now"
    r"|just now|as i write"
    r"|mi (?:casilla|recinto)|esta casilla|aqu[ií]|ahora mismo)\b",
    re.IGNORECASE,
)
_NONE = re.compile(
    r"\b(?:no|not|never|nobody|no one|without|nadie|nunca|isn['’]t|aren['’]t|wasn['’]t)(?: \w+)? $", re.IGNORECASE
)
# Where else one waits, is refused and finds machines broken.
_ELSEWHERE = re.compile(
    r"\b(?:pharmacy|prescription|hospital|emergency room|doctor|airport|airline|flight|bank|dmv|hotel|bar|store"
    r"|post office|border"
    r"|on hold|on the phone|call(?:ed|ing)? back|rally|concert|bus|train|my printer|my scanner|(?:washing|vending"
    r"|answering|political|party|propaganda) machine|at home|farmacia|aeropuerto"
    r"|banco|tel[eé]fono)\b",
    re.IGNORECASE,
)
# What must stand near, where the phrases alone could be of anything.
_PLACED = {"intimidation": _HERE, "line": _THERE, "hours": _THERE}
_CALLED = {"hours": "line"}


class Incident(NamedTuple):
    """What kind (line, machine, id, intimidation), and where as far as the words say."""

    kind: str
    precinct: str = ""
    place: str = ""


def incident_in(subject: str, text: str, *, year: int = 0) -> Incident | None:
    """The gravest incident that the letter tells of; None for a letter that tells of none. `year` is when it came: what
    it says of that year is not of the past."""
    words = f"{subject}\n{text[:LONGEST]}"
    found = _STEMS.found(words.lower())
    if "polled" not in found:
        return None
    kinds = [kind for kind, needs in _NEEDS.items() if all(f"{kind}.{place}" in found for place in range(len(needs)))]
    if not kinds or _POLLS.search(words) is None:
        return None
    kind = next((kind for kind in kinds if _told(kind, words, found[f"{kind}.0"], year)), None)
    if kind is None:
        return None
    precinct, place = _PRECINCT.search(words), _PLACE.search(words)
    return Incident(
        _CALLED.get(kind, kind), precinct[1] if precinct else "", " ".join(place[1].split()) if place else ""
    )


def _told(kind: str, words: str, places: Sequence[int], year: int) -> bool:
    """Whether something of this kind is said around these places, of here and now."""
    windows: list[list[int]] = []
    for place in places:
        if windows and place - _AROUND <= windows[-1][1]:
            windows[-1][1] = place + _AROUND
        else:
            windows.append([max(place - _AROUND, 0), place + _AROUND])
    return any(
        _is_so(kind, words, found.start(), found.end(), year)
        for begin, end in windows
        for found in _KINDS[kind].finditer(words, begin, end)
    )


def _is_so(kind: str, words: str, begin: int, end: int, year: int) -> bool:
    """Of something that happens at the polls now: its sentence is not a question, nor about another year or place, and
    says neither that it might be nor that it is not so."""
    stop = _STOP.search(words, end)
    if stop and stop[0] == "?":
        return False
    start = max(words.rfind(sign, 0, begin) for sign in ".!?\n") + 1
    until = stop.start() if stop else len(words)
    if _IF.match(words, start, until) or _is_past(words, start, until, year) or _NONE.search(words, start, begin):
        return False
    if _ELSEWHERE.search(words, start, until) and not _THERE.search(words, start, until):
        return False
    around = max(start - _AROUND, 0), min(until + _AROUND, len(words))
    if kind in _PLACED and not _PLACED[kind].search(words, *around):
        return False
    clause = max((one.end() for one in _CLAUSE.finditer(words, start, begin)), default=start)
    return _HEDGE.search(words, clause, end) is None or _NOW.search(words, *around) is not None


def _is_past(words: str, start: int, until: int, year: int) -> bool:
    for found in _PAST.finditer(words, start, until):
        said = found["year"] or found["anno"]
        if not (said and year and int(said) >= year):
            return True
    return False
