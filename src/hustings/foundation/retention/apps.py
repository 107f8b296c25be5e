from django.apps import AppConfig


class RetentionConfig(AppConfig):
    name = "hustings.foundation.retention"
    label = "retention"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import entries, kept, tasks  # noqa: F401, PLC0415  (models are not there before ready)

        entries.register()
        kept.register()
