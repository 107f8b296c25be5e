"""What access brings of record types: the people who work here."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hustings.foundation.core import records
from hustings.foundation.core.guard.attributes import mask_email
from hustings.foundation.core.records import EMAIL, Column, Field, RecordType

from . import queries
from .models import User


def register() -> None:
    """Called once, when the app is ready."""
    records.register(
        RecordType(
            "user",
            _("Colleague"),
            _("Colleagues"),
            model=User,
            visible_to=queries.visible_to,
            fields=[
                Field("name", _("Name"), path="name"),
                # Signing in looks an address up, whoever asks; it is shown by level.
                Field(
                    "email",
                    _("Email"),
                    kind=EMAIL,
                    columns=(Column(User, "email", searchable=True),),
                    mask=mask_email,
                    path="email",
                ),
            ],
            url=lambda user: reverse("access:user", args=[user.uid]),
            rows=("all", "team"),
            verbs=("see", "add", "change"),
            icon="users",
        )
    )
