"""What rooms above bring: the texts of letters, which this room does not hold and learns from."""

from collections.abc import Callable, Mapping, Sequence

TextSource = Callable[[Sequence[int]], Mapping[int, tuple[str, str]]]
_sources: list[TextSource] = []


def text_source(source: TextSource) -> TextSource:
    """`source(message_ids)` is the subject with the text, and the language, of each letter that is still there. Usable
    as a decorator."""
    if source not in _sources:
        _sources.append(source)
    return source


def texts_of(message_ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Text and language by message; what was erased is left out."""
    found: dict[int, tuple[str, str]] = {}
    for source in _sources:
        found.update(source(message_ids))
    return found
