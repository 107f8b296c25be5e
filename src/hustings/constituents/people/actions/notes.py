"""Notes on a person: what a colleague should know, beside no letter in particular."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from hustings.foundation.access.models import User
from hustings.foundation.core import bus
from hustings.foundation.core.guard import action

from ..announcements import PersonNoted
from ..models import Note, Person
from ..rules import may_edit, may_edit_field

LONGEST = 4000


@action
def write_note(*, actor: User, person: Person, text: str, now: datetime) -> Note:
    """Leave a note on the person. Raises ValidationError when it is empty or too long."""
    if not may_edit(actor) or not may_edit_field(actor, "notes"):
        raise PermissionDenied
    text = text.strip()
    if not text:
        raise ValidationError({"text": _("The note is empty.")})
    if len(text) > LONGEST:
        raise ValidationError({"text": _("Too long: at most %(n)d characters.") % {"n": LONGEST}})
    note = Note.objects.create(person=person, text=text, at=now, by=actor)
    bus.announce(PersonNoted(person.pk, note.uid, now, actor.pk))
    return note
