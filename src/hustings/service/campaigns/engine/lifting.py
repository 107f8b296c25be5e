"""Why what a writer added needs a person: rules over the added words alone, English and Spanish.

In doubt a letter is lifted: a person reads one more, where the other mistake answers a plea with a form letter.
"""

import re
from collections.abc import Sequence

MUCH = 40  # words of their own, from which on somebody reads them whatever they say

THREAT, CRISIS, QUESTION, PLEA, STORY, AGAINST, OFFER, WORDS = (
    *("threat", "crisis", "question", "plea", "story", "against", "offer", "words"),
)
REASONS = (THREAT, CRISIS, PLEA, QUESTION, STORY, AGAINST, OFFER, WORDS)

# What the reading of topics calls a letter's nature, and why that lifts it.
NATURES = {
    "threat": THREAT,
    "crisis": CRISIS,
    "question": QUESTION,
    "story": STORY,
    "complaint": PLEA,
    "election_incident": PLEA,
    "press": QUESTION,
    "volunteering": OFFER,
    "donation": OFFER,
    "invitation": OFFER,
}

_KIN = (
    r"(?:husband|wife|spouse|partner|son|daughter|mother|mom|mum|father|dad|parents?|brother|sister|grand\w+|child|children"
    r"|kids?|baby|family|aunt|uncle|niece|nephew|cousin|friend|neighbou?rs?|boyfriend|girlfriend|fianc\w+|doctor|boss)"
)
_KIN_ES = (
    r"(?:espos[oa]|marido|mujer|hij[oa]s?|madre|mam[áa]|padre|pap[áa]|padres|herman[oa]s?|abuel[oa]s?|niet[oa]s?|beb[ée]"
    r"|familia|t[íi][oa]s?|prim[oa]s?|amig[oa]s?|vecin[oa]s?|novi[oa])"
)
_PLEA = re.compile(
    r"\b(?:(?:please|can|could|would) (?:you )?(?:please )?(?:help|call|write|contact|answer|reply|visit|come)\b"
    r"|help (?:me|us|him|her|them|my)\b|who (?:can|do|should) i (?:call|ask|talk)|(?:i|we) (?:really |badly )?need\b"
    r"|(?:i|we) (?:do not|don't|don’t) know (?:what|where|who)|desperate|nobody (?:will )?(?:help|answer|listen)s?"
    r"|no one (?:will )?(?:help|answer|listen)s?|(?:i|we) (?:can't|can’t|cannot) (?:afford|pay|wait|get|find|go)"
    r"|(?:i|we) beg\b|i am begging|ay[úu]d(?:e|a|en|eme|enos|ame|anos)|necesit(?:o|amos)"
    r"|por favor (?:ll[áa]m|escr|resp|ayud)"
    r"|no (?:puedo|podemos) (?:pagar|esperar|ir)|nadie (?:me|nos) (?:ayuda|responde|escucha)|urgente)",
    re.IGNORECASE,
)
_STORY = re.compile(
    rf"\b(?:(?:my|our) (?:\w+ )?{_KIN}(?:'s|’s)?\b|(?:mi|mis|nuestr[oa]s?) {_KIN_ES}\b"
    r"|i (?:was|had|lost|worked|served|ran|lived|grew|raised|fought|taught|drove|waited|almost|got|spent"
    r"|survived|went|saw|moved|retired|started|own|work|have been|had to|gave birth|buried)\b"
    r"|i(?: am|'m|’m) (?:a|an|the) (?:\w+ ){0,2}"
    r"(?:nurse|teacher|doctor|veteran|farmer|student|mother|father|widow|widower|survivor|retiree|worker|driver|owner)"
    r"|when i was|(?:ten|twenty|thirty|forty|\d+) years ago|last (?:week|month|year|winter|summer|spring|fall)\b"
    r"|(?:soy|era) (?:enfermer|maestr|veteran|estudiant|madre|padre|agricultor)|perd[íi]\b|trabaj[éo]\b"
    r"|viv[íi]\b|nac[íi]\b"
    r"|cuando (?:yo )?(?:era|ten[íi]a)|hace \w+ (?:años|meses))",
    re.IGNORECASE,
)
_AGAINST = re.compile(
    r"\b(?:i (?:do not|don't|don’t|will not|won't|won’t|cannot|can't|can’t) (?:agree|support|sign|believe|vote)"
    r"|i (?:strongly )?(?:disagree|oppose)|(?:was|been|got) (?:asked|told|sent|forwarded) .{0,30}\b(?:sign|send|write)"
    r"|i am against|not in my name|no estoy de acuerdo|estoy en contra|me opongo|no apoyo)",
    re.IGNORECASE,
)
_OFFER = re.compile(
    r"\b(?:(?:i|we) (?:would|will|can|could|want to|am willing to|'d|’d|'ll|’ll) (?:\w+ ){0,3}?"
    r"(?:volunteer|help out|help with|help you|host|speak|testify|donate|give|knock|stand up|phone bank"
    r"|drive (?:people|voters))"
    r"|count me in|sign me up|(?:i|we)(?: am|'m|’m| are|'re|’re) (?:happy|glad|ready|willing) to"
    r"|(?:quiero|puedo|podemos|queremos) (?:ayudar|donar|ser voluntari|hablar|ofrecer))",
    re.IGNORECASE,
)
_RULES = ((PLEA, _PLEA), (AGAINST, _AGAINST), (STORY, _STORY), (OFFER, _OFFER))


def why_lifted(added: Sequence[str], *, alarm: str = "", nature: str = "") -> str:
    """The reason why these added sentences need a person, or "" when they may stay. `alarm` is "threat" or "crisis"
    where the safety rules found it in them, `nature` what the reading of topics says of them ("" when unsure)."""
    if not added:
        return ""
    text = " ".join(added)
    if alarm in (THREAT, CRISIS):
        return alarm
    pleads = bool(_PLEA.search(text))
    if "?" in text or "¿" in text:
        return PLEA if pleads and _STORY.search(text) else QUESTION
    for reason, rule in _RULES:
        if rule.search(text):
            return reason
    if nature in NATURES:
        return NATURES[nature]
    return WORDS if len(text.split()) >= MUCH else ""
