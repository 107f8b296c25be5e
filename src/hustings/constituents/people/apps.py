from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "hustings.constituents.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import automation, entries, erasing, panels, records, trail_words  # noqa: PLC0415  (models are not there before ready)

        records.register()
        automation.register()
        entries.register()
        erasing.register()
        panels.register()
        trail_words.register()
