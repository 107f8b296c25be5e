"""Junk, told by hard evidence only: a linear score over known sales phrases and how the message is built.

False alarms on real people cost more than junk shown, so phrases alone never suffice: voters write about mortgages,
debts and drugs too.  The score must reach its bar with at least two kinds of phrase, one of which only sellers use,
*and* with a build that people's mail programs do not make.  Or our own mail server has said so, in the header it is
trusted for.
"""

import re

from .parse import ParsedMessage
from .reply import split_reply
from .stems import Stems

BAR = 9
_LONGEST = 20_000


def verdict(parsed: ParsedMessage, trusted_spam_header: str = "") -> str:
    """Why the message is junk, or an empty string."""
    if trusted_spam_header:
        said = parsed.header(trusted_spam_header.lower()).strip().lower()
        if said.startswith("yes"):
            return f"our mail server says so ({trusted_spam_header}: {said[:60]})"
    if parsed.in_reply_to or parsed.references or not _may_sell(parsed):
        return ""
    build, built = _build(parsed)
    if build < 3:
        return ""
    own_words = split_reply(parsed.full_text[:_LONGEST]).new_words
    phrases, said_what = _phrases(parsed.subject + "\n" + own_words)
    if len(said_what) >= 2 and not _SELLERS_ONLY.isdisjoint(said_what) and phrases + build >= BAR:
        return f"it sells ({', '.join(said_what[:4])}) and is built like a mass mailing ({', '.join(built[:3])})"
    return ""


_PHRASES: tuple[tuple[str, int, re.Pattern[str]], ...] = tuple(
    (name, weight, re.compile(pattern, re.IGNORECASE))
    for name, weight, pattern in (
        ("removal instructions", 3, (
            r"(?:to be|to get|be) removed? from (?:our|this|future|the|any)|remove (?:yourself|your (?:name"
            r"|e-?mail|address)) from|(?:reply|e-?mail)[^\n]{0,40}[\"' ]remove[\"' ]|to (?:unsubscribe|opt[ -]?out)"
            r"|if you (?:do not|don't|no longer) (?:wish|want) to receive|removal (?:instructions|link)"
            r"|remove in the subject")),
        ("claims not to be spam", 4, (
            r"(?:this|message|mail|e-?mail) (?:is )?(?:not (?:be )?(?:considered )?(?:unsolicited|spam)"
            r"|cannot be considered spam)|s\.? ?1618|section 301|you (?:have )?(?:opted|subscribed"
            r"|signed up)[ -](?:in|to|for|with)|one[ -]time (?:mailing|e-?mail)")),
        ("loans", 3, (
            r"(?:lowest|low|best) (?:mortgage |interest )?rates?\b|refinanc|home (?:equity )?loan"
            r"|consolidat\w+ (?:your )?(?:debt|bills)|debt consolidation|bad credit|credit (?:card debt|repair"
            r"|problems? ok)|mortgage (?:quote|lender|rate)|pre-?approved")),
        ("easy money", 3, (
            r"(?:make|earn|earning|making|up to) (?:over |up to |as much as )?\$ ?\d|work (?:from|at) home"
            r"|home[ -]based business|financial (?:freedom|independence)|residual income|extra income|get rich"
            r"|money[ -]making|multi-?level|mlm\b|be your own boss|unlimited income|cash (?:prize|bonus)|\$\$\$")),
        ("advance fee", 4, (
            r"next of kin|(?:million|m) (?:united states|u\.?s\.?) dollars|us\$ ?\d+(?:\.\d+)? ?m"
            r"|transfer (?:of )?(?:this|the) (?:fund|money|sum)|foreign (?:partner|account)|(?:bank of"
            r"|government of) nigeria|strictly confidential|business (?:proposal|relationship)|late (?:head of state"
            r"|president|husband)|sum of (?:us)?\$")),
        ("drugs and bodies", 3, (
            r"viagra|cialis|phentermine|weight loss|lose (?:up to )?\d+ (?:pounds|lbs)|human growth hormone|\bhgh\b"
            r"|herbal|penis|enlarge(?:ment)?\b|burns? fat|no prescription")),
        ("sex", 4, (
            r"\bxxx\b|porn|hot (?:girls|babes|teens|sluts)|adult (?:site|web|entertainment|content|videos)|nude|horny"
            r"|live girls")),
        ("pressure to buy", 2, (
            r"order (?:now|today)|act now|limited time|call (?:now|today|toll)|click (?:here|below|on the link)"
            r"|no obligation|risk[ -]free|money[ -]back|100% (?:free|guarante|satisf)|guaranteed|absolutely free"
            r"|free (?:trial|quote|info|gift|membership|consultation|report)|special offer|don'?t (?:miss|delay)"
            r"|toll[ -]free|while supplies last|you(?:'ve| have) (?:been (?:selected|chosen)|won)")),
        ("bulk mail trade", 4, (
            r"(?:million|bulk|targeted|opt-?in) e-?mail (?:address|list|market|advert|send)"
            r"|e-?mail(?:ing)? (?:addresses|lists?) (?:on|for) |bulk (?:e-?)?mail|mass e-?mail|e-?mail marketing")),
        ("gambling and stocks", 3, (
            r"casino|sports? ?book|lottery|sweepstake|hot stock|stock (?:alert|pick)|penny stock"
            r"|investment opportunit|forward[- ]looking statements|otc ?bb")),
        ("goods", 2, (
            r"toner|inkjet|cable (?:tv )?(?:descrambler|filter)|satellite (?:tv|dish)|dvd (?:copy|burn)"
            r"|cell ?phone (?:antenna|booster)|term life|diploma|university degree"
            r"|spy (?:software|camera)|conference call|search engine|web ?hosting|cruise|psychic")),
    )
)  # fmt: skip


# What sellers write and voters do not; one of them must be there.
_SELLERS_ONLY = frozenset({"removal instructions", "claims not to be spam", "advance fee", "bulk mail trade"})


# A word of each of those phrases: a letter without any of them is no junk, whatever else it says.
_SELLERS_WORDS = Stems(
    junk=(
        "remove", "removal", "unsubscribe", "opt out", "optout", "opt-out", "to receive", "considered", "unsolicited",
        "not spam", "not be spam", "spam", "1618", "section 301", "opted", "subscribed", "signed up", "one time",
        "one-time", "next of kin", "dollars", "us$", "transfer", "foreign ", "nigeria", "strictly conf", "business pro",
        "business rel", "late head", "late president", "late husband", "sum of", "mail addr", "mail list", "mail mark",
        "mail adv", "mail send", "mailing addr", "mailing list", "bulk", "mass e",
    )
)  # fmt: skip


def _may_sell(parsed: ParsedMessage) -> bool:
    return bool(_SELLERS_WORDS.found(f"{parsed.subject}\n{parsed.full_text[:_LONGEST]}".lower()))


def _phrases(text: str) -> tuple[int, list[str]]:
    score, said = 0, []
    for name, weight, pattern in _PHRASES:
        distinct = {m[0].lower() for m, _ in zip(pattern.finditer(text), range(12), strict=False)}
        if distinct:
            score += weight + min(2, len(distinct) - 1)
            said.append(name)
    return score, said


_SHOUTING = re.compile(r"[A-Z][A-Z !$%',.]{14,}")
_CODE = re.compile(r"\s{3,}\S*\d{2,}\S*\s*\Z|\s{5,}\S|[\[(#]?\d{3,6}[\])]?[a-z]{3,}\w*\Z|\b[a-z]{8,}\d{2,}\Z")
_MONEY = re.compile(r"\$\$|!!|\bfree\b|100%|\$\d", re.IGNORECASE)
_ODD_SENDER = re.compile(r"\w*\d{3,}\w*@|[a-z]+\d+[a-z]+\d+\w*@|^[^@]*$|@(?:\d+\.){3}\d+", re.IGNORECASE)
_BULK_MAILER = re.compile(
    r"bulk|blaster|group ?mail|mass|extractor|dmailer|advanced (?:direct|mass)|\d{5,}|the bat! \(v1\.5", re.IGNORECASE
)
_REMOTE = re.compile(
    r"<img[^>]{0,300}?src\s*=\s*[\"']?https?:|<a[^>]{0,200}?href\s*=\s*[\"']?https?://\d+\.\d+\.\d+\.\d+|<form"
    r"|<font[^>]{0,200}color",
    re.IGNORECASE,
)


def _build(parsed: ParsedMessage) -> tuple[int, list[str]]:
    """How unlike a person's letter the message is built."""
    score, seen = 0, []

    def note(weight: int, what: str, holds: object) -> None:
        nonlocal score
        if holds:
            score += weight
            seen.append(what)

    subject = parsed.subject
    note(2, "HTML only", parsed.content_type == "text/html")
    note(1, "HTML", parsed.html and parsed.content_type != "text/html")
    note(1, "pictures or forms from elsewhere", parsed.html and _REMOTE.search(parsed.html[:50_000]))
    note(2, "nobody named as recipient", not parsed.to or "undisclosed" in parsed.header("to").lower())
    note(2, "a made-up sender", _ODD_SENDER.search(parsed.from_.address))
    note(2, "no message id", not parsed.message_id)
    note(2, "a shouting subject", _SHOUTING.search(subject))
    note(1, "a selling subject", _MONEY.search(subject))
    note(3, "a code in the subject", _CODE.search(subject))
    note(2, "a bulk mail program", _BULK_MAILER.search(parsed.header("x-mailer")))
    note(1, "a shouting sender", parsed.from_.name.isupper() and len(parsed.from_.name) > 6)
    note(
        1,
        "an answer address elsewhere",
        parsed.reply_to and _domain(parsed.reply_to[0].address) != _domain(parsed.from_.address),
    )
    note(1, "mostly capitals", score >= 2 and _mostly_capitals(parsed.full_text[:4000]))
    return score, seen


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower()


def _mostly_capitals(text: str) -> bool:
    upper, lower = sum(map(str.isupper, text)), sum(map(str.islower, text))
    return upper > 200 and upper > lower
