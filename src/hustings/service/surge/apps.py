from django.apps import AppConfig


class SurgeConfig(AppConfig):
    name = "hustings.service.surge"
    label = "surge"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import entries, tasks, trail_words  # noqa: PLC0415  (models are not there before ready)

        entries.register()
        tasks.register()
        trail_words.register()
