from django.apps import AppConfig


class FeedConfig(AppConfig):
    name = "hustings.foundation.feed"
    label = "feed"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import entries, receivers, tasks  # noqa: F401, PLC0415  (models are not there before ready)

        entries.register()
        tasks.register()
