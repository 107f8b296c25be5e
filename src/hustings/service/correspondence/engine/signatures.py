"""Where a signature begins among the writer's own lines.

Sure signs first (``-- ``, ``Sent from my iPhone``, a list's footer, a confidentiality notice), then a closing formula
or the sender's own name near the end, then a block of contact details.  ``Thanks,`` above a name that is not the
sender's stays with the words: it is thanks.
"""

import re

from .stems import Stems

_DASHES = re.compile(r"-- ?\Z|—\Z|– ?\Z|--\xa0\Z")
_LONG_DASHES = re.compile(r"\s*[-_=*]{3,80}\s*\Z")
_DEVICE = re.compile(
    r"\s*[\[(<*]?(?:Sent|Get|Envoy[ée]e?|Enviado|Enviada|Gesendet|Von meinem|Verstuurd|Verzonden|Inviato|Skickat"
    r"|Sendt|Wysłane|Отправлено|Written|Typed|Dictated|Téléchargez|Obtener|Diese Nachricht wurde von)\b"
    r"[^,\n]{0,30}\b(?:from|via|by|with|on|using|for|desde|de|mit|von|depuis|par|via|da|do|del|dal|meinem|mi|mon"
    r"|vanaf|van|från|fra|z|с|outlook)\b[^,\n]{0,30}"
    r"(?:i-?phone|ios\b|i-?pad|i-?pod|android|blackberry|samsung|galaxy|nokia|htc|motorola|lumia|pixel|oneplus|huawei"
    r"|xiaomi|mobile\b|mobil\w*|m[óo]vil|celular|handheld|smart ?phone|phone\b|tel[ée]fono|tablet|kindle"
    r"|outlook|yahoo|mailbox\b|windows|verizon|at&t|t-mobile|sprint|mail\b|correo|sparrow|acompli|proton|gmail|aol"
    r"|thunderbird|apple watch|watch\b|web ?mail|comcast|xfinity|spark|airmail|boxer|nine\b|blue ?mail"
    r"|inbox)[^,\n]{0,90}\Z",
    re.IGNORECASE,
)
_FROM_MY = re.compile(r"\s*Sent from (?:my|a|an) [\w'’ -]{2,45}[.!]?\s*\Z", re.IGNORECASE)
_SPARE_DEVICE = re.compile(
    r"\s*(?:via mobile|sent (?:from|by|via) mobile|please excuse (?:any |my )?(?:typos|brevity|spelling)[^\n]{0,60}"
    r"|sorry for (?:any )?typos[^\n]{0,30}|on the go)\s*\Z",
    re.IGNORECASE,
)
_NOTICE = re.compile(
    r"\s*[*_]{0,3}(?:confidentiality (?:notice|note|statement)|disclaimer\b|notice of confidentiality|legal notice"
    r"|aviso (?:legal|de confidencialidad)|privileged (?:and|&) confidential"
    r"|th(?:is|e) (?:e-?mail|electronic mail|message|communication|transmission"
    r"|information (?:contained )?in this)[^\n]{0,120}(?:confidential|privileged|intended (?:only|solely)"
    r"|intended recipient)"
    r"|este (?:mensaje|correo)[^\n]{0,120}confidencial|diese (?:e-?mail|nachricht)[^\n]{0,120}vertraulich"
    r"|ce (?:message|courriel)[^\n]{0,120}confidentiel)",
    re.IGNORECASE,
)
_FOOTER_WORDS = re.compile(
    r"mailing list|listinfo|unsubscribe|https?://|@lists?\.|yahoo! groups|do you yahoo|sponsor|get your (?:own )?free"
    r"|msn|hotmail|juno|free e-?mail",
    re.IGNORECASE,
)
_STRONG = re.compile(
    r"\s*(?:(?:most |very )?sincerely(?: yours)?|yours (?:sincerely|truly|faithfully)|(?:very )?(?:kind|kindest|best"
    r"|warm|warmest|many|with (?:kind|best|warm))\s+(?:regards|wishes)|regards|respectfully(?: yours| submitted)?"
    r"|very truly yours"
    r"|cordially|in solidarity|with (?:gratitude|respect|appreciation)|fraternally|yours in [a-z ]{3,30}|all the best"
    r"|best|warmly|kind regards|br|rgds|cheers"
    r"|atentamente|atte\.?|(?:muy )?cordialmente|(?:un )?(?:cordial|afectuoso) saludo|(?:un )?saludos?(?: cordiales"
    r"| atentos)?|respetuosamente|un abrazo|con respeto"
    r"|mit freundlichen gr[üu][ßs]+en|viele gr[üu][ßs]e|cordialement|bien à vous|distinti saluti|cordiali saluti"
    r"|atenciosamente|met vriendelijke groet(?:en)?|с уважением)\s*[,.!:;-]{0,3}\s*\Z",
    re.IGNORECASE,
)
_WEAK = re.compile(
    r"\s*(?:(?:many |with )?thanks(?: (?:so much|very much|again|a lot|in advance|for your (?:time|help|attention"
    r"|consideration)))?(?: and (?:best|kind) (?:regards|wishes))?|thank you(?: (?:so much|very much|again|kindly"
    r"|in advance|for your (?:time|help|attention|consideration)))?"
    r"|thx|ty|(?:muchas |mil )?gracias(?: (?:de antemano|por su (?:tiempo|ayuda|atención)))?|merci|danke"
    r"|god bless(?: you)?|peace|love|take care|see you|bye|at your service|yours|a concerned (?:citizen"
    r"|voter))\s*[,.!]{0,3}\s*\Z",
    re.IGNORECASE,
)
_DASHED_NAME = re.compile(r"\s*[-–—~]{1,2}\s?[^\W\d_][\w.'’-]*(?:\s[\w.'’-]+){0,3}\s*\Z")
_CONTACT = re.compile(
    r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+|(?:https?://|www\.)\S{3,}"
    r"|(?:\+?1[ .-]?)?\(?\b\d{3}\)?[ ./-]{0,2}\d{3}[ .-]\d{4}\b|^\s*(?:tel|phone|cell|fax|mobile|office|t|f|m|c|skype"
    r"|twitter)\s*[.:]",
    re.IGNORECASE,
)
_NAME_LINE = re.compile(r"(?:[A-ZÀ-ÞА-Я#][\w.'’#,-]*\s?){1,6}\Z")
_LAST_LINES = 14
_LONGEST_LINE = 72


def signature_start(lines: list[str], sender: str = "") -> int:
    """The index of the line where the signature begins; ``len(lines)`` when there is none."""
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    signs = _SIGNS.found("\n".join(lines[max(0, end - 40) : end]).lower())
    start = _footer_start(lines, end, may_be_notice="notice" in signs)
    dashes = _dashes_start(lines, start)
    if dashes < start:
        return dashes if _has_words(lines, dashes) else len(lines)
    if "device" in signs:
        start = _machine_lines(lines, start)
    start = _closing_start(lines, start, sender)
    return start if start < end and _has_words(lines, start) else len(lines)


def _has_words(lines: list[str], stop: int) -> bool:
    return any(line.strip() for line in lines[:stop])


# A word of every notice, and of every line that a device or its mail program adds.
_SIGNS = Stems(
    notice=("confiden", "disclaimer", "legal", "privileged", "intended", "vertraulich"),
    device=(
        "sent ", "get ", "envoy", "envia", "gesend", "von meinem", "verst", "verzonden", "inviato", "skickat", "sendt",
        "wysłane", "отправлено", "written", "typed", "dictated", "télécharge", "obtener", "diese nachricht",
        "via mobile", "please excuse", "sorry for", "on the go",
    ),
)  # fmt: skip


def _footer_start(lines: list[str], end: int, *, may_be_notice: bool) -> int:
    """A list's or mail provider's footer below a rule, and a confidentiality notice."""
    for index in range(max(0, end - 40), end):
        line = lines[index]
        if may_be_notice and _NOTICE.match(line[:400]):
            return index - 1 if index and _LONG_DASHES.match(lines[index - 1]) else index
        if len(line) >= 10 and end - index <= 14 and ("_" in line or "=" in line) and _LONG_DASHES.match(line):
            below = "\n".join(lines[index + 1 : end])
            if below and len(below) < 900 and _FOOTER_WORDS.search(below):
                return index
    return end


def _dashes_start(lines: list[str], end: int) -> int:
    """The line ``-- `` (at most 30 lines below it), ``--`` (at most 12), or a rule above short lines with contacts."""
    for index in range(max(0, end - 30), end):
        line = lines[index].lstrip(" ")
        if not line.startswith(("-", "—", "–", "_", "=", "*")):
            continue
        below = end - index - 1
        if _DASHES.match(line) and (line == "-- " or below <= 12):
            return index
        if _LONG_DASHES.match(line) and 0 < below <= 30:
            rest = [one for one in lines[index + 1 : end] if one.strip()]
            if (
                rest
                and len(rest) <= 14
                and all(len(one) <= 60 for one in rest)
                and (
                    any(_CONTACT.search(one) for one in rest) or (len(rest) <= 2 and _NAME_LINE.match(rest[0].strip()))
                )
            ):
                return index
    return end


def _machine_lines(lines: list[str], end: int) -> int:
    """``Sent from my iPhone`` and its like at the very end."""
    while True:
        last = end
        while last and not lines[last - 1].strip():
            last -= 1
        if not last or len(lines[last - 1]) > 160:
            return end
        line = lines[last - 1]
        if not (_DEVICE.match(line) or _FROM_MY.match(line) or _SPARE_DEVICE.match(line)):
            return end
        end = last - 1


def _closing_start(lines: list[str], end: int, sender: str) -> int:
    """A closing formula, the sender's name, a dashed name or a block of contact details at the end."""
    last = end
    while last and not lines[last - 1].strip():
        last -= 1
    if not last:
        return end
    names = _names_of(sender)
    best, below = end, 0  # how many of the lines below hold words
    nearest = last  # the next of them
    for index in range(last - 1, max(1, last - _LAST_LINES) - 1, -1):
        line = lines[index].strip()
        if not line:
            continue
        if len(line) > _LONGEST_LINE:
            break
        closing = _closing(line)
        if closing == "strong" and below <= 10 and (below or not line.endswith(".")):
            return index
        if below <= 8 and _is_own_name(line, names):
            best = index
            above = _above(lines, index)
            if above > 0 and _closing(lines[above].strip()):
                best = above
        elif closing == "weak" and 0 < below <= 8 and best == nearest:
            best = index
        below, nearest = below + 1, index
    if best < end:
        return best
    if last > 1 and _DASHED_NAME.match(lines[last - 1]) and not _DASHED_BULLET.match(lines[_above(lines, last - 1)]):
        return last - 1
    return _contact_block(lines, last, end)


_CLOSING_WORDS = frozenset(
    "most very sincerely yours kind kindest best warm warmest many with regards respectfully cordially in fraternally"
    " all warmly br rgds cheers atentamente atte muy cordialmente un cordial afectuoso saludo saludos respetuosamente"
    " con mit viele cordialement bien distinti cordiali atenciosamente met с thanks thank thx ty muchas mil gracias"
    " merci danke god peace love take see bye at a".split()
)


def _closing(line: str) -> str:
    """``strong``, ``weak`` or nothing; the first word tells of most lines that they close no letter."""
    if not line or len(line) > _LONGEST_LINE:
        return ""
    if line[:24].split(None, 1)[0].rstrip(",.!:;-").lower() not in _CLOSING_WORDS:
        return ""
    return "strong" if _STRONG.match(line) else "weak" if _WEAK.match(line) else ""


_DASHED_BULLET = re.compile(r"\s*[-–—~*]")


def _above(lines: list[str], index: int) -> int:
    index -= 1
    while index > 0 and not lines[index].strip():
        index -= 1
    return max(index, 0)


def _below(lines: list[str], index: int, last: int) -> int:
    index += 1
    while index < last and not lines[index].strip():
        index += 1
    return index


def _names_of(sender: str) -> tuple[str, ...]:
    name = sender.partition("<")[0].strip(" \"'") or sender
    if "@" in name:
        name = name.partition("@")[0].strip("<")
        name = _BETWEEN_NAMES.sub(" ", name)
    return tuple(word.lower().strip(".,") for word in name.split() if len(word.strip(".,")) > 1)


_BETWEEN_NAMES = re.compile(r"[._\d+-]+")


def _is_own_name(line: str, names: tuple[str, ...]) -> bool:
    """The line is the sender's name, or begins with a part of it and holds little else."""
    if line[-1] in "?!:":
        return False
    low = line.lower()
    for name in names:
        if name[:3] in low:
            break
    else:
        return False
    words = [word for one in low.removeprefix("#sig#").split() if (word := one.strip(".,-–—~*_\"'"))]
    if not words or len(words) > 5 or (line[-1] == "," and len(words) == 1):
        return False
    hits = sum(1 for word in words if word in names)
    short = any(name.startswith(words[0]) for name in names) and len(words[0]) >= 3
    return (hits >= 2 or ((hits == 1 or short) and len(words) <= 2)) and (hits * 2 >= len(words) or short)


def _contact_block(lines: list[str], last: int, end: int) -> int:
    """The last paragraph, when it is short lines with contact details under what looks like a name."""
    start = last
    while start and lines[start - 1].strip() and last - start < 10:
        start -= 1
    block = [line.strip() for line in lines[start:last]]
    if start == 0 or not 2 <= len(block) <= 9 or any(len(line) > 60 for line in block):
        return end
    contacts = sum(1 for line in block if _CONTACT.search(line))
    if not contacts or any(line.endswith(("?", ":")) for line in block):
        return end
    first = next((i for i, line in enumerate(block) if _NAME_LINE.match(line) and not _CONTACT.search(line)), None)
    return start + first if first is not None and first <= 1 and len(block) - first >= 2 else end
