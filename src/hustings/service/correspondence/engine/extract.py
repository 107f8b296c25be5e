"""What a letter says of its writer: name, phone numbers, place; each with the words it was read from.

Conservative, since people are linked by it: a phone number must be one that can exist, a ZIP must stand with a state, a
street or the word itself, a state must be said of the writer ("I live in Ohio").  Quoted text is never read.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from .parse import ParsedMessage
from .stems import Stems

_LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class WriterFacts:
    """What a letter says of its writer; ``evidence`` gives the words behind each fact that was read from the text."""

    name: str = ""
    phones: tuple[str, ...] = ()
    street: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    evidence: dict[str, str] = field(default_factory=dict)


def writer_facts(parsed: ParsedMessage, new_words: str, signature: str = "") -> WriterFacts:
    """The facts in the writer's own words and signature; phones as E.164, the state as its two letters."""
    text = (new_words[:_LONGEST] + "\n" + signature[:4_000]).strip()
    evidence: dict[str, str] = {}
    found = _words().found(text.lower() + "\n")
    phones = _phones(text, evidence) if len(found.get("digit", ())) >= _LEAST_DIGITS and _PHONE.search(text) else ()
    place = _place(text, found, evidence)
    name = _name(parsed, new_words, signature, evidence)
    return WriterFacts(name, phones, place["street"], place["city"], place["state"], place["zip"], evidence)


# ------------------------------------------------------------------------------------------------------- phones

_PHONE = re.compile(
    r"(?<![\d$.,-])(?:\+?1[ .-]{0,2})?\(?[2-9]\d{2}\)?[ ./-]{0,3}[2-9]\d{2}[ .-]{0,2}\d{4}(?![\d-])(?!\.\d)"
)
_LEAST_DIGITS = 10
_FAX = re.compile(r"\bfax\b[^\n]{0,20}\Z|\bf[:.]\s*\Z", re.IGNORECASE)
_NOT_PHONE = re.compile(
    r"(?:order|case|ticket|account|invoice|confirmation|reference|ref|id|no\.?|number|#)\s*[:#]?\s*\Z", re.IGNORECASE
)


def _phones(text: str, evidence: dict[str, str]) -> tuple[str, ...]:
    import phonenumbers  # noqa: PLC0415 - slow to load; one letter in ten has a number

    found: dict[str, str] = {}
    for match in _PHONE.finditer(text):
        before = text[max(0, match.start() - 30) : match.start()]
        plain_digits = match[0].isdigit()
        if _FAX.search(before) or (plain_digits and _NOT_PHONE.search(before) and "phone" not in before.lower()):
            continue
        try:
            number = phonenumbers.parse(match[0], "US")
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            found.setdefault(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), match[0].strip())
        if len(found) >= 5:
            break
    if found:
        evidence["phones"] = "; ".join(found.values())
    return tuple(found)


# -------------------------------------------------------------------------------------------------------- place

_STREET_WORDS = (
    "st street ave avenue rd road blvd boulevard dr drive ln lane ct court way pl place pkwy parkway hwy highway ter"
    " terrace cir circle trl trail loop"
)
_STREET = re.compile(
    r"\b\d{1,6}[A-Za-z]?(?: [NSEW]\.?| (?:North|South|East|West))?(?: [\w.'-]{1,25}){1,4},? (?:St|Street|Ave|Avenue"
    r"|Rd|Road|Blvd|Boulevard|Dr|Drive|Ln|Lane|Ct|Court|Way|Pl|Place|Pkwy|Parkway|Hwy|Highway|Ter|Terrace|Cir|Circle"
    r"|Trl|Trail|Loop)\b\.?",
)
# What may not stand before it is asked last: a pattern that begins with a digit is found ten times as fast.
_ZIP = re.compile(r"(\d{5})(?<![\d$#-]\d{5})(?:-\d{4})?(?![\d-])(?!\.\d)")
_ZIP_WORD = re.compile(
    r"\b(?:zip(?: ?code)?|postal code|c[óo]digo postal)(?: is| es)?\s*[:#-]?\s*(\d{5})(?:-\d{4})?\b", re.IGNORECASE
)
_CITY_BEFORE = re.compile(r"([A-Z][A-Za-zÀ-ÿ.'-]{1,20}(?: (?:[A-Z][A-Za-zÀ-ÿ.'-]{1,20}|of|del|de|la|los)){0,3}),?\s+\Z")
_LIVES = (
    r"(?:i (?:am |live |reside |vote |work |teach |grew up |was born and still live )?(?:now |currently )?"
    r"|we (?:live |are )|(?:i'm|i am|we're) (?:a |an )?(?:\w+ ){0,4}?|(?:a|your) (?:\w+ ){0,2}?(?:voter|constituent"
    r"|resident|supporter|veteran|teacher|nurse|farmer|volunteer|mother|father|citizen|student) (?:here )?"
    r"|here |(?:yo )?(?:vivo|resido|voto|soy) (?:aqu[íi] )?|vivimos |writing (?:to you )?|greetings |hello )"
)


@cache
def _words() -> Stems:
    """What the patterns of a place begin with, looked for in lower case."""
    streets = [f" {word}{end}" for word in _STREET_WORDS.split() for end in " .,;:!?)'\"-/\n"]
    return Stems(digit="0123456789", zip=("zip", "postal"), state=_state_names(), street=streets)


def _place(text: str, found: Mapping[str, list[int]], evidence: dict[str, str]) -> dict[str, str]:
    place = {"street": "", "city": "", "state": "", "zip": ""}
    if "digit" in found:
        _read_zip_line(text, place, evidence)
        if "street" in found and (street := _STREET.search(text)):
            place["street"] = street[0].strip(" ,.")
            evidence["street"] = street[0]
            if not place["zip"]:
                _read_address(text[street.start() : street.start() + 160], place, evidence)
        if not place["zip"] and "zip" in found and (word := _ZIP_WORD.search(text)):
            place["zip"] = word[1]
            evidence["zip"] = word[0]
    if not place["state"]:
        _read_sign_off(text, place, evidence)
    if not place["state"] and "state" in found and (said := _said_of_the_writer(text, found["state"])):
        place["state"] = _state_codes()[said["state"].lower()]
        evidence["state"] = said[0].strip()
    return place


_SIGN_OFF = re.compile(
    r"(?:from |de )?([A-Z][A-Za-zÀ-ÿ.'-]{1,20}(?: [A-ZÀ-Ýa-z][A-Za-zÀ-ÿ.'-]{0,20}){0,3})"
    r",\s*([A-Za-z][A-Za-z. ]{1,19})\.?",
    re.IGNORECASE,
)
_SIGN_OFF_LINES = 8


def _read_sign_off(text: str, place: dict[str, str], evidence: dict[str, str]) -> None:
    """``Columbus, Ohio`` or ``Macon, GA`` alone on one of the last lines: under a name, where one writes from. A
    two-letter code counts in capitals only: ``thanks, me`` is no place."""
    codes = _state_codes()
    lines = [line.strip() for line in text[-600:].splitlines() if line.strip()][-_SIGN_OFF_LINES:]
    for line in reversed(lines):
        found = _SIGN_OFF.fullmatch(line) if "," in line and len(line) <= 60 else None
        if found is None:
            continue
        named = found[2].strip().rstrip(".")
        code = codes.get(named.lower())
        if code is None or (len(named) <= 2 and not named.isupper()):
            continue
        place.update(state=code, city=found[1] if found[1][0].isupper() else "")
        evidence["state"] = line
        return


def _said_of_the_writer(text: str, names_at: Sequence[int]) -> re.Match[str] | None:
    """``I live in Ohio``; the pattern is tried only in front of names of states."""
    for at in dict.fromkeys(names_at[:_MOST_NAMES]):
        if said := _lives_in().search(text, max(0, at - 120), at + _LONGEST_STATE):
            return said
    return None


_LONGEST_STATE = 30
_MOST_NAMES = 300


@cache
def _state_names() -> tuple[str, ...]:
    return tuple(sorted((name for name in _state_codes() if len(name) > 3), key=len, reverse=True))


def _read_zip_line(text: str, place: dict[str, str], evidence: dict[str, str]) -> None:
    """``Toledo, OH 43604`` and ``Toledo, Ohio 43604``."""
    codes = _state_codes()
    for found in _ZIP.finditer(text):
        before = text[max(0, found.start() - 70) : found.start()].rstrip(" ,\t\n")
        said = _STATE_BEFORE.search(before)
        if not said:
            continue
        code = codes.get(said[1].lower().strip(".")) if len(said[1].strip(".")) > 2 or said[1].isupper() else None
        two_words = " ".join(before.split()[-2:]).lower()
        code = codes.get(two_words, code)
        if code is None:
            continue
        name_length = len(two_words) if two_words in codes and len(two_words) > 2 else len(said[1])
        city = _CITY_BEFORE.search(before[: len(before) - name_length].rpartition("\n")[2])
        place.update(zip=found[1], state=code, city=city[1] if city else "")
        evidence["zip"] = text[max(0, found.start() - 40) : found.end()].rpartition("\n")[2].strip()
        return


_STATE_BEFORE = re.compile(r"(?:^|[\s,])([A-Z][A-Za-z]{3,13}|[A-Z]{2}|[A-Z]\.[A-Z]\.)\Z")


def _read_address(snippet: str, place: dict[str, str], evidence: dict[str, str]) -> None:
    """An address without a plain ``ST 12345`` behind it, by ``usaddress``."""
    import usaddress  # noqa: PLC0415 - loads a model; reached only behind something that looks like a street

    try:
        tagged, kind = usaddress.tag(" ".join(snippet.split("\n\n")[0].split()))
    except Exception:  # a repeated label: not an address that can be trusted
        return
    if kind != "Street Address":
        return
    state = _state_codes().get(tagged.get("StateName", "").strip(".").lower())
    code = tagged.get("ZipCode", "")[:5]
    if state and code.isdigit() and len(code) == 5:
        place.update(city=place["city"] or tagged.get("PlaceName", ""), state=state, zip=code)
        evidence["zip"] = " ".join(snippet.split())[:100]


@cache
def _state_codes() -> dict[str, str]:
    """State names and two-letter codes in lower case, to the code."""
    import us  # noqa: PLC0415 - reads its own data at import

    states: list[Any] = [*us.states.STATES, us.states.DC, *us.states.TERRITORIES]
    return {name.lower(): state.abbr for state in states for name in (state.name, state.abbr)} | {
        "washington dc": "DC",
        "d.c.": "DC",
        "dc": "DC",
    }


@cache
def _lives_in() -> re.Pattern[str]:
    names = "|".join(map(re.escape, _state_names()))
    cities = r"(?:[A-ZÀ-Ý][\w.'-]{1,20}(?: [A-ZÀ-Ý][\w.'-]{1,20}){0,2}, ?)?"
    return re.compile(
        rf"\b(?i:{_LIVES}(?:in|from|of|en|de) )(?i:(?:rural|northern|southern|eastern|western|central|upstate"
        rf"|southwest|southeast|the (?:great )?state of"
        rf"|el estado de) )?{cities}(?P<state>(?i:{names}))\b(?! (?:state )?(?:university|avenue|street))"
    )


# --------------------------------------------------------------------------------------------------------- name

_CLOSER = re.compile(
    r"(?:sincerely|regards|respectfully|thanks|thank you|best|cordially|yours truly|warmly|cheers|gracias|atentamente"
    r"|saludos|cordialmente|un abrazo)\b[^\n]{0,30}[,.!]?\s*\Z",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"[-–—~ ]*((?:(?:Mr|Mrs|Ms|Dr|Rev|Sr|Sra)\.? )?[A-ZÀ-Ý][\w'’-]+(?: [A-ZÀ-Ý][\w'’.-]*){0,3})(?:, (?:Jr|Sr|PhD|MD"
    r"|RN|Esq)\.?)?[.,]?\s*\Z"
)
_CALLED = re.compile(
    r"\b(?:[Mm]y name is|[Mm]e llamo|[Mm]i nombre es|I am called)\s+([A-ZÀ-Ý][\w'’-]+(?: [A-ZÀ-Ý][\w'’.-]+){0,3})"
)
_NOT_NAMES = frozenset(
    [
        "thanks",
        "thank",
        "best",
        "regards",
        "sincerely",
        "sent",
        "respectfully",
        "yours",
        "warmly",
        "cordially",
        "love",
        "peace",
        "the",
        "please",
        "hello",
        "hi",
        "dear",
        "yes",
        "no",
        "cheers",
        "love",
        "peace",
        "gracias",
        "saludos",
        "iphone",
        "usa",
    ]
)


def _name(parsed: ParsedMessage, new_words: str, signature: str, evidence: dict[str, str]) -> str:
    display = parsed.from_.name
    if display and "@" not in display and any(map(str.isalpha, display)):
        if "," in display and display.count(",") == 1:
            last, _, first = display.partition(",")
            display = f"{first.strip()} {last.strip()}".strip()
        evidence["name"] = f"From: {parsed.from_.name}"
        return display
    if "ame " in new_words or "lamo " in new_words or "ombre " in new_words:
        called = _CALLED.search(new_words[:_LONGEST])
        if called:
            evidence["name"] = called[0]
            return called[1].strip(" .")
    return _signed(signature or new_words[-400:], bool(signature), evidence)


def _signed(text: str, is_signature: bool, evidence: dict[str, str]) -> str:
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    for index, line in enumerate(lines):
        after_closer = index > 0 and bool(_CLOSER.match(lines[index - 1]))
        starts_signature = is_signature and index <= 1 and (index == 0 or set(lines[0]) <= set("-–—_ "))
        person = _PERSON.match(line) if after_closer or starts_signature else None
        if person and person[1].split()[0].lower().strip(".,") not in _NOT_NAMES and len(line) <= 50:
            evidence["name"] = line
            return person[1].strip(" .,")
    return ""
