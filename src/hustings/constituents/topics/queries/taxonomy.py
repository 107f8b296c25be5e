"""Areas and topics. A merge moves no rows: whoever looks for letters on a topic asks for `members` first."""

from collections.abc import Iterable, Sequence

from django.db.models import Max, Prefetch, QuerySet

from hustings.foundation.core.folding import folded_words

from ..engine.phrases import Phrases
from ..models import Area, Change, Topic, TopicMerge
from ..models.taxonomy import in_language

HISTORY = 50


def version() -> int:
    """The number of the taxonomy's newest change; 0 before there is a taxonomy."""
    return Change.objects.aggregate(newest=Max("number"))["newest"] or 0


def topics() -> QuerySet[Topic]:
    """Those that letters get, in the order of their areas."""
    return Topic.objects.filter(retired_at=None, canonical=None).select_related("area")


def all_topics() -> QuerySet[Topic]:
    """Those that were merged away or retired as well."""
    return Topic.objects.select_related("area", "canonical", "split_from")


def areas() -> QuerySet[Area]:
    """Every area, with the topics that letters get."""
    return Area.objects.prefetch_related(Prefetch("topics", queryset=topics().order_by("position", "id")))


def canonical_slugs() -> dict[str, str]:
    """What each slug is read as today; those of retired topics are left out."""
    rows = Topic.objects.values_list("id", "slug", "canonical_id", "retired_at")
    by_id = {pk: (slug, retired) for pk, slug, _canonical, retired in rows}
    found = {}
    for _pk, slug, canonical, retired in rows:
        name, gone = by_id[canonical] if canonical else (slug, retired)
        if gone is None:
            found[slug] = name
    return found


def members(slugs: Iterable[str]) -> list[str]:
    """Every slug that is read as one of these: what letters that came before a merge carry."""
    wanted = set(slugs)
    whole = Topic.objects.filter(slug__in=wanted).values_list("slug", "canonical__slug")
    tops = {canonical or slug for slug, canonical in whole}
    rows = Topic.objects.filter(slug__in=tops) | Topic.objects.filter(canonical__slug__in=tops)
    return sorted({*wanted, *rows.values_list("slug", flat=True)})


def names(slugs: Iterable[str] = ()) -> dict[str, str]:
    """The name of each slug in the reader's language, a merged one by the name it is read as; of all when none are
    given."""
    rows = Topic.objects.all()
    if slugs:
        rows = rows.filter(slug__in=set(slugs))
    return {
        slug: in_language(above or own) for slug, own, above in rows.values_list("slug", "names", "canonical__names")
    }


def choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """(area, [(slug, name)]) for a list to choose from."""
    return [(str(area), [(topic.slug, str(topic)) for topic in area.topics.all()]) for area in areas()]


def named(text: str) -> Topic | None:
    """The topic that goes by this name: its slug, or its name in any language. For what is filed by a word, as an
    article's topic or a tag of the desk is; None where the word means nothing here."""
    wanted = " ".join(folded_words(text))
    if not wanted:
        return None
    for topic in all_topics():
        known = [topic.slug, *topic.names.values()]
        if any(" ".join(folded_words(name)) == wanted for name in known):
            return topic.canonical or topic
    return None


def spellings(slugs: Iterable[str]) -> list[str]:
    """Every word these topics go by (slugs and names, all languages, of what was merged into them too): what is filed
    under one of them is about it."""
    rows = Topic.objects.filter(slug__in=members(slugs)).values_list("slug", "names")
    return sorted({word for slug, own in rows for word in (slug, *own.values())})


def matching(text: str, language: str = "", most: int = 3) -> list[str]:
    """The slugs a text speaks of by the taxonomy's words, strongest first: a question of an article, say."""
    found = Phrases({topic.slug: _words(topic, language) for topic in topics()}).find(text)
    return [one.name for one in found[:most]]


def _words(topic: Topic, language: str) -> list[str]:
    own: list[str] = topic.words.get(language[:2], [])
    return own if language[:2] in topic.words else topic.all_words()


def history(topic: Topic | None = None) -> list[Change]:
    """The newest changes, of everything or of one topic."""
    rows = Change.objects.select_related("by", "topic", "area").order_by("-number")
    return list((rows.filter(topic=topic) if topic else rows)[:HISTORY])


def merges_of(topic: Topic) -> list[TopicMerge]:
    """The merges that brought others here, or this one elsewhere, and hold."""
    rows = TopicMerge.objects.filter(undone_at=None).select_related("topic", "into", "by")
    return list((rows.filter(into=topic) | rows.filter(topic=topic)).order_by("-at"))


def split_off(topic: Topic) -> Sequence[Topic]:
    """The topics that were once part of this one."""
    return list(Topic.objects.filter(split_from=topic))
