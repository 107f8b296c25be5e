"""Short letters made of words that tell their topic, and of words that tell nothing; seeded."""

import random

from hustings.constituents.topics.engine import Settings

QUICK = Settings(hidden=24, members=2, members_held_out=1, folds=3, epochs=4, fewest_steps=150)
TOPICS = {
    "health": "hospital insurance medicare doctor premium clinic",
    "schools": "teacher classroom tuition pupil school college",
    "energy": "drilling solar pipeline gasoline refinery coal",
}
ELSEWHERE = "violin recipe penguin chess umbrella saxophone"
PLAIN = "i would like to know what you think about the and please tell us more when is it"


def letters(count: int, seed: int = 1, elsewhere: int = 0) -> tuple[list[str], list[str]]:
    """``count`` letters over the topics, then ``elsewhere`` that belong to none."""
    chance = random.Random(seed)
    texts, labels = [], []
    for index in range(count + elsewhere):
        label = list(TOPICS)[index % len(TOPICS)] if index < count else "oos"
        words = chance.sample(TOPICS.get(label, ELSEWHERE).split(), 2) + chance.sample(PLAIN.split(), 5)
        chance.shuffle(words)
        texts.append(" ".join(words))
        labels.append(label)
    return texts, labels
