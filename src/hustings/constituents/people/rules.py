"""Who may do what with people, and what a person's record allows. Nothing here reads the database."""

import re
from collections.abc import Mapping

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from nameparser import HumanName

from hustings.foundation.access.grants import grants_of
from hustings.foundation.access.models import User
from hustings.foundation.core.guard import Level

# What may be stated by hand. Flags (do_not_contact, is_child) have their own actions.
FIELDS = ("name", "language", "street", "city", "state_code", "zip", "care_note")
STATED = {"state_code": "state", "county_fips": "county", "first_name": "name", "last_name": "name"}
CHANNELS = ("email", "phone", "text", "post")

# The surer source wins over the newer one. A colleague has spoken with the person; a letter is only read.
SURETY = {"user": 4, "form": 3, "import": 2, "letter": 1}

# The languages campaigns meet most; any other code is kept and shown as it is.
LANGUAGES = {
    "en": gettext_lazy("English"),
    "es": gettext_lazy("Spanish"),
    "zh": gettext_lazy("Chinese"),
    "tl": gettext_lazy("Tagalog"),
    "vi": gettext_lazy("Vietnamese"),
    "ar": gettext_lazy("Arabic"),
    "fr": gettext_lazy("French"),
    "ko": gettext_lazy("Korean"),
    "ru": gettext_lazy("Russian"),
    "pt": gettext_lazy("Portuguese"),
    "ht": gettext_lazy("Haitian Creole"),
    "hi": gettext_lazy("Hindi"),
    "de": gettext_lazy("German"),
    "pl": gettext_lazy("Polish"),
    "so": gettext_lazy("Somali"),
    "nv": gettext_lazy("Navajo"),
}


def language_name(code: str) -> str:
    """ "Spanish" for "es"; a code without a name as it is."""
    return str(LANGUAGES.get(code, code))


def may_edit(user: User) -> bool:
    """May change the details, consent, household and notes of a person they can see."""
    return grants_of(user).may("person", "change")


def field_of(stated: str) -> str:
    """The record's field that a statement of this name is about."""
    return STATED.get(stated, stated)


def may_edit_field(user: User, stated: str) -> bool:
    """May state this of a person they can see."""
    return may_edit(user) and grants_of(user).level("person", field_of(stated)) >= Level.EDIT


def may_merge(user: User) -> bool:
    """May say that two records are one person, and undo it."""
    return bool(user.is_authenticated and user.is_active and user.leads)


def may_export(user: User) -> bool:
    """May take a list of people out as a file."""
    return grants_of(user).may("person", "export")


def may_lift(user: User) -> bool:
    """May take back "do not contact", a child's mark or a bounce: what protects a person is easier set than lifted."""
    return bool(user.is_authenticated and user.is_active and user.leads)


def surety(source: str) -> int:
    """How sure a source is: a colleague 4, a form 3, an import 2, a letter 1, anything else 0."""
    return SURETY.get(source.partition(":")[0], 0)


def flattened(edges: Mapping[int, int]) -> dict[int, int]:
    """Each merged record's last one up, from the merges in force (person -> into). Raises ValueError on a circle."""
    ends: dict[int, int] = {}
    for start in edges:
        path, here = [start], edges[start]
        while here in edges and here not in ends:
            if here in path:
                raise ValueError(f"merges go round in a circle at {here}")
            path.append(here)
            here = edges[here]
        end = ends.get(here, here)
        ends.update(dict.fromkeys(path, end))
    return ends


def split_name(name: str) -> tuple[str, str]:
    """(first, last) of a full name; titles and suffixes belong to neither. One word alone is a first name."""
    parsed = HumanName(name)
    return parsed.first, parsed.last


def clean_name(text: str) -> str:
    """One line, single spaces; raises ValidationError when nothing is left."""
    name = " ".join(text.split())
    if not name:
        raise ValidationError(_("Say the name, or leave the field as it was."), code="blank")
    return name


def clean_email(text: str) -> str:
    """The address in lower case; raises ValidationError when it is none."""
    address = text.strip().lower()
    validate_email(address)
    return address


def clean_phone(text: str) -> str:
    """The number as E.164 ("+16145550142"), read as American when it names no country. Raises ValidationError."""
    try:
        number = phonenumbers.parse(text, "US")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        message = _("“%(text)s” is not a phone number. Write it with its area code.")
        raise ValidationError(message, "phone", {"text": text})
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def phone_words(number: str) -> str:
    """ "+16145550142" as people write it: "(614) 555-0142"."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    national = parsed.country_code == 1
    shape = phonenumbers.PhoneNumberFormat.NATIONAL if national else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, shape)


_WAYS = {
    "street": "st", "avenue": "ave", "road": "rd", "drive": "dr", "lane": "ln", "court": "ct", "boulevard": "blvd",
    "place": "pl", "terrace": "ter", "parkway": "pkwy", "highway": "hwy", "apartment": "apt", "unit": "apt",
    "suite": "ste", "north": "n", "south": "s", "east": "e", "west": "w",
}  # fmt: skip


def household_key(street: str, zip_code: str) -> str:
    """One key for one door: "12 Main Street, Apt. 3" and "12 main st apt 3" in one ZIP are the same household."""
    words = re.findall(r"[^\W_]+", street.casefold().replace("#", " apt "))
    return f"{zip_code}|{' '.join(_WAYS.get(word, word) for word in words)}"


def clean_household(street: str, zip_code: str) -> str:
    """The key of an address; raises ValidationError when it names no door."""
    if not re.search(r"\d", street) or not re.search(r"[^\W\d_]", street):
        raise ValidationError({"street": _("A household is a door: give street and number.")})
    if not re.fullmatch(r"\d{5}", zip_code):
        raise ValidationError({"zip": _("Give the five digits of the ZIP.")})
    return household_key(street, zip_code)


# Whose letters go to people, never into a bulk reply. A campaign adds kinds of its own.
VIP_KINDS = {
    "official": gettext_lazy("Officials"),
    "union-leader": gettext_lazy("Union leaders"),
    "clergy": gettext_lazy("Clergy"),
    "big-donor": gettext_lazy("Big donors, as marked"),
}
ANY_VIP = "any"  # for who asks for a VIP of whatever kind: no kind's slug


def may_mark_vips(user: User) -> bool:
    """The list of VIPs and its kinds: administrators and leads."""
    return bool(user.is_authenticated and user.is_active and user.leads)
