"""Why what writers added needs a person: the rules over the words, the alarms and the reading of their nature, asked
the same when a letter comes and whenever its campaign is read again."""

from collections.abc import Sequence

from ..engine import lifting
from ..registry import registry


def reasons_of(added: Sequence[Sequence[str]], languages: Sequence[str]) -> list[str]:
    """The reason (`engine.lifting.REASONS`, "" for none) of each letter, by the sentences that it added."""
    texts = [" ".join(sentences) for sentences in added]
    telling = [place for place, text in enumerate(texts) if text]
    natures = dict.fromkeys(range(len(texts)), "")
    if registry.reading is not None and telling:
        found = registry.reading([texts[place] for place in telling], [languages[place] for place in telling])
        natures.update(zip(telling, found, strict=True))
    return [
        lifting.why_lifted(sentences, alarm=_heard(text, language), nature=natures[place])
        for place, (sentences, text, language) in enumerate(zip(added, texts, languages, strict=True))
    ]


def _heard(text: str, language: str) -> str:
    return registry.alarm(text, language) if registry.alarm is not None and text else ""
