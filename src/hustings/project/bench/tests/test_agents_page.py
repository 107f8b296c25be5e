"""What the agents' page asks for by itself, and how their logs are counted."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from hustings.project.bench.agents import page, recount
from hustings.project.bench.agents.feeder import pack, unpack

PAGE = """
<body data-live-topics="user:7">
<ol class="rows" data-live="queue:3" hx-get="/desk/rows/?view=a&amp;b=c" hx-trigger="live delay:250ms, x from:body">
<span hx-get="/desk/rail/" data-live-every="10" hx-trigger="live, htmx:load from:body" data-live="desk user:7"></span>
<div data-live="desk" hx-get="/never/" hx-trigger="every 30s"></div>
<section id="composer" data-live="user:7" hx-get="/c/" hx-trigger="live">
<form id="reply-form">
<input type="hidden" name="token" value="t1"><input type="hidden" name="seen_letter" value="s"></form>
<textarea class="draft" name="text">Dear &amp; {{first_name}},</textarea></section>
"""


def test_parts_that_fetch_themselves() -> None:
    found = page.parts_of(PAGE)
    assert [(part.path, sorted(part.topics), part.every, round(part.after, 2)) for part in found] == [
        ("/desk/rows/?view=a&b=c", ["queue:3"], 0.0, 0.31),
        ("/desk/rail/", ["desk", "user:7"], 10.0, 0.06),
    ]
    assert page.topics_of(PAGE, found) == "desk,queue:3,user:7"
    assert page.hidden(PAGE) == {"token": "t1", "seen_letter": "s"}
    assert page.FIELD.sub("friend", page.words(PAGE)) == "Dear & friend,"


def test_letters_to_hand_over_are_as_they_were(tmp_path: Path) -> None:
    assert pack(tmp_path / "l", [("a@b.example", "", b"A: b\n\n.dot\n"), ("", "c@d.example", b"A: b\r\n\r\nx")]) == 2
    assert list(unpack(tmp_path / "l")) == [
        (b"a@b.example", b"", b"A: b\r\n\r\n.dot\r\n"),
        (b"", b"c@d.example", b"A: b\r\n\r\nx\r\n"),
    ]


def test_live_is_counted_from_the_commit_to_the_next_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heard = [
        "10.0\t1\tdesk,queue:3",
        "12.5\t1\tqueue:3",
        "13.0\t1\tqueue:4",
        "20.0\t1\tover",
        "21.0\t2\tqueue:3,user:2",
    ]
    (tmp_path / "heard.log").write_text("\n".join(heard) + "\n")
    commits = [
        (3, 9.0),
        (3, 12.0),
        (3, 15.0),
        (4, 12.9),
        (3, 19.5),
    ]  # before it looked; told; not told; of another; late
    monkeypatch.setattr(recount, "rows", lambda question, *_: [("on",)] if question.startswith("show") else commits)
    found = recount.live(tmp_path, {3, 4}, 0.0, 30.0)
    assert found == {"live_p50_ms": 500.0, "live_p95_ms": 500.0, "live_deliveries": 1, "live_untold": 1}


def test_replies_that_are_lost_or_doubled_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "acts.log").write_text("".join(f"sent\t1\t2\ti\t{token}\n" for token in "abcd"))
    stored = [("a", "sent", "<a>"), ("b", "sent", "<b>"), ("c", "uncertain", "<c>")]  # d is nowhere

    def rows(question: str, *_: Any) -> list[tuple[Any, ...]]:
        if "from correspondence_reply r" in question:
            return stored
        return [("<a>",), ("<b>",), ("<c>",)] if "channels_outgoing" in question else [(0,)]

    monkeypatch.setattr(recount, "rows", rows)
    found = recount.replies(tmp_path, Counter({"<a>": 2, "<c>": 1, "<z>": 1}))
    assert (found["lost_replies"], found["doubled_replies"], found["unknown_to_us"]) == (2, 1, 1)
    assert (found["answered"], found["uncertain"], found["uncertain_that_arrived"]) == (2, 1, 1)
