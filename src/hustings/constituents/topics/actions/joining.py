"""Topics merged and split, and taking either back. No letter's row moves at a merge: `canonical` does."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from hustings.constituents.people.rules import flattened
from hustings.foundation.access.models import User
from hustings.foundation.core import jobs
from hustings.foundation.core.guard import action

from ..models import Topic, TopicMerge
from ..rules import Refused
from .taxonomy import free_slug, note, one_at_a_time, refuse_others


@action
def merge_topics(*, actor: User, topic: Topic, into: Topic, now: datetime) -> TopicMerge:
    """`topic`, with all that was merged into it, is read as `into` from now on, in old letters as in new ones; its
    words stay its own and count for `into`. Refused when they are one already."""
    refuse_others(actor)
    one_at_a_time()
    below, above = _top(topic), _top(into)
    if below == above:
        raise Refused(_("These are one topic already. Nothing was changed."))
    if above.retired_at is not None:
        raise Refused(_("That topic is retired. Restore it first; nothing was changed."))
    merge = TopicMerge.objects.create(topic=below, into=above, at=now, by=actor)
    _follow()
    note(actor=actor, kind="merged", topic=below, detail={"into": above.slug}, now=now)
    return merge


@action
def undo_merge(*, actor: User, merge: TopicMerge, now: datetime) -> None:
    """The topic stands by itself again, with what had been merged into it, and its words count for it alone.
    Undoing twice changes nothing."""
    refuse_others(actor)
    one_at_a_time()
    merge = TopicMerge.objects.select_for_update().select_related("topic", "into").get(pk=merge.pk)
    if merge.undone_at is not None:
        return
    merge.undone_at, merge.undone_by = now, actor
    merge.save(update_fields=["undone_at", "undone_by"])
    _follow()
    note(actor=actor, kind="merge_undone", topic=merge.topic, detail={"into": merge.into.slug}, now=now)


@action
def split_topic(
    *,
    actor: User,
    topic: Topic,
    names: Mapping[str, str],
    words: Mapping[str, Sequence[str]],
    examples: Mapping[str, Sequence[str]],
    now: datetime,
) -> Topic:
    """A new topic with part of this one's words and examples. Letters that have the old one and speak of the new one
    are read anew, but for those a person has spoken on. Merging the new one back undoes it."""
    refuse_others(actor)
    one_at_a_time()
    row = Topic.objects.select_for_update().select_related("area").get(pk=topic.pk)
    if not any(words.values()):
        raise Refused(_("Choose the words that go with the new topic. Nothing was changed."))
    made = Topic.objects.create(
        area=row.area,
        slug=free_slug(names),
        names=dict(names),
        words={code: list(own) for code, own in words.items() if own},
        examples={code: list(own) for code, own in examples.items() if own},
        queue_hint=row.queue_hint,
        position=row.position + 1,
        split_from=row,
    )
    row.words, row.examples = _without(row.words, words), _without(row.examples, examples)
    row.save(update_fields=["words", "examples"])
    note(actor=actor, kind="split", topic=row, detail={"into": made.slug, "words": dict(made.words)}, now=now)
    jobs.enqueue("topics.read_anew", topic_id=row.pk, before=0)
    return made


def _top(topic: Topic) -> Topic:
    row = Topic.objects.select_for_update(of=("self",)).select_related("canonical").get(pk=topic.pk)
    return row.canonical or row


def _follow() -> None:
    """Set every `canonical` from the merges in force, which are a forest: each topic has at most one way up."""
    tops = flattened(dict(TopicMerge.objects.filter(undone_at=None).values_list("topic_id", "into_id")))
    for topic_id, canonical_id in Topic.objects.values_list("id", "canonical_id"):
        if canonical_id != tops.get(topic_id):
            Topic.objects.filter(pk=topic_id).update(canonical_id=tops.get(topic_id))


def _without(own: Mapping[str, Sequence[str]], gone: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    return {code: [word for word in words if word not in set(gone.get(code, ()))] for code, words in own.items()}
