from django.apps import AppConfig


class TasksConfig(AppConfig):
    name = "hustings.foundation.tasks"
    label = "tasks"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import entries, erasing, receivers, records, tasks, trail_words  # noqa: F401, PLC0415  (models are not there before ready)

        records.register()
        entries.register()
        erasing.register()
        trail_words.register()
