"""What the rooms below announce, and what it means for mail campaigns."""

from hustings.foundation.core import bus
from hustings.foundation.retention.announcements import PersonErased

from .actions.reading import forget_words_of


@bus.inside(PersonErased)
def person_erased(event: PersonErased) -> None:
    forget_words_of(person_id=event.person_id)
