"""What is close in meaning: where nobody has read enough to say what is read together."""

from .catalogue import Catalogue, Entry
from .finding import index_of
from .lexicon import stems_of_all, tokens_of

LEAST = 0.3  # of how much an answer is like itself
MOST = 24


def close_to(kept: Catalogue, entry: Entry, most: int, without: set[int]) -> list[Entry]:
    """Public questions that have the words of this one's title, the likest first; rare words say more."""
    of_words = stems_of_all(tokens_of(entry.title[:300]), entry.language)
    stems = dict.fromkeys(stem for of_word in of_words for stem in of_word)
    groups = [((((stem, 1.0),),),) for stem in stems]
    found = index_of(kept.held, entry.language).match(groups, any_of=True, most=MOST)
    itself = max((rank for _article, rank in found), default=0.0)
    near = [pk for pk, rank in found if pk != entry.article_id and pk not in without and rank >= LEAST * itself]
    return [kept.entries[pk] for pk in near if pk in kept.entries][:most]
