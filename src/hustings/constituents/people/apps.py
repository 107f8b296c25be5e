from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "hustings.constituents.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # The registries import nothing of ours, but the search needs models, which are there only now.
        from hustings.foundation.ui import navigation, palette

        from .found import people_found

        item = navigation.Item(
            "people",
            _("People"),
            "users-round",
            "people:list",
            order=30,
            group=navigation.ELSEWHERE,
            tab=_("People"),
            also=("people:page", "people:compare"),
        )
        navigation.register(item)
        palette.register_search("people", _("People"), people_found, order=20)
