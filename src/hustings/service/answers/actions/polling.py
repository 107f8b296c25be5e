"""Taking in where people vote: official feeds, and the election offices to ask."""

import csv
import io
from datetime import date, datetime
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from hustings.foundation.access.models import User
from hustings.foundation.core.guard import action
from hustings.foundation.geography.models import County
from hustings.foundation.geography.queries import state_code_of

from ..engine import vip
from ..models import ElectionOffice, OfficeKind, PollingFeed, PollingPlace, StreetSegment
from ..rules import may_set_polls

BATCH = 5_000
COLUMNS = ("state", "county", "name", "phone", "lookup_url")


@action
def take_feed(
    *, actor: User, content: bytes, state_code: str, election: date, source: str = "", checked_at: datetime
) -> PollingFeed:
    """A feed of the Voting Information Project for one state and election day; it takes the place of an older one, all
    or nothing. Raises ValidationError (field "file")."""
    if not may_set_polls(actor, state_code):
        raise PermissionDenied
    try:
        read = vip.read(content)
    except vip.BadFeed as bad:
        raise ValidationError({"file": _("This feed cannot be read: %(why)s.") % {"why": bad}}) from bad
    named = source.strip() or read.source
    if not named:
        raise ValidationError({"source": _("The feed does not say whose it is. Write down who published it.")})
    PollingFeed.objects.filter(state_id=state_code, election=election).delete()
    feed = PollingFeed.objects.create(
        state_id=state_code,
        election=election,
        source=named,
        checked_at=checked_at,
        taken_by=actor,
        segments=len(read.segments),
        ignored=read.ignored,
    )
    places = {
        one.id: PollingPlace(feed=feed, name=one.name, address=one.address, hours=one.hours, directions=one.directions)
        for one in read.places.values()
    }
    PollingPlace.objects.bulk_create(places.values(), batch_size=BATCH)
    StreetSegment.objects.bulk_create(
        (
            StreetSegment(
                feed=feed,
                place=places[one.place],
                street=one.street,
                city=one.city,
                zip=one.zip,
                low=one.low,
                high=one.high,
                side=one.side,
                unit=one.unit,
            )
            for one in read.segments
        ),
        batch_size=BATCH,
    )
    return feed


@action
def import_offices(*, actor: User, content: bytes, now: datetime) -> int:
    """Election offices from a CSV file; each row is a county's, or with an empty county the state's. How many. Raises
    ValidationError (field "file") naming every wrong row, and keeps nothing then."""
    if not may_set_polls(actor, ""):
        raise PermissionDenied
    try:
        reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
        rows = list(reader)
    except (UnicodeDecodeError, csv.Error) as problem:
        raise ValidationError({"file": _("This is no CSV file in UTF-8.")}) from problem
    if missing := [name for name in COLUMNS if name not in (reader.fieldnames or ())]:
        raise ValidationError({"file": _("These columns are missing: %(names)s.") % {"names": ", ".join(missing)}})
    counties = _counties()
    made: dict[tuple[str, str | None], ElectionOffice] = {}
    problems = []
    for number, row in enumerate(rows, 2):
        try:
            one = _office({key: (row.get(key) or "").strip() for key in COLUMNS}, counties, now)
        except ValueError as problem:
            problems.append(_("Row %(n)d: %(why)s") % {"n": number, "why": problem})
            continue
        made[one.state_id, one.county_id] = one  # of two rows for one office the later holds
    if problems:
        raise ValidationError({"file": problems[:20]})
    ElectionOffice.objects.bulk_create(
        made.values(),
        update_conflicts=True,
        unique_fields=["state", "county"],
        update_fields=["kind", "name", "phone", "lookup_url", "checked_at"],
        batch_size=BATCH,
    )
    return len(made)


def _office(row: dict[str, str], counties: dict[tuple[str, str], str], now: datetime) -> ElectionOffice:
    if any("\x00" in value for value in row.values()):
        raise ValueError(_("it holds a character that is no text"))
    state = state_code_of(row["state"])
    if not state:
        raise ValueError(_("state: “%(given)s” is no state") % {"given": row["state"]})
    county = _county(state, row["county"], counties) if row["county"] else None
    if not row["name"] or not (row["phone"] or row["lookup_url"]):
        raise ValueError(_("name, and a phone or a lookup_url, are needed"))
    if row["lookup_url"] and urlsplit(row["lookup_url"]).scheme not in ("http", "https"):
        raise ValueError(_("lookup_url: an address begins with https://"))
    return ElectionOffice(
        state_id=state,
        county_id=county,
        kind=OfficeKind.COUNTY if county else OfficeKind.STATE,
        name=row["name"][:200],
        phone=row["phone"][:40],
        lookup_url=row["lookup_url"][:600],
        checked_at=now,
    )


def _counties() -> dict[tuple[str, str], str]:
    """The FIPS code of each county by its state and its code or name, in small letters, with and without "County"."""
    found: dict[tuple[str, str], str] = {}
    for state, fips, name in County.objects.values_list("state_id", "fips", "name"):
        plain = name.casefold()
        found[state, fips] = found[state, plain] = fips
        found.setdefault((state, plain.removesuffix(" county").removesuffix(" parish")), fips)
    return found


def _county(state: str, given: str, counties: dict[tuple[str, str], str]) -> str:
    name = given.casefold()
    plain = name.removesuffix(" county").removesuffix(" parish").strip()
    fips = counties.get((state, name)) or counties.get((state, plain))
    if fips is None:
        raise ValueError(_("county: there is no “%(given)s” in %(state)s") % {"given": given, "state": state})
    return fips
