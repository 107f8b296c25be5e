from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "hustings.foundation.access"
    label = "access"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import entries, receivers, records, tasks  # noqa: F401, PLC0415  (models are not there before ready)

        records.register()
        entries.register()
        tasks.register()
