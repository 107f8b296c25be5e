from django.apps import AppConfig


class InsightConfig(AppConfig):
    name = "hustings.constituents.insight"
    label = "insight"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import entries, tasks  # noqa: PLC0415  (models are not there before ready)

        tasks.register()
        entries.register()
