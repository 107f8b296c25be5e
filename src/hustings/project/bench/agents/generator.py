"""The agents: one process, no Django. Each takes the next letter, reads it, inserts approved language, sends, with a
think time before each, and its page asks for what a page asks for by itself.

    python -m hustings.project.bench.agents.generator PLAN FOLDER

PLAN (JSON): port, seconds, think, seed, began_at, agents: [{id, session, queue}]. In FOLDER it writes logs as things
happen, a line each, parted by tabs; whoever counts, counts from them:

    requests  when  ms  status  agent  what      status 0: no answer came
    acts      what  when  agent  inquiry  token  given, tried, sent
    heard     when  agent  topic                 of lists of queues, and "open" and "over" of each stream
"""

import asyncio
import contextlib
import json
import random
import re
import sys
import time
from pathlib import Path
from typing import IO, Any

from hustings.project.bench.agents import page
from hustings.project.bench.agents.wire import Answer, CutShort, Line

OWN_WORDS = "Your county's election office can tell you. Thank you for writing to us."
AGAIN = 0.5  # seconds until somebody who got no answer asks again
SHARE = 10  # so many times as long as its fetch took, a part rests, as the page's script has it
PATIENCE = 1.5  # seconds that news wait for the answer of an act
GIVES_UP = 0.2  # of those whose reply got no answer: the others press the button again
LOOKS_AFTER_A_QUEUE = 10  # one agent in so many goes back to a queue's list after each letter
_INQUIRY = re.compile(r"/i/([0-9a-f-]{36})/")


class Logs:
    """Files that are written as things happen."""

    def __init__(self, folder: Path) -> None:
        self._files: dict[str, IO[str]] = {
            name: (folder / f"{name}.log").open("w") for name in ("requests", "acts", "heard")
        }

    def write(self, name: str, *fields: object) -> None:
        self._files[name].write("\t".join(map(str, fields)) + "\n")

    def close(self) -> None:
        for file in self._files.values():
            file.close()


class Agent:
    """One person at the desk."""

    def __init__(self, plan: dict[str, Any], me: dict[str, Any], logs: Logs, ends: float) -> None:
        self._id, self._queue, self._logs, self._ends = me["id"], me["queue"], logs, ends
        self._think = plan["think"]
        self._chance = random.Random(f"{plan['seed']} {me['id']}")  # noqa: S311  (the same at every run)
        self._line = Line(plan["port"], me["session"])
        self._side = Line(plan["port"], me["session"])  # what the page asks for by itself
        self._parts: list[page.Part] = []
        self._marks: dict[page.Part, str] = {}  # what each part knows, where it was fetched anew
        self._mark = ""  # and what the page knows
        self._told: list[tuple[str, int]] = []
        self._still = asyncio.Event()  # nothing that this agent did is on its way
        self._still.set()
        self._rests: dict[str, float] = {}  # until when each part is not fetched for news
        self._due: dict[page.Part, float] = {}
        self._news = asyncio.Event()
        self._stream: asyncio.Task[None] | None = None
        self._topics = ""

    async def work(self) -> None:
        """Until time is up."""
        own = asyncio.create_task(self._refresh())
        try:
            await asyncio.sleep(self._chance.uniform(0, min(self._think, 5.0)))
            await self._look(f"/?view=queue:{self._queue}")
            while await self._thought():
                await self._one_letter()
        finally:
            for task in (own, self._stream):
                if task is not None:
                    task.cancel()
            self._line.close()
            self._side.close()

    async def _thought(self) -> bool:
        """A think time; False when it would go past the end."""
        wait = self._chance.expovariate(1 / self._think)
        if time.time() + wait >= self._ends:
            await asyncio.sleep(max(0.0, self._ends - time.time()))
            return False
        await asyncio.sleep(wait)
        return True

    async def _one_letter(self) -> None:
        given = await self._ask("take", "/desk/next/", form={"go": "1"})
        found = _INQUIRY.match(given.location) if given else None
        if given is None or found is None:
            return
        inquiry = found[1]
        self._logs.write("acts", "given", _now(), self._id, inquiry, "")
        text = await self._look(given.location)
        if text is None or not await self._thought():
            return
        form, words = page.hidden(text), OWN_WORDS
        if article := page.suggestion(text):
            cited = await self._ask(
                "insert", f"/letters/reply/{inquiry}/cite/",
                form={**form, "text": "", "caret": "0", "article_text": article}, part=True,
            )  # fmt: skip
            if cited is not None and cited.status == 200:
                form, words = page.hidden(cited.text), page.words(cited.text)
        words = page.FIELD.sub("friend", words)
        if "token" in form and await self._thought():
            await self._send(inquiry, form, words)
        if self._id % LOOKS_AFTER_A_QUEUE == 0:
            await self._look(f"/?view=queue:{self._queue}")

    async def _send(self, inquiry: str, form: dict[str, str], words: str) -> None:
        """Send; where something is to be read first, read it and send again."""
        for _time in range(2):
            fields = {**form, "text": words, "then": "close"}
            self._logs.write("acts", "tried", _now(), self._id, inquiry, form["token"])
            answer = await self._ask("send", f"/letters/reply/{inquiry}/", form=fields, part=True)
            if answer is None or answer.status == 200:
                if answer is not None:
                    self._logs.write("acts", "sent", _now(), self._id, inquiry, form["token"])
                return
            if answer.status != 422:
                return
            form = page.hidden(answer.text)
            if "token" not in form:
                return

    async def _look(self, path: str) -> str | None:
        """Open a page: its parts and its stream follow it."""
        answer = await self._ask("page", path)
        if answer is None or answer.status != 200:
            return None
        text = answer.text
        self._parts = page.parts_of(text)
        self._mark = page.mark_of(text)
        self._marks.clear()
        self._told.clear()
        self._rests.clear()
        self._due.clear()
        self._topics = page.topics_of(text, self._parts)
        if self._stream is not None:
            self._stream.cancel()
        self._stream = asyncio.create_task(self._listen(self._topics, self._mark))
        return text

    async def _ask(
        self, what: str, path: str, *, form: dict[str, str] | None = None, part: bool = False
    ) -> Answer | None:
        """The answer, asked for again after a while where none came; None where somebody gave up or time is up."""
        while True:
            if form is not None:
                self._still.clear()
            try:
                answer = await self._once(self._line, what, path, form, part)
            finally:
                self._still.set()
            if answer is not None and answer.status < 500:
                return answer
            if time.time() >= self._ends or (what == "send" and self._chance.random() < GIVES_UP):
                return None
            await asyncio.sleep(AGAIN)

    async def _once(
        self, line: Line, what: str, path: str, form: dict[str, str] | None = None, part: bool = False
    ) -> Answer | None:
        at, began = time.time(), time.perf_counter()
        status, answer = 0, None
        with contextlib.suppress(CutShort):
            answer = await line.ask(path, form=form, part=part)
            status = answer.status
        took = (time.perf_counter() - began) * 1000
        self._logs.write("requests", f"{at:.4f}", f"{took:.2f}", status, self._id, what)
        return answer

    async def _listen(self, topics: str, since: str) -> None:
        """Hear what is said, and come back when the stream ends."""
        while True:
            async for topic, said_by in self._line.listen(topics, since):
                if topic == "open" or topic.startswith("queue:"):
                    self._logs.write("heard", f"{time.time():.4f}", self._id, topics if topic == "open" else topic)
                self._stale(topic, said_by)
            self._logs.write("heard", f"{time.time():.4f}", self._id, "over")
            await asyncio.sleep(2.0)

    def _stale(self, topic: str, said_by: int) -> None:
        self._told.append((topic, said_by))
        for part in self._parts:
            if topic == "resync" or self._is_news(part, topic, said_by):
                self._make_due(part)

    def _is_news(self, part: page.Part, topic: str, said_by: int) -> bool:
        return topic in part.topics and not page.saw(self._marks.get(part, self._mark), said_by)

    def _make_due(self, part: page.Part) -> None:
        self._due.setdefault(part, max(time.monotonic() + part.after, self._rests.get(part.path, 0.0)))
        self._news.set()

    async def _refresh(self) -> None:
        """Parts that are due, one after the other."""
        while True:
            if not self._due:
                self._news.clear()
                await self._news.wait()
            due = min(self._due.values(), default=0.0)
            if (wait := due - time.monotonic()) > 0:
                await asyncio.sleep(wait)
            with contextlib.suppress(TimeoutError):  # the script holds back while an act is on its way
                await asyncio.wait_for(self._still.wait(), PATIENCE)
            for part in [part for part, at in self._due.items() if at <= time.monotonic()]:
                if self._due.pop(part, None) is None:
                    continue
                asked = time.monotonic()
                what = "part " + part.path.strip("/").split("?")[0].split("/")[-1]
                answer = await self._once(self._side, what, part.path, part=True)
                took = time.monotonic() - asked
                self._rests[part.path] = max(asked + part.every, asked + took * (1 + SHARE))
                if answer is not None and answer.mark and part in self._parts:
                    self._marks[part] = answer.mark
                    if any(self._is_news(part, topic, said_by) for topic, said_by in self._told):
                        self._make_due(part)
                    else:
                        self._due.pop(part, None)


def _now() -> str:
    return f"{time.time():.4f}"


async def run(plan: dict[str, Any], folder: Path) -> None:
    """All of them, until the plan's end."""
    logs = Logs(folder)
    ends = plan["began_at"] + plan["seconds"]
    try:
        await asyncio.sleep(max(0.0, plan["began_at"] - time.time()))
        await asyncio.gather(*(Agent(plan, me, logs, ends).work() for me in plan["agents"]))
    finally:
        logs.close()


def allow_sockets() -> None:
    """Three an agent, which is more than a process has without asking."""
    import resource  # noqa: PLC0415  (not on every system)

    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


if __name__ == "__main__":
    allow_sockets()
    asyncio.run(run(json.loads(Path(sys.argv[1]).read_text()), Path(sys.argv[2])))
