"""Words on a record: written, changed, withdrawn."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.utils.translation import gettext as _

from hustings.foundation.access.actions import record_audit
from hustings.foundation.access.models import User
from hustings.foundation.core import bus, jobs, limits, live, storage
from hustings.foundation.core.guard import action

from ..announcements import PostWritten
from ..models import Attachment, Follow, Mention, Post, PostVersion
from ..models.posts import Kind
from ..queries.naming import Called, called_in, refuse_blind
from ..queries.seen import may_see
from ..rules import FILE_TYPES, LONGEST, MOST_FILE_MB, MOST_FILES, Refused, may_edit, may_withdraw

MOST_A_MINUTE = 20


@dataclass(frozen=True)
class NewFile:
    """A file to attach. Its type is read from the name's ending; what is sent as its type counts for nothing."""

    name: str
    content: bytes


@action
def write_post(
    *,
    actor: User | None,
    record_type: str,
    record: Any,
    text: str,
    now: datetime,
    files: Sequence[NewFile] = (),
    confirmed: Sequence[str] = (),
    parent: Post | None = None,
    by_mail: bool = False,
) -> Post:
    """A post on the record, or a comment under `parent`. `actor` None is the house itself (a rule), which calls nobody.

    Raises PermissionDenied when the actor may not see the record; NotTold when somebody called with @ may not see it
    and their uid is not among `confirmed`; Refused for an empty or too long text, an unfit file, a name that is two
    people's, or too many posts at once. Nothing is posted then.
    """
    ref = (record_type, record.pk)
    if actor is not None and not may_see(actor, ref):
        raise PermissionDenied
    text = _clean(text, bool(files))
    _check_files(files)
    called = called_in(actor, text, ref) if actor is not None else Called()
    refuse_blind(called, confirmed)
    _limit(actor, now)
    top = (parent.parent or parent) if parent is not None else None
    post = Post.objects.create(
        record_type=record_type,
        record_id=record.pk,
        record_uid=record.uid,
        author=actor,
        text=text,
        at=now,
        parent=top,
        by_mail=by_mail,
    )
    Post.objects.filter(pk=post.pk).update(latest=post.pk)
    post.latest = post.pk
    if top is not None:
        Post.objects.filter(pk=top.pk).update(latest=post.pk, comment_count=F("comment_count") + 1)
    _attach(post, files)
    _call(post, called)
    if actor is not None:
        Follow.objects.get_or_create(
            user=actor, record_type=record_type, record_id=record.pk, defaults={"record_uid": record.uid}
        )
    _tell(post, called)
    return post


def _tell(post: Post, called: Called) -> None:
    live.publish([topic_of(post), *(f"user:{person.pk}" for person in called.told)])
    jobs.enqueue("feed.tell", post_id=post.pk)
    bus.announce(
        PostWritten(
            post_id=post.pk,
            post_uid=post.uid,
            thread_id=post.thread_id,
            record_type=post.record_type,
            record_id=post.record_id,
            author_id=post.author_id,
        )
    )


@action
def edit_post(*, actor: User, post: Post, text: str, confirmed: Sequence[str] = (), now: datetime) -> Post:
    """Other words in its place; those that stood there are kept. Who is called anew is told, who is called no longer
    is not. Raises as `write_post` does."""
    post = _held(actor, post)
    if not may_edit(actor, post):
        raise PermissionDenied
    text = _clean(text, Attachment.objects.filter(post=post).exists())
    if text == post.text:
        return post
    called = called_in(actor, text, (post.record_type, post.record_id))
    known = set(Mention.objects.filter(post=post, told=False).values_list("user__uid", flat=True))
    refuse_blind(called, [*confirmed, *map(str, known)])
    _limit(actor, now)
    PostVersion.objects.create(post=post, text=post.text, until=now)
    post.text, post.edited_at = text, now
    post.save(update_fields=["text", "edited_at"])
    Mention.objects.filter(post=post).exclude(user_id__in=called.people).delete()
    _call(post, called)
    live.publish([topic_of(post), *(f"user:{person.pk}" for person in called.told)])
    return post


@action
def withdraw_post(*, actor: User, post: Post, now: datetime) -> None:
    """The words, calls and files are gone from every page; what stood there is kept where no page shows it. Raises
    PermissionDenied for another's post, but for an administrator, whose doing it is in the audit."""
    post = _held(actor, post)
    if not may_withdraw(actor, post):
        raise PermissionDenied
    PostVersion.objects.create(post=post, text=post.text, until=now)
    post.text, post.withdrawn_at = "", now
    post.save(update_fields=["text", "withdrawn_at"])
    Mention.objects.filter(post=post).delete()
    if post.parent_id is not None:
        Post.objects.filter(pk=post.parent_id).update(comment_count=F("comment_count") - 1)
    if post.author_id != actor.pk:
        record_audit(
            actor=actor,
            action="post.withdrawn",
            record_type=post.record_type,
            record_uid=post.record_uid,
            detail={"post": str(post.uid), "author": post.author_id},
            now=now,
        )
    live.publish(topic_of(post))


def topic_of(post: Post) -> str:
    """The live topic of the record's feed."""
    return f"feed:{post.record_type}:{post.record_uid}"


def _held(actor: User, post: Post) -> Post:
    """The post, nobody else changing it. What its reader may not see is not theirs to change either."""
    held = Post.objects.select_for_update().get(pk=post.pk)
    if held.kind != Kind.POST or not may_see(actor, (held.record_type, held.record_id)):
        raise PermissionDenied
    return held


def _clean(text: str, has_files: bool) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip()
    if not text and not has_files:
        raise Refused(_("Write something first. Nothing was posted."))
    if len(text) > LONGEST:
        raise Refused(
            _("A post has at most %(most)d letters; this has %(n)d. Nothing was posted; your words are kept here.")
            % {"most": LONGEST, "n": len(text)}
        )
    return text


def _check_files(files: Sequence[NewFile]) -> None:
    if len(files) > MOST_FILES:
        raise Refused(_("At most %(n)d files go with a post. Nothing was posted.") % {"n": MOST_FILES})
    for file in files:
        if _ending(file.name) not in FILE_TYPES:
            raise Refused(
                _("%(name)s: files of this kind are not taken. Nothing was posted; choose your files again.")
                % {"name": file.name[:100]}
            )
        if len(file.content) > MOST_FILE_MB * 1024 * 1024:
            raise Refused(
                _("%(name)s is larger than %(n)d MB. Nothing was posted; choose your files again.")
                % {"name": file.name[:100], "n": MOST_FILE_MB}
            )


def _ending(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""


def _attach(post: Post, files: Iterable[NewFile]) -> None:
    Attachment.objects.bulk_create(
        Attachment(
            post=post,
            name=" ".join(file.name.replace("/", "_").replace("\\", "_").split())[:200],
            type=FILE_TYPES[_ending(file.name)],
            size=len(file.content),
            sha256=storage.put(file.content),
        )
        for file in files
    )


def _call(post: Post, called: Called) -> None:
    Mention.objects.bulk_create(
        [
            Mention(
                post=post,
                thread_id=post.thread_id,
                user=person,
                team=called.teams.get(key),
                told=key not in called.blind,
            )
            for key, person in called.people.items()
        ],
        ignore_conflicts=True,
    )


def _limit(actor: User | None, now: datetime) -> None:
    if actor is None:
        return
    if not limits.allow(f"feed:{actor.pk}", most=MOST_A_MINUTE, per=timedelta(minutes=1), now=now):
        raise Refused(_("That was a lot at once. Nothing was posted; wait a minute, your words are kept here."))
