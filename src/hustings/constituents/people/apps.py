from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "hustings.constituents.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import entries, panels, records  # noqa: PLC0415  (models are not there before ready)

        records.register()
        entries.register()
        panels.register()
