from django.apps import AppConfig


class BulkConfig(AppConfig):
    name = "hustings.service.bulk"
    label = "bulk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import campaigns, entries, erasing, receivers, records, tasks, trail_words  # noqa: F401, PLC0415  (models are not there before ready)

        records.register()
        campaigns.register()
        entries.register()
        erasing.register()
        tasks.register()
        trail_words.register()
