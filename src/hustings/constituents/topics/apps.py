from django.apps import AppConfig


class TopicsConfig(AppConfig):
    name = "hustings.constituents.topics"
    label = "topics"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import entries, erasing, tasks, trail_words  # noqa: PLC0415  (models are not there before ready)

        entries.register()
        erasing.register()
        tasks.register()
        trail_words.register()
