"""Which words mean the same, as the campaign wrote them."""

from ..models import Synonym


def sets_of(language: str) -> tuple[list[list[str]], int]:
    """(the sets in the order they were written, the newest row: what a writer has seen)."""
    rows = list(Synonym.objects.filter(language=language).order_by("pk").values_list("pk", "words"))
    return [words for _pk, words in rows], max((pk for pk, _words in rows), default=0)
