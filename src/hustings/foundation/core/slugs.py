"""Short names in addresses, each given once."""

from collections.abc import Container
from itertools import chain, count

from django.utils.text import slugify


def free_slug(name: str, taken: Container[str], *, otherwise: str, most: int = 50) -> str:
    """A slug of this name that is not taken, numbered where it is; of a name that only signs of other alphabets could
    spell, of the word `otherwise`. `most`: characters before the number."""
    stem = slugify(name)[:most] or otherwise
    return next(slug for slug in chain([stem], (f"{stem}-{number}" for number in count(2))) if slug not in taken)
