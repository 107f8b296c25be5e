"""Which language a text is in: common words first, ``py3langid`` only where they hesitate."""

import re
from functools import cache
from typing import Any

_MOST_CHARACTERS = 1_500
_MOST_WORDS = 120

_COMMON: dict[str, frozenset[str]] = {
    code: frozenset(words.split())
    for code, words in {
        "en": "the and to of i you is that it for my we are have was with this be not but they what your will about can"
        " do would "
        "our has from who how if an when so there been their at as he she on please thank want me us in all by or",
        "es": "el la de que y los las en un una por con no para mi es se su del al lo como más pero sus le ya este si"
        " porque esta "
        "son muy sin sobre también me hasta hay donde quien desde nos durante todos uno les ni soy usted gracias yo"
        " tengo puede qué",
        "fr": "le la les de des et est que je un une pour dans vous nous pas sur avec mon votre qui ne au ce il elle"
        " sont mais plus "
        "merci cette ont être très ai",
        "de": "der die das und ist ich nicht ein eine zu den mit sie für auf von wir dass es im dem auch als an werden"
        " aus bei haben "
        "hat wie ihr mein danke sehr",
        "pt": "o a de que e do da em um para é com não uma os no se na por mais as dos como mas foi ao ele das tem à"
        " seu sua ou ser "
        "quando muito há nos já está eu também obrigado você meu minha são",
        "it": "il di che la e un a per non in una sono mi con lo ha si ma le gli del della è da al come io questo anche"
        " più grazie "
        "mio nel i dei alla",
        "vi": "và của là có tôi không cho được một các những người với này đã trong khi bạn xin cảm",
        "tl": "ang ng sa na mga ako ay at ko po kung hindi mo para ito siya may ba naman lang kami",
        "ht": "mwen nou ou li ki nan pou yo ak gen pa se sa yon mesi fè",
        "pl": "i w nie na się z do to że jest jak o co ale po mnie dla czy jestem dziękuję",
        "nl": "de het een en van ik niet dat je is te op zijn voor met die er aan maar om ook wij mijn",
    }.items()
}
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff]")), ("ko", re.compile("[\uac00-\ud7af]")), ("zh", re.compile("[\u4e00-\u9fff]")),
    ("ru", re.compile("[\u0400-\u04ff]")), ("ar", re.compile("[\u0600-\u06ff]")), ("he", re.compile("[\u0590-\u05ff]")),
    ("el", re.compile("[\u0370-\u03ff]")), ("hi", re.compile("[\u0900-\u097f]")), ("th", re.compile("[\u0e00-\u0e7f]")),
)  # fmt: skip
_ONE_LANGUAGE = frozenset({"ja", "ko", "zh", "he", "el", "th"})  # scripts that practically settle the language


def language_of(text: str) -> tuple[str, bool]:
    """The ISO 639-1 code of the language of ``text`` and whether that is sure; ``("", False)`` without any words."""
    sample = text[:_MOST_CHARACTERS]
    if not sample.isascii() and (found := _script(sample)):
        return found
    words = _words(sample.lower())[:_MOST_WORDS]
    if not words:
        return "", False
    english = sum(map(_COMMON["en"].__contains__, words))
    spanish = sum(map(_COMMON["es"].__contains__, words))
    if len(words) >= 6 and english * 4 >= len(words) and english >= 3 * spanish:
        return "en", True
    ranked = sorted(((sum(map(common.__contains__, words)), code) for code, common in _COMMON.items()), reverse=True)
    (best, code), (second, _) = ranked[0], ranked[1]
    if len(words) >= 4 and best * 5 >= len(words) and best >= 1.6 * second:
        return code, True
    if len(words) < 4 and sample.isascii() and best < 2:
        return code if best > second else "en", False
    return _asked(sample, code if best >= 2 and best > second else "", len(words))


_NO_WORD = {code: " " for code in range(128) if not chr(code).isalpha() and chr(code) != "'"}


def _words(low: str) -> list[str]:
    if not low.isascii() or "''" in low:
        return _WORD.findall(low, 0, _MOST_CHARACTERS)
    spaced = low.translate(_NO_WORD)
    if "'" in spaced:
        spaced = f" {spaced} ".replace(" '", " ").replace("' ", " ")
    return spaced.split()


def _script(sample: str) -> tuple[str, bool] | None:
    letters = sum(map(str.isalpha, sample))
    for code, pattern in _SCRIPTS:
        count = len(pattern.findall(sample))
        share = 0.1 if code == "ja" else 0.4
        if count and count >= share * letters:
            return code, code in _ONE_LANGUAGE or None is _needs_model(sample, code)
    return None


def _needs_model(sample: str, code: str) -> str | None:
    """Cyrillic, Arabic and Devanagari are written by several languages; the model may name another one."""
    found = str(_model().classify(sample)[0])
    return None if found == code else found


def _asked(sample: str, leaning: str, words: int) -> tuple[str, bool]:
    found, probability = _model().classify(sample)
    code = str(found)
    if leaning and code != leaning and words < 12:
        return leaning, False
    return code, bool(probability > 0.9 and words >= 5)


@cache
def _model() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 - 60 ms and numpy: only where needed

    return (
        LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
        if hasattr(LanguageIdentifier, "from_model_file")
        else LanguageIdentifier.from_pickled_model(MODEL_FILE, norm_probs=True)
    )
