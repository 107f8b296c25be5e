from django.apps import AppConfig


class CallsConfig(AppConfig):
    name = "hustings.service.calls"
    label = "calls"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import entries, erasing, records, trail_words  # noqa: PLC0415  (models are not there before ready)

        records.register()
        entries.register()
        erasing.register()
        trail_words.register()
