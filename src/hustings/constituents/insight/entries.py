"""What insight puts into the rail."""

from django.utils.translation import gettext_lazy as _

from hustings.foundation.ui import navigation


def register() -> None:
    """Called once, when the application is ready."""
    navigation.register(
        navigation.Item(
            "insight",
            _("What people ask"),
            "chart-column",
            "insight:asked",
            order=30,
            group=navigation.ELSEWHERE,
            allowed=lambda user: bool(getattr(user, "leads", False)),
            also=("insight:searches",),
        )
    )
