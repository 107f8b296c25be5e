"""People in front of a browser each, and what went wrong in front of them."""

from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response

from .house import House

# htmx writes these when a page is left while a part of it is being fetched.
LEFT = ("htmx:sendAbort", "htmx:afterRequest")
# Chromium and htmx write these about answers the page expects and shows in words: a refusal, a page that is no more.
EXPECTED_STATUS = (401, 403, 404, 409, 410, 422, 429)


class People:
    """Who sits where. Every page of theirs is watched."""

    def __init__(self, house: House, browser: Browser) -> None:
        self._house, self._browser = house, browser
        self._contexts: list[BrowserContext] = []
        self.faults: list[str] = []
        self.offline: set[BrowserContext] = set()

    def come(self, who: str = "", *, width: int = 1440, height: int = 900, **options: Any) -> Page:
        """A browser of one's own; with `who` ("june.oduya") signed in and on the desk."""
        options.setdefault("locale", "en-US")
        context = self._browser.new_context(
            viewport={"width": width, "height": height}, base_url=self._house.url, **options
        )
        context.set_default_timeout(60_000)
        self._contexts.append(context)
        context.on("page", self._watch)
        page = context.new_page()
        if who:
            page.goto(self._house.link_of(who))
        return page

    def leave(self) -> list[str]:
        """Everyone closes the browser. What went wrong."""
        for context in self._contexts:
            context.close()
        return self.faults

    def _watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        page.on("console", lambda said: self._heard(page, said))
        page.on("request", self._asked)
        page.on("response", self._answered)

    def _heard(self, page: Page, said: ConsoleMessage) -> None:
        if said.type != "error" or page.context in self.offline:
            return
        if said.text.startswith(LEFT) or any(
            f"status of {status}" in said.text or f"Status Error Code {status}" in said.text
            for status in EXPECTED_STATUS
        ):
            return
        self.faults.append(f"{page.url} says: {said.text}")

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https") and f"{parts.scheme}://{parts.netloc}" != self._house.url:
            self.faults.append(f"asked another origin: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 500:
            self.faults.append(f"{response.status} from {response.url}")
