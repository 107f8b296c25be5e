"""The pages, without script and as parts; files; how many questions they ask."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hustings.foundation.feed.actions.following import set_follow
from hustings.foundation.feed.models import Attachment, Follow, Post, ReadMark, Standing

PART = {"HX-Request": "true"}


def test_posting_and_commenting_without_script(cast, record, signed_in):
    client = signed_in(cast["june"])
    here = f"/feed/pledge/{record.uid}/"
    page = client.get(here)
    assert page.status_code == 200
    assert b"Nothing here yet" in page.content
    assert client.post(here, {"text": "Hello @Theo Marsh"})["Location"] == here
    assert b"<mark>@Theo Marsh</mark>" in client.get(here).content
    post = Post.objects.get()
    answered = client.post(f"/feed/-/post/{post.uid}/comment/", {"text": "And <b>you</b>"})
    assert answered["Location"] == f"/feed/-/post/{post.uid}/#comments"
    assert b"And &lt;b&gt;you&lt;/b&gt;" in client.get(f"/feed/-/post/{post.uid}/").content
    comment = Post.objects.get(parent=post)
    assert client.get(f"/feed/-/post/{comment.uid}/")["Location"].endswith(f"{post.uid}/#post-{comment.uid}")


def test_the_warning_comes_before_posting_and_posting_anyway_after_it(cast, record, pledges, signed_in):
    pledges.hide(cast["theo"])
    client, here = signed_in(cast["june"]), f"/feed/pledge/{record.uid}/"
    warned = client.post(f"{here}check/", {"text": "Hm, @Theo Marsh"}, headers=PART)
    assert b"Theo Marsh may not see this record and will not be told." in warned.content
    assert client.post(f"{here}check/", {"text": "Hm, @Dana Kessler"}, headers=PART).content.strip() == b""
    refused = client.post(here, {"text": "Hm, @Theo Marsh"})
    assert refused.status_code == 422
    assert b"Hm, @Theo Marsh</textarea>" in refused.content
    assert str(cast["theo"].uid).encode() in refused.content
    assert Post.objects.count() == 0
    # The same with another name in it is asked anew.
    pledges.hide(cast["dana"])
    given = {"text": "@Dana Kessler", "confirmed": str(cast["theo"].uid), "anyway": "1"}
    assert client.post(here, given).status_code == 422
    given = {"text": "Hm, @Theo Marsh", "confirmed": str(cast["theo"].uid)}
    assert client.post(here, given).status_code == 422, "without saying so"
    assert client.post(here, given | {"anyway": "1"}).status_code == 302
    assert Post.objects.count() == 1


def test_parts_for_the_page_that_is_open(cast, record, say, signed_in):
    post = say(cast["theo"], "One")
    client, here = signed_in(cast["june"]), f"/feed/pledge/{record.uid}/"
    posted = client.post(here, {"text": "Two"}, headers=PART | {"HX-Target": "feed"})
    assert posted.content.strip().startswith(b'<div class="feed" id="feed">')
    answered = client.post(
        f"/feed/-/post/{post.uid}/comment/", {"text": "Three"}, headers=PART | {"HX-Target": f"post-{post.uid}"}
    )
    assert answered.content.strip().startswith(b"<li")
    assert b"Three" in answered.content
    panel = client.post(here, {"text": ""}, headers=PART | {"HX-Target": "feed-panel"})
    assert panel.status_code == 422
    assert b"Write something first" in panel.content
    assert b'id="feed-panel"' in panel.content


def test_a_file_is_saved_never_shown(cast, record, signed_in):
    client = signed_in(cast["june"])
    sent = SimpleUploadedFile("Räte/list.txt", b"a list", content_type="text/html")
    client.post(f"/feed/pledge/{record.uid}/", {"text": "See", "files": sent})
    file = Attachment.objects.get()
    got = signed_in(cast["theo"]).get(f"/feed/-/file/{file.uid}/")
    assert b"".join(got.streaming_content) == b"a list"
    assert got["Content-Type"] == "text/plain"
    assert got["Content-Disposition"].startswith("attachment; ")
    assert got["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in got["Content-Security-Policy"]


def test_following_and_reading(cast, record, say, signed_in):
    client, here = signed_in(cast["theo"]), f"/feed/pledge/{record.uid}/"
    client.post(f"{here}follow/", {"state": "follow"})
    say(cast["june"], "News")
    home = client.get("/feed/")
    assert home.content.count(b">New<") == 1
    (line,) = (entry for entry in home.context["frame"].navigation.main if entry.key == "feed")
    assert line.count == 1
    client.get(here)
    assert ReadMark.objects.get(user=cast["theo"]).upto == Post.objects.get().pk
    assert b">New<" not in client.get("/feed/").content
    say(cast["june"], "More news")
    newest = Post.objects.order_by("-id").first().pk
    client.post("/feed/read/", {"upto": newest})
    assert Standing.objects.get(user=cast["theo"]).read_upto == newest
    client.post(f"{here}follow/", {"state": "mute"})
    assert Follow.objects.get(user=cast["theo"]).muted
    assert client.post(f"{here}follow/", {"state": "adore"}).status_code == 400
    client.post(f"{here}follow/", {"state": ""})
    assert not Follow.objects.filter(user=cast["theo"]).exists()


def test_whole_types_and_the_digest_are_chosen_on_a_page(cast, say, signed_in):
    client = signed_in(cast["dana"])
    given = {"digest": "week", "hour": "8", "weekday": "2", "types": ["pledge"], "changes": "on"}
    assert client.post("/feed/preferences/", given).status_code == 302
    kept = Standing.objects.get(user=cast["dana"])
    assert (kept.digest, kept.hour, kept.weekday, kept.types, kept.changes) == ("week", 8, 2, ["pledge"], True)
    assert kept.next_digest_at is not None
    say(cast["june"], "Anything at all")
    assert b"Anything at all" in client.get("/feed/").content
    assert client.post("/feed/preferences/", given | {"types": ["nothing"]}).status_code == 422


def test_changing_and_withdrawing_ones_own(cast, say, signed_in):
    post = say(cast["june"], "First words")
    client = signed_in(cast["june"])
    assert b"First words</textarea>" in client.get(f"/feed/-/post/{post.uid}/change/").content
    client.post(f"/feed/-/post/{post.uid}/change/", {"text": "Second words"})
    assert b"Second words" in client.get(f"/feed/-/post/{post.uid}/").content
    assert signed_in(cast["theo"]).get(f"/feed/-/post/{post.uid}/change/").status_code == 403
    assert signed_in(cast["theo"]).post(f"/feed/-/post/{post.uid}/withdraw/").status_code == 403
    assert client.post(f"/feed/-/post/{post.uid}/withdraw/").status_code == 302
    assert client.get(f"/feed/-/post/{post.uid}/").status_code == 404


def test_older_pages_follow_without_a_gap(cast, record, pledges, say, signed_in):
    other = pledges.make("Pledge hidden")
    for number in range(25):
        say(cast["marguerite" if number % 2 else "dana"], f"<{number}>")
        say(cast["june"] if number < 15 else cast["theo"], f"not his {number}", on=other)
    pledges.seen[cast["theo"].pk] = {record.pk}
    set_follow(actor=cast["theo"], record_type="pledge", record=record, state="follow")
    client, seen, address = signed_in(cast["theo"]), [], "/feed/"
    while address:
        page = client.get(address).context["page"]
        seen += [one.post.text for one in page.shown]
        address = page.before and f"/feed/?before={page.before}"
    assert seen == [f"<{number}>" for number in reversed(range(25))]


@pytest.mark.parametrize("address", ["/feed/", "/feed/pledge/{uid}/", "/feed/search/?q=words"])
def test_one_post_or_many_ask_the_same(cast, record, say, signed_in, address):
    client = signed_in(cast["theo"])
    set_follow(actor=cast["theo"], record_type="pledge", record=record, state="follow")
    address = address.format(uid=record.uid)

    def asked(number):
        for _ in range(number):
            post = say(cast["june"], "words @Theo Marsh")
            say(cast["dana"], "words", parent=post)
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(address)
        return len(queries)

    one = asked(1)
    assert asked(4) == one


def test_search_finds_stems_and_only_what_is_seen(cast, record, pledges, say, signed_in):
    other = pledges.make("Pledge hidden")
    say(cast["june"], "She registered in spring.")
    say(cast["june"], "Se registraron ayer; registering", on=other)
    pledges.seen[cast["theo"].pk] = {record.pk}
    page = signed_in(cast["theo"]).get("/feed/search/?q=registers")
    assert [one.post.text for one in page.context["shown"]] == ["She registered in spring."]
    assert b"No post says this" in signed_in(cast["theo"]).get("/feed/search/?q=ayer").content


def test_the_palette_finds_posts_for_who_may_look_up_nothing_else(cast, say, signed_in):
    say(cast["june"], "She registered in spring.")
    found = signed_in(cast["theo"]).get("/ui/palette/?q=registered")
    assert found.status_code == 200
    assert b"She <b>registered</b> in spring." in found.content
