from django.apps import AppConfig


class CorrespondenceConfig(AppConfig):
    name = "hustings.service.correspondence"
    label = "correspondence"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import automation, entries, erasing, receivers, records, tasks, trail_words  # noqa: F401, PLC0415  (models are not there before ready)

        records.register()
        entries.register()
        erasing.register()
        tasks.register()
        automation.register()
        trail_words.register()
