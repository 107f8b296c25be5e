"""The people who write: each is made from the seed and a number alone, so any one can be made again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from random import Random

from .chance import fraction, mixed, spread
from .names import Name, compose_name, plain_letters
from .places import Place, place_at, place_of
from .voices import Voice, featured_voice, voice_for

# Up to here addresses are as people choose them and are checked against each other; beyond it all carry a number.
CHECKED = 4096
SPANISH_SHARE = 0.09
_DOMAINS = (
    "example.org",
    "example.com",
    "example.net",
    "mail.example.com",
    "post.example.net",
    "inbox.example.org",
)
_CLIENTS = ("gmail", "gmail", "iphone", "iphone", "outlook", "thunderbird", "webmail", "webmail", "android")


@dataclass(frozen=True, slots=True)
class Person:
    """An invented writer. ``key`` is stable for a seed; ``number`` counts from 0."""

    key: str
    number: int
    first: str
    last: str
    gender: str
    age: str
    language: str
    place: Place
    address: str
    phone: str
    voice: Voice
    client: str
    shows_name: bool

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}"


class Crowd:
    """The people of one run: ``person(number)`` makes any of ``size``."""

    def __init__(self, *, seed: int, size: int, featured: dict[int, dict[str, str]] | None = None) -> None:
        self.seed = seed
        self.size = size
        self._featured = featured or {}
        self._first = self._checked()

    def person(self, number: int) -> Person:
        if number < len(self._first):
            return self._first[number]
        return _recalled(self, number)

    def make(self, number: int) -> Person:
        if number in self._featured:
            return _featured_person(self._featured[number], number)
        return _make(self.seed, number)

    def _checked(self) -> list[Person]:
        taken: set[str] = {f["address"] for f in self._featured.values()}
        found = []
        for number in range(min(self.size, CHECKED)):
            person = self.make(number)
            if number not in self._featured and person.address in taken:
                local, _, domain = person.address.partition("@")
                person = _with_address(person, f"{local}{number + 100}@{domain}")
            taken.add(person.address)
            found.append(person)
        return found


@lru_cache(maxsize=4096)
def _recalled(crowd: Crowd, number: int) -> Person:
    return crowd.make(number)


def _with_address(person: Person, address: str) -> Person:
    values = {name: getattr(person, name) for name in Person.__slots__}
    return Person(**{**values, "address": address})


def _make(seed: int, number: int) -> Person:
    rng = Random(mixed(seed, number, 1))
    place = place_at(spread(seed, number, 2), rng.random())
    spanish = _writes_spanish(seed, number, place)
    voice = voice_for(rng, place=place, language="es" if spanish else "en")
    gender = voice.gender or ("f" if rng.random() < 0.55 else "m")
    hispanic = spanish or rng.random() < place.hispanic * 0.6
    name = compose_name(rng, age=voice.age, gender=gender, hispanic=hispanic)
    return Person(
        key=f"P{number:07d}",
        number=number,
        first=name.first,
        last=name.last,
        gender=gender,
        age=voice.age,
        language="es" if spanish else "en",
        place=place,
        address=_address(rng, name, number),
        phone=f"({200 + int(rng.random() * 780)}) 555-01{int(rng.random() * 100):02d}",
        voice=voice,
        client=voice.client or _CLIENTS[int(rng.random() * len(_CLIENTS))],
        shows_name=rng.random() < 0.92,
    )


def _writes_spanish(seed: int, number: int, place: Place) -> bool:
    """Where more people speak Spanish, more write it; over the country about one in eleven."""
    return fraction(seed, number, 3) < 0.018 + place.hispanic * (SPANISH_SHARE - 0.018) / 0.19


def _address(rng: Random, name: Name, number: int) -> str:
    first, last = plain_letters(name.first), plain_letters(name.last)
    draw = int(rng.random() * 12)
    tail = "" if number < CHECKED else f".{number}"
    year = 45 + int(rng.random() * 60) % 100
    local = (
        f"{first}.{last}",
        f"{first}{last}",
        f"{first}_{last}",
        f"{first[0]}{last}",
        f"{last}.{first}",
        f"{first}.{last[0]}",
        f"{first}{last[0]}{year:02d}",
        f"{first[0]}.{last}",
        f"{first}.{last}{year:02d}",
        f"{last}{first[0]}",
        f"{first}-{last}",
        f"the{last}s",
    )[draw]
    return f"{local}{tail}@{_DOMAINS[int(rng.random() * len(_DOMAINS))]}"


def _featured_person(told: dict[str, str], number: int) -> Person:
    first, _, last = told["name"].rpartition(" ")
    return Person(
        key=f"P{number:07d}",
        number=number,
        first=first,
        last=last,
        gender=told.get("gender", "f"),
        age=told.get("age", "mid"),
        language=told.get("language", "en"),
        place=place_of(told["zip"]),
        address=told["address"],
        phone=told.get("phone", "(555) 555-0142"),
        voice=featured_voice(told.get("language", "en")),
        client=told.get("client", "webmail"),
        shows_name=True,
    )


def walk(crowd: Crowd) -> Iterator[Person]:
    for number in range(crowd.size):
        yield crowd.person(number)
