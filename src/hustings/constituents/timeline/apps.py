from django.apps import AppConfig


class TimelineConfig(AppConfig):
    name = "hustings.constituents.timeline"
    label = "timeline"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import erasing, readings, receivers, sections  # noqa: F401, PLC0415  (models are not there before ready)

        readings.register()
        erasing.register()
        sections.register()
