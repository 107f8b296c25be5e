"""Posts, comments, calls, files; what is refused, and that nothing happened then."""

import pytest
from django.core.exceptions import PermissionDenied

from hustings.foundation.access.models import AuditEntry
from hustings.foundation.core import bus, live
from hustings.foundation.core.guard import ReadOnly, reading_as
from hustings.foundation.feed.actions import posts
from hustings.foundation.feed.actions.following import mark_all_read, mark_read, set_follow
from hustings.foundation.feed.actions.posts import NewFile, edit_post, withdraw_post
from hustings.foundation.feed.actions.telling import tell_followers
from hustings.foundation.feed.announcements import PostWritten
from hustings.foundation.feed.models import Attachment, Follow, Mention, Post, PostVersion
from hustings.foundation.feed.queries.searching import search
from hustings.foundation.feed.queries.stream import stream, unread_count, unread_rows
from hustings.foundation.feed.rules import NotTold, Refused
from hustings.foundation.retention.registry import Subject, registry

from .conftest import NOW


@pytest.fixture
def published(monkeypatch):
    said = []
    monkeypatch.setattr(
        live, "publish", lambda topics, **_: said.extend([topics] if isinstance(topics, str) else topics)
    )
    return said


def words(page):
    return [one.post.text for one in page.shown]


def test_a_post_is_told_to_those_called_and_announced(cast, record, say, published, monkeypatch):
    heard = []
    monkeypatch.setitem(bus._inside, PostWritten, [heard.append])
    post = say(cast["june"], "Please call her, @Theo Marsh, before noon.")
    assert [(m.user, m.team, m.told) for m in Mention.objects.all()] == [(cast["theo"], None, True)]
    assert published[0] == f"feed:pledge:{record.uid}"
    assert f"user:{cast['theo'].pk}" in published
    assert [(one.post_id, one.record_type, one.record_id) for one in heard] == [(post.pk, "pledge", record.pk)]
    assert Follow.objects.get().user == cast["june"]
    assert words(stream(cast["theo"])) == ["Please call her, @Theo Marsh, before noon."]
    assert words(stream(cast["dana"])) == []


def test_calling_who_may_not_see_it_says_so_and_tells_them_nothing(cast, pledges, say):
    pledges.hide(cast["theo"])
    with pytest.raises(NotTold, match="Theo Marsh may not see this record and will not be told"):
        say(cast["june"], "@Theo Marsh, look")
    assert (Post.objects.count(), Mention.objects.count(), Follow.objects.count()) == (0, 0, 0)
    say(cast["june"], "@Theo Marsh, look", confirmed=[str(cast["theo"].uid)])
    assert [(m.user, m.told) for m in Mention.objects.all()] == [(cast["theo"], False)]
    assert words(stream(cast["theo"])) == []
    assert unread_count(cast["theo"]) is None


def test_a_team_is_called_all_at_once(cast, pledges, say):
    pledges.hide(cast["dana"])
    with pytest.raises(NotTold) as refused:
        say(cast["june"], "@Voter help: who knows her?")
    assert refused.value.people == [cast["dana"]]
    say(cast["june"], "@voter help: who knows her?", confirmed=refused.value.keys)
    told = Mention.objects.filter(told=True).order_by("user__name")
    assert [(m.user, m.team) for m in told] == [
        (cast["marguerite"], cast["teams"]["Voter help"]),
        (cast["theo"], cast["teams"]["Voter help"]),
    ]


def test_a_team_or_colleague_one_does_not_know_is_only_a_word(cast, say):
    say(cast["june"], "@Press desk and @Rosalind Park and help@example.org")
    assert Mention.objects.count() == 0


def test_a_first_name_of_two_is_asked_back(cast, say):
    cast["dana"].name = "Theo Kessler"
    cast["dana"].save()
    with pytest.raises(Refused, match="Theo Kessler, Theo Marsh"):
        say(cast["june"], "@Theo?")
    assert Post.objects.count() == 0


def test_nobody_posts_on_what_they_may_not_see(cast, pledges, say):
    post = say(cast["theo"], "Here")
    pledges.hide(cast["june"])
    for attempt in (
        lambda: say(cast["june"], "Here too"),
        lambda: say(cast["june"], "Below", parent=post),
        lambda: edit_post(actor=cast["june"], post=post, text="Mine now", now=NOW),
        lambda: withdraw_post(actor=cast["june"], post=post, now=NOW),
    ):
        with pytest.raises(PermissionDenied):
            attempt()
    assert [p.text for p in Post.objects.all()] == ["Here"]


def test_who_only_looks_on_posts_nothing(cast, say):
    class Reader:
        levels = {}
        read_only = True

        def note(self, *_):
            pass

    with reading_as(Reader()), pytest.raises(ReadOnly):
        say(cast["june"], "Hello")
    assert Post.objects.count() == 0


@pytest.mark.parametrize(
    ("text", "files", "why"),
    [
        ("  ", [], "Write something"),
        ("x" * 10_001, [], "at most 10000"),
        ("A page", [NewFile("page.html", b"<script>")], "not taken"),
        ("No ending", [NewFile("page", b"x")], "not taken"),
        ("Six", [NewFile("a.txt", b"x")] * 6, "At most 5"),
        ("Large", [NewFile("a.pdf", b"x" * (10 * 1024 * 1024 + 1))], "larger than 10 MB"),
    ],
)
def test_what_is_unfit_is_refused_whole(cast, say, text, files, why):
    with pytest.raises(Refused, match=why):
        say(cast["june"], text, files=files)
    assert (Post.objects.count(), Attachment.objects.count()) == (0, 0)


def test_too_many_at_once_wait(cast, say):
    for number in range(posts.MOST_A_MINUTE):
        say(cast["june"], f"number {number}")
    with pytest.raises(Refused, match="a lot at once"):
        say(cast["june"], "one more")
    say(cast["theo"], "somebody else may")
    assert Post.objects.count() == posts.MOST_A_MINUTE + 1


def test_changed_words_are_kept_and_call_anew(cast, say):
    post = say(cast["june"], "Ask @Theo Marsh")
    edit_post(actor=cast["june"], post=post, text="Ask @Dana Kessler", now=NOW)
    post.refresh_from_db()
    assert (post.text, post.edited_at) == ("Ask @Dana Kessler", NOW)
    assert [v.text for v in PostVersion.objects.all()] == ["Ask @Theo Marsh"]
    assert [m.user for m in Mention.objects.all()] == [cast["dana"]]
    with pytest.raises(PermissionDenied):
        edit_post(actor=cast["theo"], post=post, text="Not mine", now=NOW)


def test_withdrawn_words_are_gone_from_every_page(cast, record, say, signed_in):
    post = say(cast["june"], "Something unwise", files=[NewFile("a.txt", b"unwise file")])
    comment = say(cast["theo"], "Unwise indeed", parent=post)
    withdraw_post(actor=cast["june"], post=post, now=NOW)
    page = signed_in(cast["theo"]).get(f"/feed/pledge/{record.uid}/")
    assert b"Something unwise" not in page.content
    assert b"Withdrawn." in page.content
    assert search(cast["theo"], "unwise")[0][0].post == comment
    file = Attachment.objects.get()
    assert signed_in(cast["june"]).get(f"/feed/-/file/{file.uid}/").status_code == 404
    withdraw_post(actor=cast["theo"], post=comment, now=NOW)
    assert stream(cast["theo"]).shown == []
    assert PostVersion.objects.count() == 2


def test_an_administrator_withdraws_and_it_is_written_down(cast, say):
    post = say(cast["june"], "Something unlawful")
    withdraw_post(actor=cast["marguerite"], post=post, now=NOW)
    entry = AuditEntry.objects.get(action="post.withdrawn")
    assert (entry.actor_id, entry.detail["author"]) == (cast["marguerite"].pk, cast["june"].pk)


def test_unread_is_others_words_until_read(cast, record, say, pledges):
    first = say(cast["june"], "One")
    set_follow(actor=cast["theo"], record_type="pledge", record=record, state="follow")
    say(cast["june"], "Two")
    say(cast["theo"], "Mine")
    assert unread_count(cast["theo"]) == 2
    mark_read(actor=cast["theo"], record_type="pledge", record_id=record.pk, upto=first.pk)
    assert [row.text for row in unread_rows(cast["theo"])] == ["Two"]
    mark_all_read(actor=cast["theo"], upto=10**18)
    assert unread_count(cast["theo"]) is None
    say(cast["june"], "Three")
    assert unread_count(cast["theo"]) == 1
    pledges.hide(cast["theo"])
    assert unread_count(cast["theo"]) is None


def test_muted_is_quiet_but_for_ones_own_name(cast, record, say):
    set_follow(actor=cast["theo"], record_type="pledge", record=record, state="mute")
    say(cast["june"], "Only talk")
    say(cast["june"], "@Voter help, all")
    assert words(stream(cast["theo"])) == []
    say(cast["june"], "@Theo Marsh, you")
    assert words(stream(cast["theo"])) == ["@Theo Marsh, you"]
    assert unread_count(cast["theo"]) == 1


def test_followers_are_told_only_of_what_they_may_see(cast, record, say, pledges, published):
    for name in ("theo", "dana"):
        set_follow(actor=cast[name], record_type="pledge", record=record, state="follow")
    post = say(cast["june"], "News")
    pledges.hide(cast["dana"])
    published.clear()
    assert tell_followers(post_id=post.pk) == [cast["theo"].pk]
    assert published == [f"user:{cast['theo'].pk}"]


def test_what_is_erased_is_gone_with_its_history(cast, record, say):
    post = say(cast["june"], "About her", files=[NewFile("a.txt", b"about her")])
    say(cast["theo"], "Yes", parent=post)
    edit_post(actor=cast["june"], post=post, text="About", now=NOW)
    key = Attachment.objects.get().sha256
    about = Subject(records={"pledge": [record.pk]})
    gone = []
    for name in ("feed.posts", "feed.follows"):
        part = registry.parts[name]
        gone += part.erase(list(part.rows().filter(part.of(about)).values_list("pk", flat=True)), NOW)
    assert gone == [key]
    assert [m.objects.count() for m in (Post, PostVersion, Attachment, Follow)] == [0, 0, 0, 0]
