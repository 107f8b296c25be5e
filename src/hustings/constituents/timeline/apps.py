from django.apps import AppConfig


class TimelineConfig(AppConfig):
    name = "hustings.constituents.timeline"
    label = "timeline"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models are there only now.
        from hustings.constituents.people import registry

        from . import readings, receivers, sections  # noqa: F401 receivers listen once they are imported

        readings.register()
        registry.main("timeline", "timeline/person.html", sections.timeline_of)
