"""Addresses of the public pages. The language is in the address: /help/… is English, /es/ayuda/… Spanish. A language
that is added to the settings has its pages at once, at /xx/help/…; here it may be given words of its own."""

from functools import lru_cache
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

MOUNTS = {"en": "help/", "es": "es/ayuda/"}
POLLING = {"en": "polling-place/", "es": "lugar-de-votacion/"}


def languages() -> list[str]:
    return [code for code, _name in settings.LANGUAGES]


def mount(language: str) -> str:
    return MOUNTS.get(language, f"{language}/help/")


def address(name: str, language: str, *parts: object, state: str = "", **query: object) -> str:
    """The path of a public page: its name (start, article, about, search, …), its language, what it is about, and the
    state it is read for."""
    path = _path(f"help:{name}-{language}", parts)
    asked = {key: value for key, value in {"state": state, **query}.items() if value}
    return f"{path}?{urlencode(asked)}" if asked else path


@lru_cache(maxsize=8192)
def _path(name: str, parts: tuple[object, ...]) -> str:
    return reverse(name, args=parts)


def absolute(path: str) -> str:
    """The same with the campaign's own name in front."""
    return f"{settings.BASE_URL}{path}"
