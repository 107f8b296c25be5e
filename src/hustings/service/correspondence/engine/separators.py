"""Lines that part a letter from what it quotes, in the languages mail programs speak.

Each function looks at the lines from ``index`` on and says how many of them make up the separator (0: none).
"""

import re

_LONGEST_LINE = 400

# A text without any of these (and without a ``>`` line) quotes nothing that can be told.
HINTS = (
    "wrote",
    "writes:",
    " sent:",
    "escri",
    "escrev",
    "scrit",
    "crit",
    "schrieb",
    "schreef",
    "geschreven",
    "skrev",
    "napisa",
    "kirjoitti",
    "From:",
    "From :",
    "From*",
    "De:",
    "De :",
    "Von:",
    "Van:",
    "Da:",
    "Fra:",
    "Från:",
    "От:",
    "Od:",
    "发件人",
    "差出人",
    "보낸",
    "Date:",
    "Fecha:",
    "Datum:",
    "Sent:",
    "Enviado",
    "-----",
    "____",
    "riginal",
    "orward",
    "eenvia",
    "Weiterg",
    "ransf",
    "Inolt",
    "пис",
    "写道",
    "寫道",
    "작성",
    "のメール",
    "yazd",
    ">:",
    ">\n",
)

_VERBS = (
    r"wrote|writes|has written|sent|escribi[óo]|escribe|ha escrito|a [ée]crit|ecrit|schrieb|hat geschrieben"
    r"|ha scritto|escreveu|schreef"
    r"|het volgende geschreven|geschreven|skrev|napisa[łl]\(?a?\)?|kirjoitti|пишет|писал|написал\(?а?\)?|va escriure"
    r"|yazd[ıi]|írta|napsal\(?a?\)?"
    r"|写道|寫道|님이 작성|のメール|a scris"
)
_END = re.compile(
    rf"(?:{_VERBS})\s*[::]?\s*[-–—]*\s*[::]\s*\Z|(?:wrote|writes)\s*-+\s*\Z|(?:写道|寫道)\s*[::]?\s*\Z", re.IGNORECASE
)
_OPENING = re.compile(
    r"\s*[-–—*>]*\s*(?:On|Am|Le|El|Il|Em|Op|Den|På|W dniu|Dnia|Dne|Il giorno|A|Vào|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}"
    r"|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})[\s,]",
    re.IGNORECASE,
)
_VERB_INSIDE = re.compile(r"\b(?:schrieb|schreef|skrev|wrote)\b[^\n]{0,160}:\s*\Z", re.IGNORECASE)
_EVIDENCE = re.compile(
    r"\d{1,2}[:.h]\d{2}|\b(?:19|20)\d{2}\b|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|@|\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep"
    r"|Oct|Nov|Dec)[a-z]*\.? \d",
    re.IGNORECASE,
)
# The attribution on the same line as the writer's last words.
_INLINE = re.compile(
    r"(?:-{2,}\s*|(?<=[\s.!?]))On\s+(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,?\s|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug"
    r"|Sep|Oct|Nov|Dec)[a-z]*\.?\s\d"
    r"|\d{1,4}[-/. ])[^\n]{5,200}(?:wrote|sent|writes)\s*:\s*\Z"
)
# ``2014-10-17 11:28 GMT+03:00 Postmaster <x@example.org>:`` and ``2011/4/7 Nathan <x@example.org>``
_DATE_PERSON = re.compile(r"\s*\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\s[^\n]{2,200}<[^<>\n]{3,200}>\s*:?\s*\Z")
_SENT_WROTE = re.compile(
    r"\s*(?:Sent|Enviado|Envoyé|Gesendet) (?:from|via|desde|depuis|von) [^\n]{2,120}<[^<>\s]{3,200}>\s*wrote\s*:\s*\Z",
    re.IGNORECASE,
)


def attribution_at(lines: list[str], index: int) -> tuple[str, int]:
    """An attribution: the writer's words before it on its first line, and how many lines it takes."""
    line = lines[index]
    stripped = line.strip()
    if not 4 < len(stripped) <= _LONGEST_LINE:
        return "", 0
    if stripped[-1] in ":：-道" and _END.search(stripped[-80:]):
        return _one_line(lines, index, line, stripped)
    if stripped[-1] == ":" and _EVIDENCE.search(stripped) and _marked_follows(lines, index + 1):
        return "", 1
    if (
        stripped[-1] == ":"
        and _OPENING.match(stripped)
        and _VERB_INSIDE.search(stripped)
        and _EVIDENCE.search(stripped)
    ):
        return "", 1
    if stripped[0].isdigit() and _DATE_PERSON.match(stripped):
        return "", 1
    if _OPENING.match(line) and _EVIDENCE.search(stripped):
        size = _wrapped(lines, index)
        if size:
            return "", size
    inline = line.rfind(" On ")
    if (
        inline > 0
        and _EVIDENCE.search(line, inline)
        and (size := _wrapped([line[inline + 1 :], *lines[index + 1 : index + 4]], 0))
    ):
        return line[:inline], size
    return "", 0


def _one_line(lines: list[str], index: int, line: str, stripped: str) -> tuple[str, int]:
    inline = _INLINE.search(line)
    if inline and inline.start() > 0 and line[: inline.start()].strip(" -*>"):
        return line[: inline.start()].rstrip(), 1
    evident = _EVIDENCE.search(stripped) and (_OPENING.match(stripped) or "@" in stripped or "<" in stripped)
    if evident or _SENT_WROTE.match(stripped) or _marked_follows(lines, index + 1):
        return "", 1
    return "", 0


def _marked_follows(lines: list[str], index: int) -> bool:
    return next((line.lstrip().startswith(">") for line in lines[index : index + 4] if line.strip()), False)


def _wrapped(lines: list[str], index: int) -> int:
    """An attribution wrapped over up to five lines (one may be empty), as long ones are."""
    joined = lines[index].strip()
    for size, line in enumerate(lines[index + 1 : index + 5], 2):
        stripped = line.strip()
        if stripped.startswith(">") or len(joined) + len(stripped) > _LONGEST_LINE:
            return 0
        joined += " " + stripped
        if stripped and (
            _END.search(joined[-80:])
            or _VERB_INSIDE.search(joined)
            or (size == 2 and _DATE_PERSON.match(joined) and joined.endswith(":"))
        ):
            return size
    return 0


# ----------------------------------------------------------------------------------------------- header blocks

_FROM = r"From|De|Von|Van|Da|Fra|Från|Od|От|Kimden|Mittente|Expéditeur|Remitente|发件人|差出人|寄件者|보낸 사람"
_OTHER = (
    r"Sent|Date|To|Cc|Bcc|Subject|Reply-To|Organization|Enviado(?: el)?|Enviada(?: em)?|Fecha|Para|Asunto|Data"
    r"|Assunto|Gesendet(?: am)?|Datum|An|Betreff"
    r"|Envoyé|À|A|Objet|Verzonden|Aan|Onderwerp|Inviato|Oggetto|Sendt|Til|Emne|Skickat|Till|Ämne|Dato|Wysłano|Do"
    r"|Temat|Отправлено|Кому|Копия|Тема|Дата"
    r"|Importance|CC|发送时间|收件人|主题|送信日時|宛先|件名|보낸 날짜|받는 사람|제목"
)
_FROM_LINE = re.compile(rf"\s*[*_]{{0,2}}(?:{_FROM})\s?[*_]{{0,2}}\s?[::][*_]{{0,2}}\s*\S", re.IGNORECASE)
_ANY_LINE = re.compile(
    rf"\s*[*_]{{0,2}}(?P<label>{_FROM}|{_OTHER})\s?[*_]{{0,2}}\s?[::][*_]{{0,2}}(?:\s|\Z|(?<=:)\S)", re.IGNORECASE
)
_DATE_LINE = re.compile(
    r"\s*[*_]{0,2}(?:Date|Sent|Subject|To|Fecha|Datum|Enviado(?: el)?|Asunto|Para)[*_]{0,2}\s?:[*_]{0,2}\s*\S",
    re.IGNORECASE,
)


def header_block_at(lines: list[str], index: int) -> int:
    """A block of mail headers as Outlook and others put above what they quote: ``From:`` and two more, or three."""
    line = lines[index]
    if len(line) > _LONGEST_LINE or (":" not in line and "：" not in line):
        return 0
    opens = _FROM_LINE.match(line)
    if not opens and not _DATE_LINE.match(line):
        return 0
    labels: set[str] = set()
    size = 0
    for offset, other in enumerate(lines[index : index + 12]):
        if not other.strip():
            if len(labels) >= 2 or offset > 6:
                break
            continue
        found = _ANY_LINE.match(other) if len(other) <= 5_000 else None
        if found:
            labels.add(found["label"].lower())
            size = offset + 1
        elif offset - size >= 2:
            break
    has_from = bool(opens) or any(_FROM_LINE.match(other) for other in lines[index : index + size])
    enough = 3 if opens and not _MAIL_OR_DATE.search(" ".join(lines[index : index + size])[:2_000]) else 2
    return size if len(labels) >= (enough if has_from or _DATE_AND_TO.issubset(labels) else 99) else 0


_DATE_AND_TO = frozenset({"date", "to"})
_MAIL_OR_DATE = re.compile(r"@|\b(?:19|20)\d{2}\b|\d{1,2}[:.]\d{2}")


def is_divider(line: str) -> bool:
    """A line of dashes or underscores, as stands above a header block."""
    return bool(_DIVIDER.match(line))


_DIVIDER = re.compile(r"\s*(?:[-_*=—]\s?){5,200}\s*\Z")

# ------------------------------------------------------------------------------------------- forwarded, original

_FORWARDED = re.compile(
    r"\s*[-_*=>—\s]{0,60}(?:original(?: e-?mail)? message|reply message|original appointment|forwarded (?:message"
    r"|letter|by\b.{0,100})|begin forwarded message"
    r"|mensaje (?:original|reenviado)|mensaje reenviado|inicio del mensaje reenviado|inicio de mensaje reenviado"
    r"|message (?:d'origine|transféré|original|transmis)"
    r"|début du message (?:réexpédié|transféré)|urspr[üu]ngliche nachricht|urspr[üu]ngliche e-?mail|antwort nachricht"
    r"|weitergeleitete nachricht|anfang der weitergeleiteten nachricht"
    r"|messaggio (?:originale|inoltrato)|inizio messaggio inoltrato|mensagem (?:original|encaminhada)"
    r"|início da mensagem (?:encaminhada|reencaminhada)|oorspronkelijk bericht|doorgestuurd bericht"
    r"|begin doorgestuurd bericht"
    r"|oprindelig meddelelse|videresendt meddelelse|ursprungligt meddelande|vidarebefordrat meddelande"
    r"|исходное сообщение|пересылаемое сообщение"
    r"|wiadomość oryginalna|转发邮件|原始邮件|転送メッセージ)"
    r"\s*[::]?\s*[-_*=—\s]{0,60}[::]?\s*\Z",
    re.IGNORECASE,
)
_DECORATION = frozenset("-_*=—:")
_DECORATED = re.compile(r"\A\s*[-_*=—]{2,}|[-_*=—]{2,}\s*\Z|:\s*\Z")


def forwarded_at(lines: list[str], index: int) -> int:
    """``-----Original Message-----``, ``Begin forwarded message:`` and their like."""
    line = lines[index]
    if not 8 < len(line) <= 200 or not (stripped := line.strip()):
        return 0
    if stripped[0] not in _DECORATION and stripped[-1] not in _DECORATION:
        return 0
    return 1 if _FORWARDED.match(line) and _DECORATED.search(line) else 0
