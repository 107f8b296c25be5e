"""What every page's frame needs, as lazily as the page asks for it."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from . import browser_words, navigation, queries, responses

THEMES = ("light", "dark")


class Frame:
    """The frame of one page; nothing is read from the database before a template asks."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        # An error before anybody was signed in (a bad host name) still gets a page.
        self.user = getattr(request, "user", None) or AnonymousUser()
        self.campaign = SimpleLazyObject(lambda: queries.campaign(request))
        self.navigation = SimpleLazyObject(lambda: navigation.build(request))

    @property
    def theme(self) -> str:
        """ "light", "dark", or "" for what the system says."""
        chosen = self.request.COOKIES.get("theme", "") or getattr(self.user, "theme", "")
        return chosen if chosen in THEMES else ""

    @property
    def brand(self) -> str:
        hue = self.campaign.hue
        return "" if hue == 168 else str(round(hue / 10) % 36 * 10)

    @property
    def lang(self) -> str:
        return get_language() or "en"

    @property
    def words(self) -> dict[str, str]:
        """The sentences the browser itself says, in this page's language."""
        return browser_words.translated()

    @property
    def me(self) -> str:
        user: Any = self.user
        return str(getattr(user, "name", "") or user.get_full_name() or user.get_username())

    @property
    def me_line(self) -> str:
        line = navigation.registry.me_line
        return line(self.user) if line else ""

    @property
    def single_keys(self) -> bool:
        return bool(getattr(self.user, "single_keys", True))

    @property
    def topics(self) -> str:
        """Live topics this user's every page listens to, parted by spaces."""
        user = self.user
        if not user.is_authenticated:
            return ""
        more = [topic for topics in navigation.registry.topics for topic in topics(user)]
        return " ".join([f"user:{user.pk}", *more])

    @property
    def listeners(self) -> list[tuple[str, str]]:
        """(address, topic): what the page asks when the topic is published."""
        return navigation.listeners(self.user) if self.user.is_authenticated else []

    @property
    def banners(self) -> list[tuple[str, Any]]:
        """(template, it): the lines over every page."""
        return navigation.banners(self.user) if self.user.is_authenticated else []

    @property
    def public_links(self) -> list[navigation.Entry]:
        return navigation.public_links(self.request)

    @property
    def toasts(self) -> list[dict[str, Any]]:
        """Messages the last page left behind; shown once."""
        return responses.take_toasts(self.request)


def frame(request: HttpRequest) -> dict[str, Any]:
    return {"frame": Frame(request)}
