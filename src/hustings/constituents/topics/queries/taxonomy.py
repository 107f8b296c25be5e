"""Areas and topics. A merge moves no rows: whoever looks for letters on a topic asks for `members` first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Max, Prefetch, QuerySet

from hustings.foundation.core.once import once

from ..models import Area, Change, Topic, TopicMerge
from ..models.taxonomy import in_language

HISTORY = 50


def version() -> int:
    """The number of the taxonomy's newest change; 0 before there is a taxonomy."""
    return Change.objects.aggregate(newest=Max("number"))["newest"] or 0


def topics() -> QuerySet[Topic]:
    """Those that letters get, in the order of their areas."""
    return Topic.objects.filter(retired_at=None, canonical=None).select_related("area")


@dataclass(frozen=True, slots=True)
class Whole:
    """A topic that letters get, and all that is read as it: itself first."""

    topic: Topic
    members: tuple[Topic, ...]

    def words(self, code: str) -> list[str]:
        """In one language."""
        return list(dict.fromkeys(word for one in self.members for word in one.words.get(code, [])))

    def all_words(self) -> list[str]:
        """Of all languages."""
        return list(dict.fromkeys(word for one in self.members for word in one.all_words()))

    def examples(self) -> list[str]:
        """Of all languages."""
        return [text for one in self.members for texts in one.examples.values() for text in texts]


def wholes() -> list[Whole]:
    """Each topic with what was merged into it, whose words and examples count for it as long as the merge holds."""
    merged: dict[int | None, list[Topic]] = {}
    for row in Topic.objects.exclude(canonical=None):
        merged.setdefault(row.canonical_id, []).append(row)
    return [Whole(row, (row, *merged.get(row.pk, ()))) for row in topics()]


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


def tops() -> dict[str, str]:
    """What each slug is read as, a retired one too. One question, which serves `members` and `as_read` of many."""
    return {slug: canonical or slug for slug, canonical, _own, _above in _every()}


def _every() -> list[tuple[str, str | None, dict[str, str], dict[str, str] | None]]:
    """(slug, that of what it was merged into, its names, those of what it was merged into): one question a page."""
    columns = ("slug", "canonical__slug", "names", "canonical__names")
    return once("topics.every", lambda: list(Topic.objects.values_list(*columns)))


def members(slugs: Iterable[str], whole: Mapping[str, str] | None = None) -> list[str]:
    """Every slug that is read as one of these: what letters that came before a merge carry. `whole` is what `tops`
    gave, where it is asked of many."""
    whole, wanted = tops() if whole is None else whole, set(slugs)
    reached = {whole.get(slug, slug) for slug in wanted}
    return sorted(wanted | {slug for slug, top in whole.items() if top in reached})


def as_read(slugs: Iterable[str], whole: Mapping[str, str]) -> list[str]:
    """These as they are read today, each once, in order; `whole` is what `tops` gave."""
    return list(dict.fromkeys(whole.get(slug, slug) for slug in slugs))


def parts_of(slugs: Iterable[str]) -> set[str]:
    """These topics and those that were split off from them and stand by themselves, whatever was split off again."""
    found = set(slugs)
    edges = set(Topic.objects.exclude(split_from=None).values_list("slug", "split_from__slug"))
    while new := {slug for slug, whole in edges if whole in found} - found:
        found |= new
    canonical = canonical_slugs()
    return found | {canonical[slug] for slug in found if slug in canonical}


def names(slugs: Iterable[str] = ()) -> dict[str, str]:
    """The name of each slug in the reader's language, a merged one by the name it is read as; of all when none are
    given."""
    wanted = set(slugs)
    rows = [row for row in _every() if not wanted or row[0] in wanted]
    return {slug: in_language(above or own) for slug, _canonical, own, above in rows}


def choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """(area, [(slug, name)]) for a list to choose from."""
    return [(str(area), [(topic.slug, str(topic)) for topic in area.topics.all()]) for area in areas()]


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
