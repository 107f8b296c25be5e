"""Everything that is read of a letter at once: its topics, nature, urgency and stance.

Where a model is live it decides on the labels it knows; words and phrases decide on the others, and on all of them
where there is none. What neither is sure of is suggested to a person, or left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .natures import asks, manner_of, never_waiting, urgency_of
from .phrases import Phrases, Said
from .prediction import OUTSIDE, Prediction, Thresholds, Wish
from .words import words_of

if TYPE_CHECKING:
    from .model import Model

MOST_TOPICS = 3
APPLY, SUGGEST = 0.75, 0.5  # of words alone: a phrase, or two words; one word
NEAR = 0.5  # a topic with less than this share of the strongest one's score is said in passing


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of one letter. ``topics`` are slugs to apply and ``suggested`` those for a person to look at, the
    strongest first; ``nature`` is "" where nothing was sure enough; ``urgency`` 0 normal, 1 soon, 2 today; ``stance``
    "for", "against", "neither" or ""; ``model`` the version that decided on the topics, 0 where words did."""

    topics: tuple[str, ...] = ()
    suggested: tuple[str, ...] = ()
    nature: str = ""
    urgency: int = 0
    stance: str = ""
    model: int = 0
    maybe: str = ""  # the likeliest nature where none is given
    nature_model: int = 0


_USUAL = Wish()


@dataclass
class Reader:
    """``words``: phrases of the topics by language, with "" for all of them. ``wishes``: thresholds people have set,
    by topic. ``canonical``: what a slug is read as today; a slug that is not in it is read no more."""

    words: Mapping[str, Phrases]
    canonical: Mapping[str, str]
    wishes: Mapping[str, Wish] = field(default_factory=dict)
    topic_model: "Model | None" = None
    topic_version: int = 0
    nature_model: "Model | None" = None
    nature_version: int = 0

    def read(self, texts: Sequence[str], languages: Sequence[str]) -> list[Reading]:
        """A reading for each text, in order; ``languages`` are codes ("en"), "" where unknown."""
        topics: Sequence[Mapping[str, float] | None] = [None] * len(texts)
        natures: Sequence[Prediction | None] = [None] * len(texts)
        if self.topic_model or self.nature_model:
            words = [words_of(text) for text in texts]
            topics = self.topic_model.likely(words) if self.topic_model else topics
            natures = self.nature_model.predict_words(words) if self.nature_model else natures
        return [
            self._one(text, language, chances, nature)
            for text, language, chances, nature in zip(texts, languages, topics, natures, strict=True)
        ]

    def _one(self, text: str, language: str, chances: Mapping[str, float] | None, nature: Prediction | None) -> Reading:
        said = Said(text)
        spoken = self.words.get(language[:2]) or self.words[""]
        applied, suggested = self._sorted(_by_words(spoken.scores(said)), chances)
        asking = asks(text)
        manner = manner_of(said, asks=asking)
        given, maybe = manner.nature, manner.maybe
        if nature is not None and self.nature_model is not None:
            given, maybe = _nature_of(nature, given, maybe, self.nature_model.labels)
        given, maybe = never_waiting(given, maybe, asks=asking)
        return Reading(
            topics=applied,
            suggested=suggested,
            nature=given,
            urgency=urgency_of(manner.when, given or manner.maybe),
            stance=manner.stance if applied or suggested else "",
            model=self.topic_version,
            maybe="" if given else maybe,
            nature_model=self.nature_version,
        )

    def _sorted(
        self, said: Mapping[str, float], chances: Mapping[str, float] | None
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        known = self.topic_model.thresholds if self.topic_model else {}
        applied: dict[str, float] = {}
        suggested: dict[str, float] = {}
        for slug, sure in said.items():
            # What a model knows it decides; words that it does not believe are still worth a look.
            limits = self._limits(slug, APPLY, SUGGEST)
            if slug not in known and sure >= limits.apply:
                applied[self.canonical.get(slug, "")] = sure
            elif sure >= limits.suggest:
                suggested[self.canonical.get(slug, "")] = sure * 0.5
        for slug, chance in (chances or {}).items():
            own = known[slug]
            limits = self._limits(slug, own.apply, own.suggest)
            name = self.canonical.get(slug, "")
            if chance >= limits.apply:
                applied[name] = max(chance, applied.get(name, 0.0))
            elif chance >= limits.suggest:
                suggested[name] = max(chance, suggested.get(name, 0.0))
        return _best(applied), _best({name: sure for name, sure in suggested.items() if name not in applied})

    def _limits(self, slug: str, apply: float, suggest: float) -> Thresholds:
        return self.wishes.get(self.canonical.get(slug, slug), _USUAL).over(apply, suggest)


def _by_words(scores: Mapping[str, float]) -> dict[str, float]:
    """How sure the words alone are of each topic: each point of the score halves the doubt."""
    if not scores:
        return {}
    least = NEAR * max(scores.values())
    return {name: 1 - 0.5**score for name, score in scores.items() if score >= least}


def _best(names: Mapping[str, float]) -> tuple[str, ...]:
    ranked = sorted(((sure, name) for name, sure in names.items() if name), key=lambda pair: (-pair[0], pair[1]))
    return tuple(name for _sure, name in ranked[:MOST_TOPICS])


def _nature_of(said: Prediction, given: str, maybe: str, known: Sequence[str]) -> tuple[str, str]:
    """The model's word before the phrases', where it has one. An incident at the polls that phrases are sure of stays
    one, and so does a nature that the model never learnt: to it, that is one of those it knows, or none."""
    label = "" if said.label == OUTSIDE else said.label
    if given and (given == "election_incident" or given not in known or said.abstained):
        return given, maybe
    return ("" if said.abstained else label), label or maybe
