from django.apps import AppConfig


class ConfidencesConfig(AppConfig):
    name = "hustings.constituents.confidences"
    label = "confidences"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import entries, erasing, records  # noqa: PLC0415  (models are not there before ready)

        records.register()
        entries.register()
        erasing.register()
