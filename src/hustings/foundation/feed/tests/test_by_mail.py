"""Answering a digest posts the comment; anything else posts nothing, and only the right sender is told why."""

import email
from email import policy

import pytest

from hustings.foundation.channels.models import Outgoing
from hustings.foundation.channels.queries import content_of
from hustings.foundation.feed.actions.by_mail import comment_by_mail
from hustings.foundation.feed.actions.posts import NewFile, withdraw_post
from hustings.foundation.feed.models import Attachment, Digest, Mention, Post
from hustings.foundation.feed.queries.addresses import is_reply_address, reply_address

from .conftest import NOW

BOX = "help@adair.example.org"


@pytest.fixture
def post(cast, say):
    return say(cast["june"], "Who knows her?")


@pytest.fixture
def answer(cast, post):
    def answered(text="I do.", *, who="theo", sender=None, address=None, **more):
        user = cast[who]
        to = address or reply_address(BOX, post.uid, user.uid)
        return comment_by_mail(address=to, from_address=sender or user.email, text=text, now=NOW, **more)

    return answered


def told():
    return [
        (row.envelope_to, email.message_from_bytes(content_of(row), policy=policy.default).get_content())
        for row in Outgoing.objects.order_by("id")
    ]


def test_it_posts_the_comment(cast, post, answer):
    done = answer("I do. @June Oduya, ask me.", sender="Theo@Adair.example.org ")
    comment = Post.objects.get(parent=post)
    assert done.post == comment
    assert (comment.author, comment.text, comment.by_mail) == (cast["theo"], "I do. @June Oduya, ask me.", True)
    assert Mention.objects.get().user == cast["june"]
    assert told() == []


@pytest.mark.parametrize("who", ["june", "dana"])
def test_anothers_address_posts_nothing_and_nobody_is_told(cast, post, answer, who):
    done = answer(who="theo", sender=cast[who].email)
    assert done.post is None
    assert "not made for this sender" in done.reason
    assert (Post.objects.count(), Outgoing.objects.count()) == (1, 0)


def test_a_wrong_signature_a_stranger_and_one_whose_access_ended(cast, post, answer):
    address = reply_address(BOX, post.uid, cast["theo"].uid)
    forged = address.replace("+f.", "+f.")[:8] + ("b" if address[8] == "a" else "a") + address[9:]
    assert is_reply_address(forged)
    assert answer(address=forged).post is None
    assert answer(sender="stranger@example.com").post is None
    assert answer(address="help+f.short@adair.example.org").post is None
    cast["theo"].is_active = False
    cast["theo"].save()
    assert answer().post is None
    assert (Post.objects.count(), Outgoing.objects.count()) == (1, 0)


def test_who_may_no_longer_see_it_is_told_so_with_their_words(cast, post, answer, pledges):
    pledges.hide(cast["theo"])
    assert answer("My long thought").post is None
    ((to, text),) = told()
    assert to == "theo@adair.example.org"
    assert "not there for you any more" in text
    assert "> My long thought" in text
    answer("My long thought")
    assert len(told()) == 1
    assert Post.objects.count() == 1


def test_calling_who_may_not_see_it_is_refused_by_mail(cast, post, answer, pledges):
    pledges.hide(cast["dana"])
    assert answer("@Dana Kessler, look").post is None
    assert "Dana Kessler may not see this record" in told()[0][1]
    assert Post.objects.count() == 1


def test_a_withdrawn_post_and_an_empty_answer(cast, post, answer):
    assert answer("   ").post is None
    withdraw_post(actor=cast["june"], post=post, now=NOW)
    assert answer().post is None
    assert len(told()) == 2


def test_a_digest_of_one_post_is_answered_as_it_is(cast, post, answer, say):
    digest = Digest.objects.create(user=cast["theo"], period="2028-10-20", at=NOW, posts=[post.pk])
    address = reply_address(BOX, digest.uid, cast["theo"].uid)
    assert answer(address=address).post.parent == post
    other = say(cast["june"], "Another")
    digest.posts = [post.pk, other.pk]
    digest.save()
    assert answer("Which?", address=address).post is None
    assert "not clear which one" in told()[0][1]


def test_files_that_are_not_taken_are_named(cast, post, answer):
    files = [NewFile("list.csv", b"a,b"), NewFile("run.exe", b"MZ")]
    assert answer("See the list", files=files).post is not None
    assert [file.name for file in Attachment.objects.all()] == ["list.csv"]
    assert "run.exe" in told()[0][1]
