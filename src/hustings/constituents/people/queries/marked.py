"""Whose letters go to people, never into a bulk reply: marked by person, by address or by domain."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q
from django.db.models.functions import Coalesce

from hustings.foundation.core.guard import unveiled

from ..models import Identifier, IdentifierKind, Person, Vip, VipKind
from ..rules import VIP_KINDS

MOST_SHOWN = 2_000


@dataclass(frozen=True, slots=True)
class VipMark:
    """What kind someone is, and by what that is known: person, address or domain."""

    kind: str
    by: str


def vip_kinds() -> dict[str, str]:
    """Every kind by its slug: those the house knows, and the campaign's own."""
    known = {slug: str(name) for slug, name in VIP_KINDS.items()}
    return known | dict(VipKind.objects.order_by("name").values_list("slug", "name"))


def vip_list() -> list[Vip]:
    """The marks in force, newest first."""
    rows = Vip.objects.filter(ended_at=None).select_related("person", "person__canonical", "by")
    return list(rows.order_by("-at", "-id")[:MOST_SHOWN])


def vips(person_ids: Iterable[int]) -> dict[int, VipMark]:
    """Of these records of people, those that are VIPs, with their mark: of the whole person first (also when another
    of their records carries it), then of any address of theirs, then of its domain. Three queries, or one where
    nobody is marked."""
    asked = sorted(set(person_ids))
    if not asked:
        return {}
    with unveiled():
        marks = _Marks()
        if not marks:
            return {}
        tops = {pk: top or pk for pk, top in Person.objects.filter(pk__in=asked).values_list("id", "canonical_id")}
        whole = set(tops.values())
        rows = Identifier.objects.filter(Q(person_id__in=whole) | Q(person__canonical_id__in=whole))
        addresses: dict[int, list[str]] = {}
        reached = rows.filter(kind=IdentifierKind.EMAIL).annotate(top=Coalesce("person__canonical_id", "person_id"))
        for top, value in reached.order_by("id").values_list("top", "value"):
            addresses.setdefault(top, []).append(value)
        found = {top: mark for top in whole if (mark := marks.of(top, addresses.get(top, ())))}
    return {pk: found[top] for pk, top in tops.items() if top in found}


class _Marks:
    """The marks in force, by what they are known by."""

    def __init__(self) -> None:
        rows = Vip.objects.filter(ended_at=None).annotate(top=Coalesce("person__canonical_id", "person_id"))
        self._people: dict[int, str] = {}
        self._addresses: dict[str, str] = {}
        self._domains: dict[str, str] = {}
        for top, address, domain, kind in rows.order_by("-id").values_list("top", "address", "domain", "kind"):
            table: dict[object, str] = self._people if top else self._addresses if address else self._domains  # type: ignore[assignment]
            table[top or address or domain] = kind

    def __bool__(self) -> bool:
        return bool(self._people or self._addresses or self._domains)

    def of(self, top: int, addresses: Iterable[str]) -> VipMark | None:
        if kind := self._people.get(top):
            return VipMark(kind, "person")
        for address in addresses:
            if kind := self._addresses.get(address):
                return VipMark(kind, "address")
        for address in addresses:
            if kind := _of_domain(self._domains, address.rpartition("@")[2]):
                return VipMark(kind, "domain")
        return None


def _of_domain(domains: Mapping[str, str], domain: str) -> str:
    """The kind of a domain or of one it stands below: mail.senate.gov is below senate.gov."""
    while domain:
        if kind := domains.get(domain):
            return kind
        domain = domain.partition(".")[2]
    return ""
