"""A made-up Answer Center of the size asked for: questions of the Answer Center's own kind about real things of a
campaign, in bodies drawn from a vocabulary as large as real ones are and as unevenly used; and what readers would type.

The words are made of syllables, as many as the seed gives, so that spelling, stems and beginnings have as much to look
through as among real words. Figures on them say how fast something is, never how good.
"""

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import accumulate
from random import Random

from hustings.foundation.access.models import User
from hustings.foundation.geography.queries import states
from hustings.service.answers.actions.filling import Piece, bring_in, make_categories
from hustings.service.answers.actions.synonyms import set_synonyms
from hustings.service.answers.actions.wording import Words

WORDS = 20_000  # of each language; the most used one stands in each third text, the rarest in a few
SYNONYMS = 200
IN_BODY = 120
THINGS = (
    "ballot registration deadline polling-place wheelchair interpreter signature envelope drop-box early-voting "
    "primary recount absentee military student felony address county clerk office receipt tracking provisional "
    "identification passport license utility bill rally ticket volunteer canvass phone-bank yard-sign donation refund "
    "monthly clinic school teacher wage tariff storm flood bridge train bus housing rent mortgage veteran pension farm "
    "water"
).split()
COSAS = (
    "boleta registro plazo casilla silla intérprete firma sobre buzón votación primaria recuento ausente militar "
    "estudiante domicilio condado oficina recibo identificación pasaporte licencia mitin boleto voluntario donación "
    "reembolso clínica escuela maestro salario inundación puente tren autobús vivienda alquiler hipoteca veterano "
    "pensión"
).split()
VERBS = "find change send return check replace cancel fix bring show ask for sign mail print read follow report".split()
WHEN = (
    "before Friday|after I moved|from abroad|in person|by mail|with a broken arm|without a car|on election day".split(
        "|"
    )
)
BEGIN = "b c d f g h l m n p r s t v br cl cr dr fl gr pl pr sl st tr ch sh th".split()
CORE = "a e i o u ai ea ee oa ou".split()
END = ["", "", "n", "r", "s", "t", "l", "nd", "st", "ck"]
ENDINGS = {
    "en": ["", "", "s", "ed", "ing", "er", "tion", "ly", "ment"],
    "es": ["o", "a", "os", "as", "ar", "ado", "ción", "mente"],
}


@dataclass(frozen=True)
class Vocabulary:
    """Words, the much used ones first (by Zipf's law, flattened where a language's own little words would be)."""

    words: Sequence[str]

    @cached_property
    def _sums(self) -> list[float]:
        return list(accumulate(1.0 / (place + 40) for place in range(len(self.words))))

    def draw(self, chance: Random) -> str:
        return self.words[bisect(self._sums, chance.random() * self._sums[-1])]


def vocabulary(language: str, seed: int, size: int = WORDS) -> Vocabulary:
    chance = Random(f"{seed} {language}")  # noqa: S311  (the same at every run)
    found: dict[str, None] = {}
    while len(found) < size:
        syllables = "".join(
            chance.choice(BEGIN) + chance.choice(CORE) + chance.choice(END) for _ in range(chance.choice((1, 2, 2, 3)))
        )
        found[syllables + chance.choice(ENDINGS[language])] = None
    return Vocabulary(list(found))


class Center:
    """What is written into it, and what is typed; the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.known = {language: vocabulary(language, seed) for language in ("en", "es")}

    def fill(self, count: int, *, approver: User, now: datetime) -> None:
        """So many public answers in both languages, one in five with words for states of its own."""
        chance = Random(self.seed)  # noqa: S311  (the same at every run)
        make_categories((f"part-{n}", {"en": f"Part {n}", "es": f"Parte {n}"}) for n in range(8))
        codes = [code for code, _name in states()]
        pieces = [self._piece(number, chance, codes, now) for number in range(count)]
        bring_in(approver=approver, pieces=pieces, now=now)
        for language, things in (("en", THINGS), ("es", COSAS)):
            draw = self.known[language].draw
            sets = [[thing.replace("-", " "), f"{draw(chance)} {draw(chance)}"] for thing in things]
            sets += [[draw(chance), f"{draw(chance)} {draw(chance)}"] for _ in range(SYNONYMS - len(sets))]
            set_synonyms(actor=approver, language=language, sets=sets, now=now)

    def _piece(self, number: int, chance: Random, codes: Sequence[str], now: datetime) -> Piece:
        verb, thing, other, when = (chance.choice(words) for words in (VERBS, THINGS, THINGS, WHEN))
        rare = self.known["en"].draw(chance)
        title = f"How do I {verb} a {thing} {when} {rare}? ({number})"
        titulo = f"¿Cómo puedo {self.known['es'].draw(chance)} {chance.choice(COSAS)}? ({number})"
        texts = [Words("en", self.body("en", chance)), Words("es", self.body("es", chance), title=titulo)]
        if number % 5 == 0:
            here = [(code, self.body("en", chance)) for code in chance.sample(codes, 5)]
            texts += [Words("en", f"Here: {other} {body}", code) for code, body in here]
        return Piece(slug=f"q-{number}", title=title, texts=texts, category=f"part-{number % 8}", approved_at=now)

    def body(self, language: str, chance: Random) -> str:
        draw = self.known[language].draw
        about = chance.sample(THINGS if language == "en" else COSAS, 3)  # an answer is about a few things
        return " ".join(chance.choice(about) if chance.random() < 0.1 else draw(chance) for _ in range(IN_BODY))

    def typed(self, language: str, chance: Random) -> str:
        """A few words, of which one in five has a slip of the finger, and one in ten is nowhere."""
        things = THINGS if language == "en" else COSAS
        pick = [chance.choice(things) if chance.random() < 0.6 else self.known[language].draw(chance) for _ in range(3)]
        words = pick[: chance.choice((1, 2, 2, 3))]
        if chance.random() < 0.2:
            cut = chance.randrange(1, max(len(words[0]), 2))
            word = words[0]
            words[0] = word[: cut - 1] + word[cut : cut + 1] + word[cut - 1] + word[cut + 1 :]
        if chance.random() < 0.1:
            words.append(self.known[language].draw(chance)[::-1])
        return " ".join(words).replace("-", " ")
